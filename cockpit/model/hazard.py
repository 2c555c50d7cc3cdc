"""A reason to think twice, with the safer way."""

from dataclasses import dataclass, field
from enum import IntEnum


class Severity(IntEnum):
    """How much a hazard can hurt; the number orders, the name is shown."""

    NONE = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def word(self) -> str:
        """As lists show it: HIGH stands out, the others stay quiet."""
        return ("", "low", "med", "HIGH")[self]


@dataclass(frozen=True, slots=True)
class Hazard:
    """One finding of one rule about one statement."""

    rule: str
    severity: Severity
    message: str
    """What it blocks or loses, and why, with the user's own names."""
    safer: str = ""
    """The steps that avoid it, ready to use; empty when there is no safer way."""
    mechanical: bool = False
    """The safer form is complete: it may take the place of the statement without a thought."""
    offset: int | None = field(default=None, compare=False)
    """Byte of the script at which the part in question stands; None means the whole statement."""
    loses: tuple[str, ...] = ()
    """What is gone afterwards beside data, in words: `grants of revenue to app`."""
