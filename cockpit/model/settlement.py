"""What would be written about a version so that its history says what the catalog shows."""

from dataclasses import dataclass
from enum import StrEnum

from cockpit.model.diagnosis import Diagnosis
from cockpit.model.migration import Migration


class Found(StrEnum):
    """What the evidence says of one version."""

    APPLIED = "applied"
    PARTLY = "partly applied"
    """Some of its phases are there as a whole, the later ones are not."""
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class SettledPart:
    """One version that is in doubt."""

    version: str
    name: str
    found: Found | None
    """None: the evidence is not conclusive."""
    why: str
    """One sentence: what the verdict rests on, or what is missing for one."""
    diagnosis: Diagnosis
    migration: Migration
    phases: tuple[str, ...] = ()
    """Up phases that are in force, by the evidence."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """The evidence about one version, and what would be written for it. Pure data with an id."""

    id: str
    """SHA-256 hex over all of it, and over the history that it was made from."""
    version: str
    name: str
    told: str
    """What the history says now, one sentence."""
    parts: tuple[SettledPart, ...]
    """Usually one. golang-migrate's dirty row leaves two versions in doubt at once."""
    writes: tuple[str, ...] = ()
    """What would be written, one line each; empty when it is refused."""
    refusals: tuple[str, ...] = ()
    """Why nothing may be written; empty: it may."""
    way_back: str = ""
    said: Found | None = None
    """The operator's own word, which counts where the catalog cannot tell."""

    @property
    def conclusive(self) -> bool:
        """It may be written."""
        return not self.refusals
