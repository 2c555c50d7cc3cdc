"""The ordered steps from where a target is to where one wants it. Pure data with an id."""

from dataclasses import dataclass, replace
from enum import StrEnum

from cockpit.model.attic import Holding
from cockpit.model.goal import Goal
from cockpit.model.hazard import Hazard, Severity
from cockpit.model.impact import Impact, RelationLock
from cockpit.model.live import Estimate
from cockpit.model.migration import Backfill, Direction, Phase, ReadOnly

FILES = "the files of this ref"
"""`PlannedPhase.origin` of a way down that no ledger and no older commit kept."""


class StepKind(StrEnum):
    """What executing a step means."""

    SQL = "sql"
    BACKFILL = "backfill"
    CHECK = "check"
    GATE = "gate"
    WINDOW = "read-only window"
    """Somebody is kept from writing, or may write again; outside of the phase's transactions."""
    RECORD = "record"
    """The history is written: for a transactional phase in the same transaction."""
    KEEP = "keep"
    """Data goes to the attic, in the transaction of the step that destroys it."""
    RESTORE = "restore"
    """Data comes back from the attic, in the transaction that made its place again."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing executed."""

    number: int
    """Across the whole plan, from 1."""
    kind: StepKind
    sql: str
    """The statement; empty for a gate and a record."""
    path: str
    line: int
    """Of the statement's first character in its file, from 1; 0 where a program sends it."""
    position: int
    """Within its phase, from 1."""
    group: int | None
    """Steps of one phase with the same number share one transaction; None: outside of any."""
    title: str = ""
    """A check's or gate's words; for a record, what is written."""
    impact: Impact | None = None
    hazards: tuple[Hazard, ...] = ()
    estimate: Estimate | None = None
    """How long it may work; None when that is nothing to wait for, or not known."""
    holds: tuple[RelationLock, ...] = ()
    """What earlier steps of its transaction hold while it runs, until the transaction ends."""
    already_done: bool = False
    """An earlier, interrupted run has committed it; it is not executed again."""
    holding: Holding | None = None
    """What is kept or put back, for steps of these two kinds; its SQL says the same."""
    comes_back: bool = True
    """The way back makes the place of what is kept again, so that `Goal.restore` finds it."""
    kept: tuple[str, ...] = ()
    """Which words of `Impact.loses` are kept by a step before it."""

    @property
    def place(self) -> str:
        """Where it is from: `db/1.sql:12`, `shop/0001.py, statement 2`; empty for nowhere."""
        if not self.path or self.line:
            return f"{self.path}:{self.line}" if self.path else ""
        return f"{self.path}, statement {self.position}"

    @property
    def data_lost(self) -> tuple[str, ...]:
        """Data that is gone after it, in words; what was kept before is not."""
        found = self.impact.loses if self.impact else ()
        return tuple(words for words in found if words not in self.kept)

    @property
    def loses(self) -> tuple[str, ...]:
        """Data and rights that are gone after it, in words."""
        rights = (words for hazard in self.hazards for words in hazard.loses)
        return (*self.data_lost, *rights)


@dataclass(frozen=True, slots=True)
class PlannedPhase:
    """One phase of one migration in one direction, with its steps."""

    version: str
    name: str
    phase: str
    direction: Direction
    steps: tuple[Step, ...]
    script: str
    path: str
    checksum: str | None
    all_phases: tuple[str, ...]
    """Every up phase of the migration, for the ledger."""
    undo: Phase | None = None
    """Up: the down phase that the ledger will keep."""
    irreversible: str = ""
    """Up: the author's reason why there is no way back; empty when none was given."""
    origin: str = ""
    """Down: where the script comes from: `ledger event 12`, `commit c0ffee1`, `files`."""
    commit: str | None = None
    backfill: Backfill | None = None
    cursor: tuple[str, ...] | None = None
    """Where a resumed backfill goes on."""
    passed: int = 0
    """Rows that it went through until there."""
    gate: str | None = None
    gate_sql: str = ""
    """The query that opens the gate, in place of a person."""
    readonly: ReadOnly | None = None
    """Whom it keeps from writing while it runs."""
    program: tuple[str, ...] = ()
    """Arguments of the tool's own command, which runs the phase in place of us; its steps are what
    the tool says that it sends."""
    last_of_version: bool = True
    """After it the version is wholly applied, or wholly rolled back."""
    previous_version: str | None = None
    """The version that is the newest applied one after this phase; None: none is."""
    in_ref: bool = False
    """Down: the ref has its file, so that it can be applied again from here."""
    in_git: bool = True
    """Down: False where no commit that git knows has its file, and nothing was left unfetched."""
    metadata: str = ""
    """For the tool's own history: `Migration.metadata` on the way up, `Record.metadata` down."""

    @property
    def transactional(self) -> bool:
        """All of it and its record are one transaction."""
        around = (StepKind.GATE, StepKind.WINDOW)
        groups = {step.group for step in self.steps if step.kind not in around}
        return len(groups) == 1 and None not in groups and self.backfill is None

    @property
    def from_files(self) -> bool:
        """Its script is read from the files of the ref, not from the ledger or an older commit."""
        return self.direction is Direction.UP or self.origin == FILES

    @property
    def severity(self) -> Severity:
        """The worst hazard in it."""
        hazards = [hazard.severity for step in self.steps for hazard in step.hazards]
        return max(hazards, default=Severity.NONE)


@dataclass(frozen=True, slots=True)
class OtherWay:
    """A way down that says something else than the one that is used."""

    version: str
    used: str
    """Origin of the one in the plan."""
    other: str
    """Origin of the other one."""
    kind: str
    """`ledger`, `commit` or `files`: what to name to use the other one."""
    diff: tuple[str, ...]
    """Unified, from the one in use to the other, without line ends."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would run, exactly."""

    id: str
    """SHA-256 hex over everything that was reviewed; empty until the plan is sealed."""
    goal: Goal
    target: str
    """`Identity.key` of the database it was made for."""
    standpoint: str
    """Name of the target, as shown and typed."""
    tool: str
    head: str
    """`History.head` it was made from."""
    commit: str | None
    ref: str | None
    worktree: bool
    phases: tuple[PlannedPhase, ...]
    notes: tuple[str, ...] = ()
    """What the operator should know before running it."""
    refusals: tuple[str, ...] = ()
    """Why it must not run; shown in place of the question. Empty: it may."""
    other_ways: tuple[OtherWay, ...] = ()
    """Ways down kept elsewhere that differ from those in the plan; no part of its id."""
    keeps: tuple[str, ...] = ()
    """What its steps keep in the attic, with sizes; no part of its id, as the next two."""
    keepable: tuple[str, ...] = ()
    """What it loses and the attic could keep, with sizes; see `Goal.keep`."""
    restorable: tuple[str, ...] = ()
    """What the attic holds of what its steps make again; see `Goal.restore`."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps in order."""
        return tuple(step for phase in self.phases for step in phase.steps)

    @property
    def versions(self) -> tuple[str, ...]:
        """Versions in the order they are touched, each once."""
        return tuple(dict.fromkeys(phase.version for phase in self.phases))

    @property
    def empty(self) -> bool:
        """Nothing to do."""
        return not self.phases

    @property
    def loses(self) -> tuple[str, ...]:
        """Data and rights that are gone afterwards, in words."""
        return tuple(dict.fromkeys(words for step in self.steps for words in step.loses))

    @property
    def severity(self) -> Severity:
        """The worst hazard in it."""
        return max((phase.severity for phase in self.phases), default=Severity.NONE)

    def sealed(self, plan_id: str) -> "Plan":
        """The same plan with its id."""
        return replace(self, id=plan_id)
