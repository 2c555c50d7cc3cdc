"""What the live server adds to a prediction: how long, and who would queue right now."""

from dataclasses import dataclass
from datetime import timedelta

from cockpit.model.activity import SessionFacts
from cockpit.model.locks import LockMode


@dataclass(frozen=True, slots=True)
class Estimate:
    """How long a statement works once it has its locks. A range, because disks differ."""

    low: timedelta
    high: timedelta
    reason: str
    """What the range rests on: `writes 3.1 GB anew at 40 to 200 MB/s`."""


@dataclass(frozen=True, slots=True)
class RelationLive:
    """One relation of a plan, as it is used right now."""

    relation: str
    """`schema.name`, as the plan's impact has it."""
    mode: LockMode
    """The strongest mode the plan asks for on it."""
    bytes: int | None
    """With its indexes; None for what has no storage of its own."""
    rows: int | None
    """The server's estimate; None for a table that was never analysed, and for a view."""
    in_the_way: tuple[SessionFacts, ...] = ()
    """Sessions that hold a conflicting lock now, oldest transaction first."""
    statements_a_second: float | None = None
    """Scans and changed rows a second while we looked; None where nothing was counted."""
    kind: str = "table"
    """As the catalog says: `table`, `view`, `sequence`, ...; empty when it is not there (any more).
    """
