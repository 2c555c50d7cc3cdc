"""The newest answers to questions whose answer never changes."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


@dataclass(slots=True)
class Newest(Generic[Answer]):
    """Remembers that many answers; the one that was asked for longest ago goes first."""

    most: int = 8
    _known: dict[Hashable, Answer] = field(default_factory=dict)

    def get(self, key: Hashable, find: Callable[[], Answer]) -> Answer:
        """The answer, found only where it is not remembered. What `find` raises is not kept."""
        found = self._known.pop(key) if key in self._known else find()
        self._known[key] = found
        while len(self._known) > self.most:
            del self._known[next(iter(self._known))]
        return found
