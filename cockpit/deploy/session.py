"""The real engine: one target, one source, and the right to write that the operator gave.

Long because it is the one door that screens and commands come through: every method of `Engine`
stands here, checks the grant and takes the guard, and leaves the work to a module beside it. What a
plan and a run do not need is imported by the method that does: a command starts sooner without it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING

from cockpit.analysis.held import wanted_locks
from cockpit.analysis.planner import make_plan
from cockpit.database import activity, deployment_lock, ledger, live
from cockpit.database.catalog import read_facts
from cockpit.database.connection import Connection
from cockpit.database.identity import read_identity
from cockpit.database.pooler import refuse_shared_backends
from cockpit.database.rights import read_rights
from cockpit.database.schema_snapshot import read_snapshot
from cockpit.database.search_path import refuse_names_before_catalog
from cockpit.deploy.accepting import accept_break
from cockpit.deploy.attic_side import AtticSide
from cockpit.deploy.context import Clock, SystemClock, application_name
from cockpit.deploy.effective_settings import stay
from cockpit.deploy.engine import Grant
from cockpit.deploy.launch import Order, launch
from cockpit.deploy.looking import Looked, Looking
from cockpit.deploy.opening import Opening
from cockpit.deploy.row_lock import RowLock
from cockpit.deploy.running import Running
from cockpit.deploy.server_side import ServerLook, ServerSide
from cockpit.deploy.source_side import SourceSide
from cockpit.errors import CockpitError, IdentityChanged, Protected, Refused, StalePlan, UsageError
from cockpit.model.activity import SessionFacts
from cockpit.model.adoption import Adoption
from cockpit.model.attic import AtticEntry, Restored, Tell, attic_of
from cockpit.model.board import Board
from cockpit.model.diagnosis import Diagnosis
from cockpit.model.edit import Edit
from cockpit.model.event import Emit, RunFinished
from cockpit.model.goal import Goal
from cockpit.model.ledger import LedgerEvent
from cockpit.model.ledger_chain import Break
from cockpit.model.live import RelationLive
from cockpit.model.locks import LockHolder
from cockpit.model.mending import Mending
from cockpit.model.migration import Migration
from cockpit.model.plan import Plan
from cockpit.model.readonly import OpenWindow, open_windows
from cockpit.model.recording import Recording
from cockpit.model.rehearsal import Rehearsal
from cockpit.model.schema import SchemaChange, Snapshot
from cockpit.model.settlement import Found, Settlement
from cockpit.model.target import Identity, Marker, Standpoint, stand
from cockpit.model.timeline import Applied
from cockpit.model.usage import Usage

if TYPE_CHECKING:
    from cockpit.deploy.adopting import Adopting
    from cockpit.rehearsal.rehearse import Stage
    from cockpit.rehearsal.store import Kept

GRANT_LASTS = timedelta(minutes=15)


class Session:
    """Implements `Engine`. One run at a time; every public method is safe from any thread."""

    def __init__(self, opening: Opening, clock: Clock | None = None) -> None:
        self._opening = opening
        self._clock = clock or SystemClock()
        self._source = SourceSide(opening)
        self._server = ServerSide(opening)
        self._looking = Looking(opening, self._source, self._server, self._clock)
        self._attic = AtticSide(opening, self._server)
        self._ref = opening.ref
        self._last: Looked | None = None
        self._planned: tuple[str, Looked] | None = None
        self._grant: Grant | None = None
        self._executing: Connection | None = None
        self._pid = 0
        self._keeps_lock = False
        self._row: RowLock | None = None
        self._running: Running | None = None
        self._guard = RLock()

    @property
    def read_only(self) -> bool:
        """True in a walkthrough."""
        return self._opening.walkthrough

    @property
    def grant(self) -> Grant | None:
        """The right to write that is held now; None when disarmed or expired."""
        if self._grant is not None and self._clock.now() >= self._grant.until:
            self._grant = None
        return self._grant

    def look(self) -> Board:
        """Read git, history, lock and server anew."""
        return self._look().board

    def plan(self, goal: Goal, *, seen: Board | None = None, predicting: bool = True) -> Plan:
        """The dry run, from a fresh look or the one that gave the board."""
        with self._guard:
            last = self._last
            looked = last if last is not None and last.board is seen else self._look()
            predicting = predicting or goal.keep is not None or goal.restore
            plan = make_plan(self._looking.situation(looked, goal, predicting=predicting), goal)
            self._planned = plan.id, looked
            return plan

    def events(self, limit: int = 500) -> tuple[LedgerEvent, ...]:
        """The newest ledger events, newest first."""
        with self._guard:
            return self._server.read(lambda reader: ledger.read_events(reader, newest=limit))

    def recording(self, run: str) -> Recording:
        """From the journal of this machine, else from the ledger."""
        from cockpit.deploy.ledger_recording import from_ledger
        from cockpit.deploy.recording import from_journal

        found = from_journal(self._opening.journal, run)
        if found is not None:
            return found
        with self._guard:
            events = self._server.read(ledger.read_events)
            _, standpoint = self._standing_here()
        told = from_ledger(events, run, standpoint.name)
        if told is None:
            raise UsageError(
                f"No run {run} is known, neither to this machine nor to the ledger.",
                next_step="cockpit log names the runs.",
            )
        return told

    def edit(self, version: str) -> Edit | None:
        """What an edit of an applied file changes in it, against the live schema."""
        with self._guard:
            return self._looking.edit(self._look(), version)

    def timeline(self, limit: int = 500) -> tuple[Applied, ...]:
        """Every history of this database as one, newest first."""
        with self._guard:
            return self._looking.timeline(self._look(), limit)

    def sessions(self, relations: tuple[str, ...] = ()) -> tuple[SessionFacts, ...]:
        """Other sessions, of these relations or of the whole database."""
        with self._guard:
            return self._server.read(lambda reader: activity.sessions(reader, relations))

    def live(self, plan: Plan, seconds: float = live.WATCHED_SECONDS) -> tuple[RelationLive, ...]:
        """The plan's tables as they are used now; watches that long, on a session of its own."""
        wanted = wanted_locks(plan)
        if not wanted:
            return ()
        connection = self._server.connect(read_only=True)
        try:
            return live.watch(connection, wanted, seconds)
        finally:
            connection.close()

    def uses(self, sql: str) -> tuple[Usage, ...]:
        """Asked on a session of its own: many files may be read meanwhile."""
        from cockpit.deploy.using import who_uses

        last = self._last
        folder = self._opening.folder or (last.board.folder if last else "")
        return who_uses(replace(self._opening, folder=folder), sql)

    def proofs(
        self, migrations: tuple[Migration, ...], gone: tuple[str, ...] = ()
    ) -> dict[str, "Kept"]:
        """The newest proof of the way back of exactly these scripts, by version."""
        from cockpit.deploy.proofs import proofs_of

        with self._guard:
            past = self._looking.to_diagnose(self._look(), gone) if gone else ()
        return proofs_of(self._opening.rehearsals, (*migrations, *past))

    def rehearse(self, goal: Goal) -> Rehearsal:
        """On a server of its own, started for it; the proof is kept where this target's are."""
        from cockpit.deploy.rehearsing import rehearse_goal, store_in
        from cockpit.rehearsal.rehearse import Stage

        folder = self._opening.rehearsals
        opening = replace(self._opening, ref=self._ref)
        return rehearse_goal(opening, goal, Stage(), store_in(folder) if folder else None)

    def mending(self, version: str, path: str, line: int, rule: str) -> Mending:
        """What the rule would make of the statement; reads the file and the catalog."""
        from cockpit.deploy import mending

        with self._guard:
            board = self._look().board
            facts = lambda: self._server.read(read_facts)  # noqa: E731 - read only when it is needed
            return mending.prepare(self._opening, board, facts, version, path, line, rule)

    def mend(self, made: Mending) -> None:
        """Write the file; its state is looked at again."""
        from cockpit.deploy import mending

        with self._guard:
            mending.write(self._opening, self._look().board, made)

    def diagnose(self, versions: tuple[str, ...] = ()) -> tuple[Diagnosis, ...]:
        """Statement by statement against the catalog."""
        from cockpit.deploy.diagnosing import diagnosed

        with self._guard:
            return diagnosed(self._looking, self._server, self._look(), versions)

    def settlement(self, version: str, said: Found | None = None) -> Settlement:
        """What evidence says of it, and what would be written. Looks only."""
        from cockpit.deploy.settling import settlement

        with self._guard:
            return settlement(self._looking, self._server, self._look(), version, said)

    def settle(self, made: Settlement, reason: str = "") -> None:
        """Take the lock, and write it if the same is found under it."""
        from cockpit.deploy.settle_writer import settle_again
        from cockpit.deploy.settling import settlement

        if made.refusals:
            self._granted()
            raise Refused(made.refusals[0], next_step=" ".join(made.refusals[1:]))
        with self._holding_lock() as (looked, connection):
            again = settlement(self._looking, self._server, looked, made.version, made.said)
            base = self._looking.schema_meant(self._live(looked))
            settle_again(made, again, looked, connection, self._opening, reason, base)

    def schema(self) -> Snapshot:
        """The live schema, from one read-only snapshot."""
        with self._guard:
            return self._server.read(read_snapshot)

    def use_ref(self, ref: str | None) -> None:
        """Look at another revision from now on."""
        with self._guard:
            self._source.repository.revision(ref)
            self._ref = ref

    def arm(self, typed: str | None) -> Grant:
        """Allow writing for a while, on the database that answers right now."""
        with self._guard:
            if self.read_only:
                raise Protected("This is a walkthrough: writing cannot be armed in it.")
            identity, standpoint = self._standing_here()
            if identity.in_recovery:
                raise Refused("This server is a standby: it can be looked at, never written.")
            if standpoint.disagreement:
                raise Protected(f"Writing is impossible: {standpoint.disagreement}.")
            if standpoint.protected and typed != standpoint.name:
                raise Protected(
                    f"{standpoint.name} is {standpoint.environment}: its name must be typed to "
                    "arm writing.",
                    next_step=f"Type {standpoint.name}.",
                )
            until = self._clock.now() + GRANT_LASTS
            self._grant = Grant(identity.key, standpoint.name, until)
            return self._grant

    def disarm(self) -> None:
        """Give the right to write back, and the lock with it when no run is on."""
        with self._guard:
            self._grant = None
            if self._running is None:
                self.release_lock()

    def take_lock(self) -> LockHolder:
        """Take the deployment lock and keep it until it is given back."""
        with self._guard:
            grant = self._granted()
            looked = self._look()
            connection, server = self._lock(grant, self._live(looked))
            self._keeps_lock = True
            held = deployment_lock.observe(connection, server.keys)
            return next(holder for holder in held if holder.ours)

    def release_lock(self) -> None:
        """Give the deployment lock back, if it is ours and no run is on."""
        with self._guard:
            if self._running is not None and self._running.outcome is None:
                raise Refused("A run is on: it keeps the lock until it ends.")
            self._keeps_lock = False
            self._close_executing()

    def start(self, plan: Plan, emit: Emit, *, stepwise: bool, reason: str = "") -> Running:
        """Take the lock, make the plan again under it, and run it if it is still the same."""
        with self._guard:
            if self._running is not None and self._running.outcome is None:
                raise Refused("A run is on already.")
            grant = self._granted()
            if plan.refusals:
                raise Refused(plan.refusals[0], next_step=" ".join(plan.refusals[1:]))
            connection, server = self._lock(grant, self._live(self._looked_for(plan)))
            try:
                self._refuse_without_rights(connection)
                looked = self._fresh(plan, server)
                server = self._live(looked)
                order = self._order(plan, looked, emit, connection, server, stepwise, reason)
                self._running = launch(order, self._opening, self._server, self._clock)
            except BaseException:
                if not self._keeps_lock:
                    self._close_executing()
                raise
            return self._running

    def adoption(self, stage: "Stage") -> Adoption:
        """What taking over the history of the tool in use would write, with the proof."""
        with self._guard:
            return self._adopting.propose(self._look(), stage)

    def adopt(self, adoption: Adoption, reason: str = "") -> str:
        """Take the lock, and write what was reviewed if it is still the same."""
        with self._holding_lock() as (looked, connection):
            return self._adopting.write(adoption, looked, connection, reason)

    def undo_adoption(self, reason: str = "") -> str:
        """Take the lock, and write that the last adoption does not count."""
        with self._holding_lock() as (looked, connection):
            return self._adopting.undo(looked, connection, reason)

    def accept_break(self, broken: Break, reason: str) -> None:
        """Take the lock, and write that it was looked at."""
        with self._holding_lock() as (looked, connection):
            accept_break(broken, self._live(looked), connection, reason)

    def accept_drift(self, seen: tuple[SchemaChange, ...], reason: str) -> None:
        """Take the lock, and write that it is meant."""
        from cockpit.deploy.accepting_drift import accept_drift

        with self._holding_lock() as (looked, connection):
            accept_drift(seen, looked, self._looking, connection, reason)

    def windows(self) -> tuple[OpenWindow, ...]:
        """Read-only windows that no run has given back yet."""
        with self._guard:
            return open_windows(self._server.read(ledger.read_events))

    def give_back(self) -> tuple[str, ...]:
        """Take the lock, and give them back."""
        from cockpit.deploy.giving_back import give_back

        with self._holding_lock() as (looked, connection):
            server = self._live(looked)
            return give_back(looked, server, connection, self._opening, self._clock)

    def attic(self) -> tuple[AtticEntry, ...]:
        """Everything that was ever kept here."""
        with self._guard:
            return attic_of(self._server.read(ledger.read_events))

    def restore_kept(
        self, number: int, *, overwrite: bool = False, tell: Tell | None = None
    ) -> Restored:
        """Take the lock, and put one entry back."""
        with self._holding_lock() as (looked, connection):
            keys = self._live(looked).keys
            return self._attic.restore(connection, keys, number, overwrite=overwrite, tell=tell)

    def drop_kept(self, number: int) -> AtticEntry:
        """Take the lock, and let one entry go for good."""
        with self._holding_lock() as (looked, connection):
            return self._attic.remove(connection, self._live(looked).keys, number)

    def terminate(self, pid: int) -> bool:
        """End somebody else's session."""
        with self._guard:
            self._granted()
            connection = self._server.connect(read_only=False)
            try:
                return activity.terminate(connection, pid)
            finally:
                connection.close()

    def close(self) -> None:
        """Release the lock, close the connections. A run that is on is held and waited for."""
        if self._running is not None and self._running.outcome is None:
            self._running.hold()
            self._running.join()
        with self._guard:
            self._close_executing()
            self._server.close()

    @cached_property
    def _adopting(self) -> "Adopting":
        from cockpit.deploy.adopting import Adopting

        return Adopting(self._opening, self._source, self._server, self._looking)

    @contextmanager
    def _holding_lock(self) -> Iterator[tuple[Looked, Connection]]:
        """A fresh look under every deployment lock, for something that is written at once."""
        with self._guard:
            if self._running is not None and self._running.outcome is None:
                raise Refused("A run is on: wait for its end.")
            grant = self._granted()
            connection, _ = self._lock(grant, self._live(self._look()))
            try:
                self._refuse_without_rights(connection)
                yield self._look(), connection
            finally:
                if not self._keeps_lock:
                    self._close_executing()

    def _look(self) -> Looked:
        with self._guard:
            self._last = self._looking.look(self._ref, self._executing_pid())
            return self._last

    def _looked_for(self, plan: Plan) -> Looked:
        """The look that the plan was made from, where it is remembered: it names the locks."""
        made, looked = self._planned or ("", None)
        return looked if looked is not None and made == plan.id else self._look()

    def _live(self, looked: Looked) -> ServerLook:
        if looked.server is None:
            raise CockpitError(looked.board.database_error)
        return looked.server

    def _standing_here(self) -> tuple[Identity, Standpoint]:
        def ask(reader: Connection) -> tuple[Identity, Marker | None]:
            return read_identity(reader), ledger.read_marker(reader)

        identity, marker = self._server.read(ask)
        return identity, stand(self._opening.target, self._opening.environment, marker, identity)

    def _granted(self) -> Grant:
        grant = self.grant
        if grant is None:
            raise Protected("Read-only: writing is not armed.", next_step="Arm writing first.")
        return grant

    def _executing_pid(self) -> int | None:
        if self._executing is None or self._executing.closed:
            return None
        return self._pid

    def _lock(self, grant: Grant, server: ServerLook) -> tuple[Connection, ServerLook]:
        """The executing session with every lock; nothing is kept when it cannot be had."""
        if self._executing is not None and not self._executing.closed:
            return self._executing, server
        connection = self._server.connect(read_only=False)
        try:
            self._refuse_wrong_place(connection, grant)
            stay(connection)
            deployment_lock.take(connection, server.keys)
            self._row = self._take_row(connection, server)
        except BaseException:
            connection.close()
            raise
        self._pid = int(connection.rows("SELECT pg_catalog.pg_backend_pid()")[0][0])
        self._executing = connection
        return connection, server

    def _take_row(self, connection: Connection, server: ServerLook) -> RowLock | None:
        if server.row_locked is None:
            return None
        row = RowLock(
            server.row_locked,
            application_name(),
            self._opening.role,
            lambda: self._server.connect(read_only=False),
        )
        row.take(connection)
        return row

    def _let_go(self, connection: Connection) -> None:
        """Every lock, by whatever way it is given back."""
        row, self._row = self._row, None
        if row is not None:
            row.free(connection)
        connection.close()

    def _refuse_wrong_place(self, connection: Connection, grant: Grant) -> None:
        refuse_shared_backends(connection, lambda: self._server.connect(read_only=True))
        refuse_names_before_catalog(connection)
        identity = read_identity(connection)
        if identity.key != grant.target or identity.in_recovery:
            self._grant = None
            raise IdentityChanged(
                "This connection leads to another database than writing was armed for.",
                next_step="Look again, and arm writing for what you then see.",
            )

    def _refuse_without_rights(self, connection: Connection) -> None:
        """Whatever is written is told in the ledger: found out before anything is done."""
        rights = read_rights(connection, self._opening.role)
        if rights.refusal:
            raise Refused(rights.refusal, next_step=rights.way_out)

    def _fresh(self, plan: Plan, locked: ServerLook) -> Looked:
        """Under the lock: would the same goal give the same plan now? The look that says so.

        Predictions are no part of a plan's id, so the whole catalog is read again only where
        something differs, or where what is kept hangs on it.
        """
        looked = self._look()
        if self._live(looked).keys != locked.keys:
            raise StalePlan(
                "The plan is stale: the files are of another tool than when it was made.",
                next_step="Look at the new plan, then decide again.",
            )
        if plan.goal.keep is None:
            quick = self._looking.situation(looked, plan.goal, predicting=False)
            now = make_plan(quick, plan.goal)
        if plan.goal.keep is not None or now.id != plan.id:
            now = make_plan(self._looking.situation(looked, plan.goal), plan.goal)
        if now.id != plan.id:
            raise StalePlan(
                f"The plan is stale: {_difference(plan, now)}.",
                next_step="Look at the new plan, then decide again.",
            )
        if plan.empty:
            raise Refused("There is nothing to run.")
        return looked

    def _order(
        self,
        plan: Plan,
        looked: Looked,
        emit: Emit,
        connection: Connection,
        server: ServerLook,
        stepwise: bool,
        reason: str,
    ) -> Order:
        if looked.source is None:
            raise CockpitError(looked.board.source_error)

        def finish(outcome: RunFinished) -> None:
            if outcome.outcome == "done" or not stepwise:
                self._keeps_lock = False
            if not self._keeps_lock:
                self._let_go(connection)

        return Order(
            plan, looked.source.tool, connection, self._pid, server, emit, stepwise, reason, finish,
            meant=self._looking.schema_meant(server), migrations=looked.source.migrations,
            program=self._looking.program() if any(p.program for p in plan.phases) else None,
            left=self._looking.schema_left,
        )  # fmt: skip

    def _close_executing(self) -> None:
        connection, self._executing = self._executing, None
        if connection is not None:
            self._let_go(connection)


def open_session(opening: Opening, clock: Clock | None = None) -> Session:
    """A session that has not connected to anything yet."""
    return Session(opening, clock)


def _difference(reviewed: Plan, now: Plan) -> str:
    """The first thing that makes two plans two."""
    if reviewed.target != now.target:
        return "it was made for another database"
    if reviewed.head != now.head:
        return "the history has changed since it was made"
    if reviewed.versions != now.versions:
        return f"it would now touch {', '.join(now.versions) or 'nothing'}"
    return "the files have changed since it was made"
