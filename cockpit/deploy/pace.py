"""How large the next batch is, and how fast it goes: fitted to a time, from real counts."""

from dataclasses import dataclass, field
from datetime import timedelta

SMALLEST = 10
_LARGEST = 1_000_000
_AT_MOST_TIMES = 2.0
"""A batch grows or shrinks at most by this factor, so that one odd batch decides nothing."""


def next_size(size: int, took_seconds: float, target_seconds: float) -> int:
    """Rows for the next batch, so that it takes the target time if rows cost the same."""
    ratio = target_seconds / max(took_seconds, 0.001)
    bounded = min(max(ratio, 1 / _AT_MOST_TIMES), _AT_MOST_TIMES)
    return min(max(round(size * bounded), SMALLEST), _LARGEST)


@dataclass(slots=True)
class Meter:
    """Rows seen against time, pauses included: what the operator will have to wait for."""

    began: float
    """Seconds of the clock that is used."""
    total: int | None
    """Rows in all, as the server estimates them; None when it does not know."""
    seen: int = 0
    """Rows that were gone through, those of earlier runs included."""
    changed: int = 0
    recent: list[tuple[float, int]] = field(default_factory=list)

    def count(self, now: float, seen: int, changed: int) -> None:
        """One batch is committed."""
        self.seen += seen
        self.changed += changed
        self.recent = [*self.recent[-19:], (now, self.seen)]

    @property
    def per_second(self) -> float:
        """Rows a second over the last batches; 0.0 before there are two."""
        if len(self.recent) < 2:
            return 0.0
        (first_at, first), (last_at, last) = self.recent[0], self.recent[-1]
        return (last - first) / max(last_at - first_at, 0.001)

    @property
    def eta(self) -> timedelta | None:
        """Time left; None without a total or a rate."""
        if self.total is None or not self.per_second:
            return None
        return timedelta(seconds=max(self.total - self.seen, 0) / self.per_second)
