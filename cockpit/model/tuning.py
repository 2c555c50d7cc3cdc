"""What an operator may change of a backfill while it runs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tuning:
    """Live settings; the file's own values are where they start."""

    paused: bool = False
    batch: int = 0
    """Rows of every further batch; 0 lets the time target decide."""
    milliseconds: int = 200
    """How long a batch shall take."""
    max_lag: int = 10
    """Seconds a replica may lie behind before the backfill waits."""
