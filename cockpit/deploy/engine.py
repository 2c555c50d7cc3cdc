"""What screens and commands may ask of the engine. `Session` is the real one.

Every method blocks and may raise a `CockpitError`; screens call them from worker threads. Looking
never writes: `look`, `plan`, `events`, `sessions` work on a read-only connection.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from cockpit.model.activity import SessionFacts
from cockpit.model.adoption import Adoption
from cockpit.model.attic import AtticEntry, Restored, Tell
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
from cockpit.model.readonly import OpenWindow
from cockpit.model.recording import Recording
from cockpit.model.rehearsal import Rehearsal
from cockpit.model.schema import SchemaChange, Snapshot
from cockpit.model.settlement import Found, Settlement
from cockpit.model.timeline import Applied
from cockpit.model.tuning import Tuning
from cockpit.model.usage import Usage

if TYPE_CHECKING:
    from cockpit.rehearsal.rehearse import Stage
    from cockpit.rehearsal.store import Kept


@dataclass(frozen=True, slots=True)
class Grant:
    """The right to write to one database, until a moment."""

    target: str
    """`Identity.key` of the database it was given for."""
    name: str
    until: datetime


class Deployment(Protocol):
    """A run in progress on its own thread."""

    @property
    def run(self) -> str:
        """The run's id, as the ledger and the journal have it."""

    @property
    def outcome(self) -> RunFinished | None:
        """How it ended; None while it runs or waits for the operator."""

    @property
    def journal_failure(self) -> str:
        """Why the rest of the run is not in its journal; empty while all of it is."""

    def proceed(self) -> None:
        """Run the phase that `PhaseReady` announced; confirms its gate if it has one."""

    def hold(self) -> None:
        """Stop after the current step, or at once while waiting; what is done stays done."""

    @property
    def tuning(self) -> Tuning:
        """How the backfill that is on goes about it: pause, batch, time target, lag limit."""

    def tune(self, tuning: Tuning) -> None:
        """Change it from the next batch on."""

    def cancel(self) -> None:
        """Ask the server to cancel the current statement; ends the run as `cancelled`."""

    def join(self, seconds: float | None = None) -> RunFinished | None:
        """Wait for the end. None when the seconds went by first."""


class Engine(Protocol):
    """Everything the cockpit can do with one target and one source."""

    @property
    def read_only(self) -> bool:
        """True when writing cannot be armed in this process at all (walkthrough)."""

    @property
    def grant(self) -> Grant | None:
        """The right to write that is held now; None when disarmed or expired."""

    def look(self) -> Board:
        """Read git, history, lock and server anew. Half a board when one side cannot be read."""

    def plan(self, goal: Goal, *, seen: Board | None = None, predicting: bool = True) -> Plan:
        """The dry run, from a fresh look. `Plan.refusals` says why it may not run.

        `seen`: the board that was looked at last; the plan is then made from that very look.
        Without `predicting` the catalog is left unread, and locks are told from the text alone:
        for plans that nobody is asked about. What would run is the same.
        """

    def events(self, limit: int = 500) -> tuple[LedgerEvent, ...]:
        """The newest ledger events, newest first; empty when there is no ledger."""

    def recording(self, run: str) -> Recording:
        """A past run, to be seen again: from the journal of this machine, else from the ledger.

        Raises `UsageError` when neither knows it.
        """

    def edit(self, version: str) -> Edit | None:
        """What an edit of an applied file changes in it, statement by statement against the live
        schema. None for a version that is not drifted, or whose applied text nobody kept."""

    def timeline(self, limit: int = 500) -> tuple[Applied, ...]:
        """Every history of this database, whichever tool keeps it, as one; newest first."""

    def sessions(self, relations: tuple[str, ...] = ()) -> tuple[SessionFacts, ...]:
        """Other sessions that hold locks on these relations; of the whole database when empty."""

    def live(self, plan: Plan, seconds: float = 1.2) -> tuple[RelationLive, ...]:
        """The tables the plan locks, as they are used now: sizes, traffic, who is in the way.

        Takes the seconds it watches; 0 leaves the traffic out.
        """

    def uses(self, sql: str) -> tuple[Usage, ...]:
        """Who uses what these statements drop or rename; empty when they do neither."""

    def proofs(
        self, migrations: tuple[Migration, ...], gone: tuple[str, ...] = ()
    ) -> dict[str, "Kept"]:
        """By version: the newest proof of the way back of exactly these scripts, if there is one.

        `gone`: versions that the ref lacks, whose scripts are taken from git's past; UsageError
        where that has none. Reads files of this machine, and only for these the database.
        """

    def rehearse(self, goal: Goal) -> Rehearsal:
        """Run the goal's plan forward, back and forward again on a clone of the schema.

        The target is only read; minutes may go by. Raises `UsageError` for a goal without a way
        back of its own, and whatever keeps a scratch server from being had.
        """

    def mending(self, version: str, path: str, line: int, rule: str) -> Mending:
        """The file with the safer form in the place of the statement at that line; only read.

        Raises `Refused` for a file that is applied or of a commit, `MigrationError` where the form
        asks for decisions.
        """

    def mend(self, mending: Mending) -> None:
        """Write it into the work tree. Raises `StalePlan` when the file was edited meanwhile."""

    def diagnose(self, versions: tuple[str, ...] = ()) -> tuple[Diagnosis, ...]:
        """What of these migrations is in the catalog; of those in doubt when none is named.

        Raises `UsageError` for a version that neither the ref nor git has.
        """

    def settlement(self, version: str, said: Found | None = None) -> Settlement:
        """What the catalog shows of a version, and what would be written so that its history says
        the same. Looks only. `said` counts where the catalog cannot tell, never against it.

        Raises `UsageError` for a version that nobody knows.
        """

    def settle(self, made: Settlement, reason: str = "") -> None:
        """Write it. Needs a grant; takes the deployment lock and looks again under it.

        Raises `StalePlan` when something else is found then, `Refused` when it is not conclusive
        or the tool's history has no way to say it.
        """

    def schema(self) -> Snapshot:
        """The live schema, object by object."""

    def use_ref(self, ref: str | None) -> None:
        """Look at another revision from now on; None means the work tree or HEAD."""

    def arm(self, typed: str | None) -> Grant:
        """Allow writing for 15 minutes. A protected target wants its name typed.

        Re-reads the identity from the live connection. Raises `Protected` when the name is not
        the target's, `Refused` on a standby, behind a transaction pooler, or when settings and
        marker disagree.
        """

    def disarm(self) -> None:
        """Give the right to write back."""

    def take_lock(self) -> LockHolder:
        """Take the deployment lock on the executing connection. Needs a grant.

        Raises `HeldByAnother` at once: it never waits.
        """

    def release_lock(self) -> None:
        """Give the deployment lock back, if it is ours and no run is on."""

    def start(self, plan: Plan, emit: Emit, *, stepwise: bool, reason: str = "") -> Deployment:
        """Run this plan or refuse it: `StalePlan` when it is not what would be planned now.

        Needs a grant. With `stepwise` the engine waits for `proceed` before every phase;
        otherwise only at gates. `emit` is called from the engine's thread.
        """

    def adoption(self, stage: "Stage") -> Adoption:
        """What taking over the history of the tool in use would write, with the proof.

        Builds the schema that the files imply on a scratch server; the target is only read.
        Raises `UsageError` when no other tool's history is here.
        """

    def adopt(self, adoption: Adoption, reason: str = "") -> str:
        """Write it into the ledger, or raise `StalePlan` when it is not what would be written now.

        Needs a grant. Executes nothing of any migration. Returns the id of the entry.
        """

    def undo_adoption(self, reason: str = "") -> str:
        """Write that the last adoption does not count; whose it was. Needs a grant.

        Raises `Refused` when there is none or something was run since.
        """

    def accept_break(self, broken: Break, reason: str) -> None:
        """Go on from a place where the ledger's chain does not hold. Needs a grant and a reason.

        Raises `StalePlan` when it is not the first such place any more.
        """

    def accept_drift(self, seen: tuple[SchemaChange, ...], reason: str) -> None:
        """Count what was changed by hand as meant. Needs a grant and a reason.

        Raises `StalePlan` when the schema differs otherwise than in what was `seen`.
        """

    def windows(self) -> tuple[OpenWindow, ...]:
        """Read-only windows that no run has given back yet; one that is on is among them."""

    def give_back(self) -> tuple[str, ...]:
        """Give them back now; what was done, in words. Needs a grant and no run."""

    def attic(self) -> tuple[AtticEntry, ...]:
        """Everything that runs have kept of what they dropped, in the order they kept it."""

    def restore_kept(
        self, number: int, *, overwrite: bool = False, tell: Tell | None = None
    ) -> Restored:
        """Put one entry of the attic back: columns in batches, a table in one transaction; `tell`
        hears of every batch. Needs a grant.

        A value that is there by now is left, unless `overwrite`. Raises `UsageError` for an entry
        that is not there or not within reach.
        """

    def drop_kept(self, number: int) -> AtticEntry:
        """Let one entry of the attic go for good. Needs a grant."""

    def terminate(self, pid: int) -> bool:
        """End somebody else's session. Needs a grant. False when it was gone already."""

    def close(self) -> None:
        """Release the lock, close the connections."""
