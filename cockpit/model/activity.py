"""Other sessions of the server, as far as they matter to a run."""

from dataclasses import dataclass
from datetime import timedelta

HIDDEN = "hidden"
SEES_ALL = "pg_read_all_stats"
"""The role whose members see what every session does."""
MAY_END = "pg_signal_backend"
"""The role whose members may end other roles' sessions, superusers' excepted."""


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """One row of `pg_stat_activity`, with what the role may see."""

    pid: int
    user: str
    application: str
    address: str | None
    state: str
    """`active`, `idle in transaction`, ...; `hidden` when the role may not see it."""
    transaction_age: timedelta | None
    """How long its transaction is open; None without one."""
    query: str
    """The current or last statement; may be cut by `track_activity_query_size`."""
    holds: str = ""
    """Its strongest lock, or the one in our way, in words; empty when not known."""
    endable: bool | None = None
    """Whether this role may end it; None when that was not asked."""

    @property
    def hidden(self) -> bool:
        """This role sees who it is and which locks it holds, not what it does or from where."""
        return self.state == HIDDEN

    @property
    def place(self) -> str:
        """Where it comes from: an address, `socket`, or that it is not shown."""
        return "hidden from this role" if self.hidden else self.address or "socket"


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
