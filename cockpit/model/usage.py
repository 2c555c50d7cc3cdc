"""Who uses a thing that is about to go, or to get another name."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Handling(StrEnum):
    """What a user does with it."""

    READS = "reads"
    WRITES = "writes"
    READS_ALL = "reads every column of its table (*)"
    NEEDS = "needs it: it cannot go without CASCADE"
    GOES = "goes with it"
    BEFORE = "does not stop it: an earlier statement drops it, or makes it without this"
    MAYBE = "may use it: its text cannot be resolved"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a statement drops or renames."""

    kind: str
    """`table`, `view`, `column`, `type` or `function`."""
    schema: str
    """Empty where the statement leaves it to the search path."""
    name: str
    """Of the relation, type or function, as stored."""
    column: str = ""
    becomes: str = ""
    """The new name; empty when it is dropped."""

    @property
    def words(self) -> str:
        """`column public.users.name`."""
        full = f"{self.schema}.{self.name}" if self.schema else self.name
        return f"{self.kind} {full}.{self.column}" if self.column else f"{self.kind} {full}"


@dataclass(frozen=True, slots=True)
class RanStatement:
    """A statement as the server remembers it."""

    sql: str
    """With `$1` in place of constants where the server has put it there."""
    calls: int | None = None
    """Since the statistics were reset; None when only a session shows it."""
    last: datetime | None = None
    """When a session that is still there last ran it; None: none did in the last minutes."""
    user: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """One user of a subject."""

    who: str
    """`view public.v`, `statement of role shop`, `app/models.py:12`."""
    handling: Handling
    sql: str = ""
    calls: int | None = None
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Everybody found who uses one subject."""

    subject: Subject
    uses: tuple[Use, ...]
    not_asked: tuple[str, ...] = ()
    """Sources that could not be asked, each with the reason: silence there proves nothing."""
