"""The live half of a look: who answers, what the histories say, who holds a lock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from cockpit.database import deployment_lock, evidence, ledger
from cockpit.database.connection import Connection
from cockpit.database.identity import read_identity
from cockpit.database.pooler import stands_between
from cockpit.database.wal import read_place
from cockpit.deploy.context import application_name
from cockpit.deploy.opening import Opening
from cockpit.deploy.witness import Forgotten, Witness
from cockpit.errors import PrivilegeMissing, Unreachable, UsageError
from cockpit.model.attic import AtticEntry, KeepAsked, attic_of, keep_asked
from cockpit.model.evidence import Evidence, Verdict
from cockpit.model.history import History
from cockpit.model.ledger import Ledger, LedgerEvent, fold
from cockpit.model.ledger_chain import Break, first_break
from cockpit.model.locks import AdvisoryKey, LockHolder
from cockpit.model.migration import MigrationSet
from cockpit.model.problem import LEDGER, Problem
from cockpit.model.readonly import OpenWindow, open_windows
from cockpit.model.revision import SourceFile
from cockpit.model.target import Identity, Marker
from cockpit.model.wal import Turned, newest_place, turned
from cockpit.settings.secret import Secret
from cockpit.sql.effect import effect_of
from cockpit.tools import locks
from cockpit.tools.adopted import AdoptedProject
from cockpit.tools.protocol import RowLocked, Tool
from cockpit.tools.registry import row_locked, settle

if TYPE_CHECKING:
    from cockpit.rehearsal.rehearse import Target

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class ServerLook:
    """Everything one look at the server gives, from one snapshot."""

    identity: Identity
    marker: Marker | None
    ledger: Ledger
    history: History
    holders: tuple[LockHolder, ...]
    keys: tuple[AdvisoryKey, ...]
    """Every deployment lock that a run of this tool takes, ours first."""
    problems: tuple[Problem, ...]
    attic: tuple[AtticEntry, ...] = ()
    """Everything that was ever kept here."""
    keep_before: KeepAsked | None = None
    """What the last run was to keep, when it did not come to its end."""
    windows: tuple[OpenWindow, ...] = ()
    """Read-only windows that nobody has given back yet."""
    row_locked: RowLocked | None = None
    """The tool whose lock row a run takes beside the keys."""


class ServerSide:
    """Connections to one target. Looking uses a session that the server keeps from writing."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._reader: Connection | None = None
        self._pooled = False
        self._password: Secret | None = None
        self._asked = False
        self._events: tuple[LedgerEvent, ...] = ()
        self._broken: Break | None = None

    def connect(self, *, read_only: bool, run: str | None = None) -> Connection:
        """A new session. Asks for the password once in the life of this object."""
        if self._opening.dsn is None:
            raise UsageError("No database is given.", next_step="Name a --target, or give a --dsn.")
        if not self._asked:
            self._password, self._asked = self._opening.password(), True
        try:
            return Connection.open(
                self._opening.dsn,
                self._password,
                application=application_name(run),
                read_only=read_only,
            )
        except Unreachable as error:
            if error.sent_password and (where := self._opening.password_from()):
                error.next_step += f" The password is taken from: {where}."
            raise

    @property
    def password(self) -> Secret | None:
        """The one that was asked for, for programs that connect by themselves."""
        self.reading()
        return self._password

    def for_rehearsal(self) -> "Target":
        """This database as a rehearsal reads it: with the password that was asked for once."""
        from cockpit.rehearsal.rehearse import Target

        self.reading()
        if self._opening.dsn is None:
            raise UsageError("No database is given.")
        return Target(
            self._opening.dsn,
            self._password,
            lambda: self.connect(read_only=True),
            self._opening.role,
        )

    def connect_replica(self, address: str) -> Connection:
        """A session for looking on a replica, `host:port`; everything else as on the target."""
        if self._opening.dsn is None:
            raise UsageError("No database is given.")
        host, _, port = address.rpartition(":")
        return Connection.open(
            self._opening.dsn.at(host, port),
            self._password,
            application=application_name(),
            read_only=True,
            connect_timeout=2,
        )

    def reading(self) -> Connection:
        """The session for looking; a lost one is replaced."""
        if self._reader is None or self._reader.closed:
            self._reader = self.connect(read_only=True)
            self._pooled = stands_between(self._reader)
        return self._reader

    def settled(
        self, tool: Tool, files: Sequence[SourceFile], kept_in: Callable[[Tool], Tool]
    ) -> Tool:
        """The tool itself, or the one with the same file layout that the database speaks for.

        `kept_in`: makes a tool look where its history is here.
        """
        if self._opening.tool not in ("auto", "cockpit"):
            return kept_in(tool)
        with self.reading().look() as reader:
            self._catch_up(reader)
            folded = fold(self._events)
            if folded.adopted is None and self._opening.tool != "auto":
                return tool
            return settle(tool, reader, folded, files, kept_in)

    def look(self, tool: Tool, migrations: MigrationSet, our_pid: int | None) -> ServerLook:
        """One snapshot of everything. Writes nothing and waits for no lock for long."""
        with self.reading().look() as reader:
            identity = read_identity(reader)
            marker = ledger.read_marker(reader)
            self._catch_up(reader)
            folded = fold(self._events, exists=ledger.exists(reader))
            history = tool.observe(reader, folded, migrations)
            keys = (deployment_lock.COCKPIT_KEY, *tool.lock_keys(reader, identity))
            holders = self._holders(reader, identity, keys, our_pid)
        windows = open_windows(self._events)
        problems = (
            *self._chain_problems(),
            *_passed_over(tool, folded),
            *_left_open(windows, holders),
            *self._turned(identity),
            *((_pooled(identity),) if self._pooled else ()),
        )
        return ServerLook(
            identity, marker, folded, history, holders, keys, problems,
            attic_of(self._events), keep_asked(self._events), windows, row_locked(tool),
        )  # fmt: skip

    @staticmethod
    def _holders(
        reader: Connection, identity: Identity, keys: Sequence[AdvisoryKey], our_pid: int | None
    ) -> tuple[LockHolder, ...]:
        """Every known tool's lock that is held here, whichever tool the files are of."""
        every = (*locks.known_keys(reader, identity), *keys)
        held = deployment_lock.observe(reader, every, our_pid)
        ours = application_name() if our_pid is not None else ""
        return locks.with_verdicts(reader, (*held, *locks.table_locks(reader, ours)))

    def evidence(self, history: History) -> dict[str, Evidence]:
        """For every step in doubt: what the catalog shows of it."""
        found = {}
        for record in history.records:
            if record.open is not None and record.open.started is not None:
                effect = effect_of(record.open.started)
                try:
                    with self.reading().look() as reader:
                        found[record.version] = evidence.examine(reader, effect)
                except PrivilegeMissing as error:
                    words = f"this role may not look: {error.what}"
                    found[record.version] = Evidence(Verdict.UNKNOWN, words)
        return found

    def forgotten(self, identity: Identity) -> Forgotten | None:
        """What this machine saw committed and the ledger lacks. A standby is only late."""
        if identity.in_recovery:
            return None
        return Witness(self._opening.journal, identity.key).forgotten(self._events)

    def read(self, ask: Callable[[Connection], Answer]) -> Answer:
        """Ask something within one read-only snapshot."""
        with self.reading().look() as reader:
            return ask(reader)

    def close(self) -> None:
        """End the session for looking."""
        if self._reader is not None:
            self._reader.close()

    def _catch_up(self, reader: Connection) -> None:
        """Read and check what was appended since the last look; all, when the past has changed."""
        last = self._events[-1] if self._events else None
        newer = ledger.read_events_after(reader, last)
        if newer is None:
            self._events, newer, last = (), ledger.read_events(reader), None
        if last is None:
            self._broken = None
        self._events = (*self._events, *newer)
        # One that was found may have been accepted since.
        again = self._broken is not None
        self._broken = first_break(self._events) if again else first_break(newer, last)

    def _turned(self, identity: Identity) -> tuple[Problem, ...]:
        """The server was promoted or restored after the ledger's newest word."""
        if identity.in_recovery or newest_place(self._events) is None:
            return ()
        place = read_place(self.reading(), identity.key)
        found = turned(self._events, place) if place else None
        return (_promoted(found),) if found else ()

    def _chain_problems(self) -> tuple[Problem, ...]:
        if self._broken is None:
            return ()
        broken = self._broken
        return (
            Problem(
                f"the hash chain breaks at event {broken.seq}: {broken.why}. Somebody has changed "
                "the ledger by hand, so the states that are shown may be wrong",
                path=LEDGER,
                next_step="Ask the catalog what of each version is there: cockpit diagnose. Then "
                f"say that it was looked at: cockpit verify --accept {broken.seq}.",
            ),
        )


def _pooled(identity: Identity) -> Problem:
    return Problem(
        "a pooler stands between the cockpit and the server: the address that is shown, "
        f"{identity.address}, is the server's own",
        next_step="To write, connect to PostgreSQL itself, or to a pool in session mode: in "
        "transaction mode no session lock can be kept, and a run is refused.",
        blocks_writing=False,
    )


def _promoted(found: Turned) -> Problem:
    before, now = found.before.timeline, found.now.timeline
    return Problem(
        f"after run {found.run} of {found.actor} wrote at {found.at:%Y-%m-%d %H:%M:%SZ}, this "
        f"server was promoted or restored (timeline {before} then, {now} now). What was confirmed "
        "after that and not handed over is gone, and nothing here tells of it",
        path=LEDGER,
        next_step=(
            "cockpit status on the machine that ran last compares with what it saw; cockpit "
            "diagnose VERSION compares with the catalog. The next run clears this."
        ),
        blocks_writing=False,
    )


def _passed_over(tool: Tool, ledger: Ledger) -> tuple[Problem, ...]:
    """The ledger has taken this tool's history over, and somebody names the tool all the same."""
    adopted = ledger.adopted
    if adopted is None or isinstance(tool, AdoptedProject) or tool.name == "cockpit":
        return ()
    return (
        Problem(
            f"{adopted.tool}'s history was adopted by {adopted.actor} on "
            f"{adopted.at:%Y-%m-%d}: the ledger is the history, and this table only what it was "
            "before",
            path=adopted.table,
            next_step="Leave --tool out, or undo the adoption: cockpit adopt --undo.",
        ),
    )


def _left_open(windows: Sequence[OpenWindow], holders: Sequence[LockHolder]) -> tuple[Problem, ...]:
    """Windows of runs that are over: somebody cannot write, and nobody will change that."""
    if any(holder.key.tool == "cockpit" for holder in holders):
        return ()
    return tuple(
        Problem(
            window.words,
            next_step="Give it back: cockpit give-back. The next run does so first.",
            blocks_writing=False,
        )
        for window in windows
    )
