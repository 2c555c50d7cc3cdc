"""The targets that the settings name, and the ways to open one or to compare several."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from cockpit.deploy.engine import Engine
from cockpit.model.comparison import Comparison
from cockpit.model.target import Environment


@dataclass(frozen=True, slots=True)
class TargetCard:
    """One target as the settings know it, before its database was asked anything."""

    name: str
    environment: Environment
    where: str
    """`orders@db-1`; never a password."""
    credential: str
    """Where its password would come from."""
    origin: str = ""
    """Which file, variable or option names it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An engine on one target."""

    engine: Engine
    close: Callable[[], None]
    """Close the engine and give back what was leased for it. Blocks."""


class Fleet(Protocol):
    """All configured targets of one repository."""

    @property
    def cards(self) -> tuple[TargetCard, ...]:
        """In the order of the settings."""

    def open(self, name: str) -> Opened:
        """An engine on that target; may ask for a password on the terminal. Connects to nothing.

        Raises `CredentialError` when no password can be had.
        """

    def compare(self, names: tuple[str, ...]) -> Comparison:
        """Look at these targets side by side, each read-only. Asks the operator nothing."""
