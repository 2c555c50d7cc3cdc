"""Other sessions of the server, as far as they matter to a run."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """One row of `pg_stat_activity`, with what the role may see."""

    pid: int
    user: str
    application: str
    address: str | None
    state: str
    """`active`, `idle in transaction`, ...; `unknown` when the role may not see it."""
    transaction_age: timedelta | None
    """How long its transaction is open; None without one."""
    query: str
    """The current or last statement; may be cut by `track_activity_query_size`."""
    holds: str = ""
    """Its strongest lock, or the one in our way, in words; empty when not known."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A row of a `pg_stat_progress_*` view: real totals, or none."""

    command: str
    phase: str
    done: int | None
    total: int | None
    """None when PostgreSQL reports no total for this phase."""
    unit: str = "blocks"

    @property
    def fraction(self) -> float | None:
        """0.0 to 1.0; None without a total."""
        return self.done / self.total if self.done is not None and self.total else None
