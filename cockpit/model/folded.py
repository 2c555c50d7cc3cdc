"""What the ledger says, folded: values only; `cockpit.model.ledger` makes them from events."""

from dataclasses import dataclass, field
from datetime import datetime

from cockpit.model.goal import Goal
from cockpit.model.ledger_event import GENESIS
from cockpit.model.migration import Direction, Phase


@dataclass(frozen=True, slots=True)
class PhaseDone:
    """An up phase that is in force."""

    name: str
    script: str
    undo: Phase | None
    commit: str | None
    at: datetime
    run: str
    seq: int


@dataclass(frozen=True, slots=True)
class PhaseOpen:
    """A phase that was begun and neither finished nor undone as a whole."""

    name: str
    direction: Direction
    finished: tuple[str, ...] = ()
    """The SQL of every step that is known to be committed, in order."""
    started: str | None = None
    """The SQL of a step that was sent and whose end was never recorded."""
    started_step: int | None = None
    """Its position within the phase, from 1."""
    cursor: tuple[str, ...] | None = None
    """Where the last committed backfill batch ended, as the key's text values."""
    rows: int = 0
    """Rows that the committed batches changed."""
    passed: int = 0
    """Rows that the committed batches went through, changed or not."""
    checksum: str | None = None
    """Of the file it was begun from; None on the way down."""

    @property
    def untouched(self) -> bool:
        """Nothing of it is in the database."""
        return not self.finished and self.started is None and self.cursor is None


@dataclass(frozen=True, slots=True)
class VersionState:
    """One version, as the ledger tells it."""

    version: str
    name: str
    phases: tuple[str, ...] = ()
    """All up phases the file had when it was last run."""
    done: tuple[PhaseDone, ...] = ()
    open: PhaseOpen | None = None
    failure: str | None = None
    """The error of the last run, when it stopped in this version."""
    checksum: str | None = None
    commit: str | None = None
    ref: str | None = None
    applied_at: datetime | None = None
    run: str = ""
    """The last run that changed it; one that only failed in it is not meant."""
    actor: str = ""
    imported: bool = False
    was_applied: bool = False
    confirmed_gates: tuple[str, ...] = ()
    """Phases whose gate somebody has opened."""
    confirmed_words: tuple[str, ...] = ()
    """What was confirmed, one for each of them."""
    seq: int = 0
    """Of the event that applied what is in force of it: the order in which versions were applied.
    Where only half a phase is, of the last event about that."""
    settled: str = ""
    """What the last word about it rests on, when that is evidence and no run of ours."""

    @property
    def complete(self) -> bool:
        """Every phase of the file is in force."""
        return self.imported or (
            bool(self.done) and {p.name for p in self.done} >= set(self.phases)
        )


@dataclass(frozen=True, slots=True)
class PhaseRun:
    """One phase, gone through in one direction."""

    version: str
    phase: str
    direction: Direction


@dataclass(frozen=True, slots=True)
class RunOpen:
    """A run that was started and is not done."""

    run: str
    at: datetime
    actor: str
    client: str
    goal: str
    """In words."""
    asked: Goal | None = None
    """The same to plan again; None where the ledger does not have it."""
    planned: tuple[PhaseRun, ...] = ()
    """Every phase in the order it was to run; empty where the ledger does not have them."""
    finished: tuple[PhaseRun, ...] = ()
    """Those that were committed, in the order they were."""

    @property
    def rest(self) -> tuple[PhaseRun, ...]:
        """The planned phases that were not committed; empty where nobody knows the plan."""
        return self.planned[len(self.finished) :]


@dataclass(frozen=True, slots=True)
class SchemaMark:
    """The schema that is meant since the end of a run or an acceptance, by its digest."""

    digest: str
    run: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Adopted:
    """A tool's history that the ledger has taken over."""

    tool: str
    table: str
    versions: frozenset[str]
    """What that history had in force then; whatever it names beyond came later."""
    run: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The folded state."""

    exists: bool = False
    """False when the database has no `cockpit.ledger`; looking does not create it."""
    head: str = GENESIS
    seq: int = 0
    versions: dict[str, VersionState] = field(default_factory=dict)
    observed: frozenset[str] = frozenset()
    unfinished: RunOpen | None = None
    stopped: RunOpen | None = None
    """The last run, where it said that it ended before it was done."""
    tool: str = ""
    """Whose history the last run kept; empty when no run has said it."""
    schema: SchemaMark | None = None
    """The schema that is meant; None when nobody said so, or steps have run since."""
    adopted: Adopted | None = None
    """The last adoption that stands; None when no other tool's history was taken over."""
    ran_since: bool = False
    """Something was run after it, so that it cannot be undone."""
