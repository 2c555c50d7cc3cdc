"""Migrations that wait on other branches, and what will go wrong when they meet."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cockpit.model.migration import Migration


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch and its newest commit."""

    name: str
    """`feature/x`, or `origin/feature/x` for one that is only on a remote."""
    commit: str
    at: datetime
    """Committer's time, UTC."""
    author: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A migration that a branch brings and the base does not have."""

    branch: Branch
    migration: Migration
    branches: tuple[str, ...] = ()
    """Other branches that bring the very same text."""

    @property
    def label(self) -> str:
        """`0044 on feature/x`."""
        return f"{self.migration.version} on {self.branch.name}"


class ConflictKind(StrEnum):
    """Why two migrations do not go together as they are."""

    SAME_VERSION = "same version"
    SAME_OBJECT = "same object"
    ORDER = "order"
    REQUIRES = "requires"
    LOCKS = "locks"
    """Both keep others from one table that exists: deployed together they wait for each other."""
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing to settle before the branches meet."""

    kind: ConflictKind
    what: str
    """One sentence."""
    versions: tuple[str, ...]
    branches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Queue:
    """What other branches bring, and an order in which it can be merged."""

    base: str
    """What the branches are compared with, in words."""
    waiting: tuple[Waiting, ...]
    """In the proposed order."""
    conflicts: tuple[Conflict, ...]
    unreadable: tuple[str, ...] = ()
    """Branches that could not be read, with the reason."""
