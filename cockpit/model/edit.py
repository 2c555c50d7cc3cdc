"""What an edit of an applied migration changes in it, and what the live schema shows of that."""

from dataclasses import dataclass
from enum import StrEnum

from cockpit.model.diagnosis import Presence
from cockpit.model.impact import Impact


class Change(StrEnum):
    """Which side of the edit a statement is on."""

    REMOVED = "removed"
    """It was applied, and the file does not have it any more."""
    ADDED = "added"
    """The file has it, and it was never run."""


@dataclass(frozen=True, slots=True)
class EditedStatement:
    """One statement that only one side has."""

    change: Change
    line: int
    """In its own side's script, from 1."""
    sql: str
    presence: Presence
    """Whether what it leaves behind is in the schema, by name."""
    words: str
    """What was looked for and found."""
    impact: Impact | None = None
    """Of an added one, if it ran now."""
    unlike: tuple[str, ...] = ()
    """Of a thing that is there: each way in which it is not as the statement writes it."""
    uncompared: str = ""
    """Of a thing that is there: what of its looks was not compared, as a clause; empty: nothing."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One drifted version: what was applied against what the file says."""

    version: str
    name: str
    applied_from: str
    """Where the applied text is kept: `the ledger`, `commit c0ffee1`."""
    file_from: str
    """Where the other one stands: the path."""
    statements: tuple[EditedStatement, ...]
    """In the order of the files. Empty where no statement differs, only how they are written."""
    unreadable: str = ""
    """Why the statements of one side cannot be told apart; empty when they can."""
