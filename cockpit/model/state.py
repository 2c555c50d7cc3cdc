"""The states a migration can be in at one ref on one target, and the lanes that show them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cockpit.model.hazard import Severity
from cockpit.model.history import Record, Recorded
from cockpit.model.migration import Migration


class State(StrEnum):
    """Exactly one of these holds for every migration."""

    PENDING = "pending"
    LATE = "late"
    APPLIED = "applied"
    PARTIAL = "partial"
    FAILED = "failed"
    DRIFTED = "drifted"
    MISSING = "missing"
    IMPORTED = "imported"
    UNVERIFIED = "unverified"
    ROLLED_BACK = "rolled-back"
    UNKNOWN = "unknown"
    """The database cannot be read, so nothing is claimed. Never shown as pending."""

    @property
    def lane(self) -> "Lane":
        """Where the board shows it."""
        return _LANES[self]

    @property
    def glyph(self) -> str:
        """One character that tells the state without colour."""
        return _GLYPHS.get(self, " ")

    @property
    def in_force(self) -> bool:
        """Something of it is in the database, so it can be rolled back."""
        return self in (
            State.APPLIED, State.DRIFTED, State.MISSING, State.IMPORTED, State.UNVERIFIED,
        )  # fmt: skip

    @property
    def untouched(self) -> bool:
        """Nothing of it is in the database, and nothing is known to have failed."""
        return self in (State.PENDING, State.LATE, State.ROLLED_BACK)

    @property
    def waits(self) -> bool:
        """An apply would run it, or the rest of it."""
        return self.untouched or self in (State.PARTIAL, State.FAILED)


class Lane(StrEnum):
    """The three columns of the board."""

    PENDING = "PENDING"
    APPLIED = "APPLIED"
    DRIFTED = "DRIFTED"


_LANES = {
    State.PENDING: Lane.PENDING,
    State.LATE: Lane.PENDING,
    State.ROLLED_BACK: Lane.PENDING,
    State.PARTIAL: Lane.PENDING,
    State.FAILED: Lane.PENDING,
    State.UNKNOWN: Lane.PENDING,
    State.APPLIED: Lane.APPLIED,
    State.IMPORTED: Lane.APPLIED,
    State.UNVERIFIED: Lane.APPLIED,
    State.DRIFTED: Lane.DRIFTED,
    State.MISSING: Lane.DRIFTED,
}
_GLYPHS = {
    State.PENDING: "+",
    State.LATE: "^",
    State.ROLLED_BACK: "<",
    State.PARTIAL: ">",
    State.DRIFTED: "!",
    State.MISSING: "?",
    State.FAILED: "x",
    State.UNVERIFIED: "~",
    State.IMPORTED: "=",
    State.UNKNOWN: "·",
}


class Drift(StrEnum):
    """How an edited file differs from what was applied; the first that fits."""

    LINE_ENDINGS = "line-endings"
    WHITESPACE = "whitespace"
    COMMENT = "comment"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Trace:
    """Where git last knew something about a version."""

    commit: str
    author: str
    at: datetime
    subject: str
    branch: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """One version: files, history and verdict side by side."""

    version: str
    name: str
    state: State
    migration: Migration | None
    """As the ref has it; None when the ref does not."""
    record: Record | None
    """As the history has it; None when it was never applied."""
    why: str = ""
    """One sentence for the operator: what the state rests on and what happens next."""
    drift: Drift | None = None
    trace: Trace | None = None
    """For `drifted` the commit that edited it, for `missing` the last one that had it."""
    reversible: bool = False
    """A way back is at hand: kept in the ledger, in the files, or in git."""
    severity: Severity = Severity.NONE
    """The worst hazard of what would run next."""

    @property
    def partly(self) -> bool:
        """Some of it is in the database and some is not: a run stopped between two phases or in
        one, on its way up or back, whether or not the ref has the file."""
        recorded = self.record is not None and self.record.recorded is Recorded.PARTIAL
        return self.state is State.PARTIAL or (self.state.in_force and recorded)

    @property
    def lane(self) -> Lane:
        """Where the board shows it; what failed and is not in this ref cannot be tried again."""
        lost = self.state is State.FAILED and self.migration is None
        return Lane.DRIFTED if lost else self.state.lane

    @property
    def anything_in_force(self) -> bool:
        """Something of it is in the database: all of it, a phase, or half of one."""
        if self.state.in_force or self.record is None:
            return self.state.in_force
        opened = self.record.open
        return bool(self.record.done) or (opened is not None and not opened.untouched)

    @property
    def wholly_in_force(self) -> bool:
        """All of it is in the database, as far as the history knows: no phase is left out."""
        return self.state.in_force and not self.partly

    @property
    def glyph(self) -> str:
        """One character for its row: what is half done is marked so in every lane."""
        return State.PARTIAL.glyph if self.partly else self.state.glyph
