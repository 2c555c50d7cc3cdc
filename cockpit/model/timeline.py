"""Histories of several tools in one database, told as one."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OtherHistory:
    """A history beside the one that the board shows."""

    tool: str
    """`django`, `golang-migrate`, ...: told by the shape of the table."""
    table: str
    """`public.django_migrations`"""
    applied: int
    """How many versions it calls applied."""
    last: str = ""
    """The version that was applied last; empty when none is."""
    last_at: datetime | None = None
    """None where the tool does not write it down."""
    why: str = ""
    """Why it cannot be read; empty when it can."""
    part: str = ""
    """`apps elsewhere`: which part of the board's own history it is; empty for another one."""
    note: str = ""
    """What its count does not tell."""


@dataclass(frozen=True, slots=True)
class Applied:
    """One version that some history calls applied."""

    tool: str
    table: str
    version: str
    name: str = ""
    at: datetime | None = None
    order: int = 0
    """Position in its own history; larger is later."""
    ours: bool = False
    """It is of the history that the board shows."""
