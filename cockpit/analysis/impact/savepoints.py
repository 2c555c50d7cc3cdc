"""SAVEPOINT and ROLLBACK TO: a world as it was."""

import copy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cockpit.analysis.impact.world import World

_CONSTANT = ("facts", "assumes", "major", "savepoints")


class Savepoints:
    """States of one world by name, the newest last."""

    def __init__(self) -> None:
        self._states: list[tuple[str, dict[str, Any]]] = []

    def save(self, world: "World", name: str) -> None:
        """Remember everything as it is; the empty name is the start of the transaction."""
        state = {k: _copied(v) for k, v in vars(world).items() if k not in _CONSTANT}
        self._states.append((name, state))

    def restore(self, world: "World", name: str) -> None:
        """Make everything as it was; nothing happens where no such savepoint is."""
        places = [place for place, (known, _) in enumerate(self._states) if known == name]
        if not places:
            return
        del self._states[places[-1] + 1 :]
        for key, value in self._states[-1][1].items():
            setattr(world, key, _copied(value))


def _copied(value: Any) -> Any:
    """Changes of the original do not reach it; facts are frozen and shared."""
    if isinstance(value, dict):
        return {k: _copied(v) if isinstance(v, list | dict) else v for k, v in value.items()}
    return value.copied() if hasattr(value, "copied") else copy.copy(value)
