"""A way down against what is there, for a phase that broke off half way up."""

from dataclasses import dataclass
from enum import StrEnum


class Need(StrEnum):
    """Whether a statement of a way down has something to do."""

    RUN = "run"
    SKIP = "skip"
    """What it takes away is not there, or what it brings back is."""
    HALF = "half"
    """Some of what it is about is there, so it would fail."""
    UNSEEN = "unseen"
    """It is about nothing that can be looked up by name, such as values in rows."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One statement of a way down."""

    sql: str
    line: int
    need: Need
    words: str
    """What was looked for and found."""
