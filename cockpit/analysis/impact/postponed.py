"""Deferred constraints and their triggers: what waits for COMMIT."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from cockpit.analysis.impact.scene import Scene

Deed = Callable[["Scene"], None]


class Postponable(Protocol):
    """A constraint, or a constraint trigger."""

    @property
    def name(self) -> str:
        """As SET CONSTRAINTS names it."""

    @property
    def deferrable(self) -> bool:
        """SET CONSTRAINTS may move it."""

    @property
    def deferred(self) -> bool:
        """Waits for COMMIT unless told otherwise."""


class Postponed:
    """What one transaction has put off."""

    def __init__(self) -> None:
        self._due: list[Deed] = []
        self._said: dict[str, bool] = {}
        """What SET CONSTRAINTS said, by name; the empty name means all."""

    def copied(self) -> "Postponed":
        """The same, apart from this one."""
        other = Postponed()
        other._due, other._said = list(self._due), dict(self._said)
        return other

    def waits(self, check: Postponable) -> bool:
        """Whether it waits for COMMIT."""
        said = self._said.get(check.name, self._said.get(""))
        return check.deferrable and (check.deferred if said is None else said)

    def when_due(self, scene: "Scene", check: Postponable, deed: Deed) -> None:
        """Do it in this statement, or keep it for the one that ends the waiting."""
        if self.waits(check):
            self._due.append(deed)
        else:
            deed(scene)

    def say(self, names: Iterable[str], deferred: bool) -> None:
        """SET CONSTRAINTS; no names mean all."""
        known = list(names)
        if not known:
            self._said.clear()
        self._said |= dict.fromkeys(known or [""], deferred)

    def end(self, scene: "Scene") -> None:
        """Everything that waits is done now, in this statement."""
        while self._due:
            self._due.pop(0)(scene)
