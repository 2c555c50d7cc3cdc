"""What the engine says while it runs, one value an event; screens and journal only listen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cockpit.model.activity import Progress, SessionFacts
from cockpit.model.locks import LockHolder, LockMode


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The deployment lock is ours, the plan was checked again under it."""

    at: datetime
    run: str
    plan_id: str
    goal: str
    pid: int
    """The backend that executes."""


@dataclass(frozen=True, slots=True)
class LockRefused:
    """Somebody else has the deployment lock; nothing was started."""

    at: datetime
    holder: LockHolder | None


@dataclass(frozen=True, slots=True)
class PhaseReady:
    """The engine waits for the operator before this phase."""

    at: datetime
    index: int
    """Position in `Plan.phases`, from 0."""
    gate: str | None = None
    """What must be confirmed; None when only the next key press is awaited."""


@dataclass(frozen=True, slots=True)
class PhaseStarted:
    """A phase begins."""

    at: datetime
    index: int


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step was sent to the server."""

    at: datetime
    step: int
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class StepWaiting:
    """The step wants a lock it does not have, or somebody's transaction to end."""

    at: datetime
    step: int
    attempt: int
    waited: timedelta
    blockers: tuple[SessionFacts, ...]
    """Oldest transaction first; empty when the server would not tell us."""
    queued_behind: int
    """Sessions that wait because we wait."""
    mode: LockMode | None = None
    """None: it waits for no lock, but for the transactions of `blockers` to end."""
    relation: str | None = None


@dataclass(frozen=True, slots=True)
class TryFailed:
    """A try gave up; the phase is undone and will be tried again."""

    at: datetime
    step: int
    attempt: int
    attempts: int
    sqlstate: str
    next_in: timedelta
    blockers: tuple[SessionFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class StepProgress:
    """Real totals from the server, or rows of our own batches."""

    at: datetime
    step: int
    progress: Progress
    per_second: float = 0.0
    """Rows a second over the last batches of a backfill."""
    eta: timedelta | None = None
    """From that rate and the server's estimate of rows; None when either is unknown."""
    batch: int = 0
    """Rows of the next batch."""


@dataclass(frozen=True, slots=True)
class StepThrottled:
    """A backfill waits before its next batch."""

    at: datetime
    step: int
    reason: str


@dataclass(frozen=True, slots=True)
class StepFinished:
    """A step is done; kept only when its transaction commits."""

    at: datetime
    step: int
    took: timedelta | None
    """None for one of several that a framework's command has sent: only all of it was timed."""
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class PhaseFinished:
    """The phase and its history row are committed."""

    at: datetime
    index: int
    took: timedelta


@dataclass(frozen=True, slots=True)
class PhaseFailed:
    """The phase stopped with an error."""

    at: datetime
    index: int
    step: int
    error: str
    sqlstate: str | None
    kept: str
    undone: str
    held: str
    next_step: str
    line: int | None = None
    column: int | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """A line for the log."""

    at: datetime
    text: str


NOTHING_HELD = "no table lock"
"""What `RunFinished.held` says where the session is there to know it."""


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The run is over and the deployment lock is free."""

    at: datetime
    run: str
    outcome: str
    """`done`, `held`, `waits at gate`, `failed`, `cancelled`, `refused`, `lock held`."""
    kept: str
    undone: str
    held: str
    next_step: str
    exit_code: int


Event = (
    RunStarted | LockRefused | PhaseReady | PhaseStarted | StepStarted | StepWaiting | TryFailed
    | StepProgress | StepThrottled | StepFinished | PhaseFinished | PhaseFailed | Noted
    | RunFinished
)  # fmt: skip

Emit = Callable[[Event], None]
"""The engine talks outward through this; it must not block."""
