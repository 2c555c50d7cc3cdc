"""What the catalog shows of a step whose end was never recorded."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whether a statement has happened."""

    DONE = "done"
    NOT_DONE = "not done"
    INVALID = "invalid"
    """Something is there but cannot be used: a concurrent command was cut off."""
    UNKNOWN = "unknown"
    """The catalog cannot tell."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verdict with the sentence that supports it."""

    verdict: Verdict
    words: str
    remedy: str = ""
    """SQL that clears what a cut-off statement left; empty when there is nothing to clear."""
    completes: bool = False
    """The remedy ends the statement's own work, so the statement is not run again."""
