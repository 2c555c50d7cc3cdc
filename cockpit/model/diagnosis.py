"""What the catalog shows of one migration, statement by statement."""

from dataclasses import dataclass
from enum import StrEnum


class Presence(StrEnum):
    """Whether what a statement leaves behind is there."""

    PRESENT = "present"
    ABSENT = "absent"
    HALF = "half"
    """Some of what one statement leaves is there, some is not."""
    INVALID = "invalid"
    """It is there and cannot be used: a CONCURRENTLY was cut off."""
    UNSEEN = "cannot be seen"
    """It leaves nothing that can be looked up by name, such as changed rows, or nothing that would
    prove it: IF NOT EXISTS finds it as it would leave it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement."""

    line: int
    sql: str
    presence: Presence
    words: str
    """What was looked for and found."""
    phase: str = "up"
    """Of the migration, by name."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One migration's way up against the catalog."""

    version: str
    name: str
    path: str
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Presence:
        """All of it, nothing of it, half of it, or nothing that can be seen."""
        seen = {f.presence for f in self.findings} - {Presence.UNSEEN}
        if not seen:
            return Presence.UNSEEN
        only = seen.pop() if len(seen) == 1 else Presence.HALF
        return Presence.HALF if only is Presence.INVALID else only

    @property
    def words(self) -> str:
        """One sentence for the operator."""
        looked = sum(f.presence is not Presence.UNSEEN for f in self.findings)
        of = f"{looked} of {len(self.findings)} statements leave something to look for"
        match self.verdict:
            case Presence.PRESENT:
                return f"All of {self.version} is in the database ({of})."
            case Presence.ABSENT:
                return f"Nothing of {self.version} is in the database ({of})."
            case Presence.HALF | Presence.INVALID:
                there = sum(f.presence is Presence.PRESENT for f in self.findings)
                return f"{self.version} is HALF applied: {there} of {looked} statements show."
            case Presence.UNSEEN:
                return f"The catalog cannot tell: no statement of {self.version} leaves a name."
