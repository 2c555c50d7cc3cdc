"""What a list shows."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import overload

from cockpit.model.state import Standing
from cockpit.tui.present.line import Line


@dataclass(frozen=True, slots=True)
class Item:
    """One or more rows that are selected as one."""

    key: str | None
    """What the cursor stands on; None for rules and words between items."""
    lines: tuple[Line, ...]

    @property
    def height(self) -> int:
        """Rows."""
        return len(self.lines)


@dataclass(frozen=True)
class StandingItem:
    """A version whose rows are laid out when they are first seen: there may be thousands."""

    standing: Standing
    release: str
    """What it came with, where the row is to say it."""
    width: int
    height: int
    """Rows; as many as `rows` will give."""
    rows: Callable[[Standing, str, int], tuple[Line, ...]]

    @property
    def key(self) -> str:
        """The cursor stands on the version."""
        return self.standing.version

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The rows, laid out."""
        return self.rows(self.standing, self.release, self.width)


class Rows(Sequence[Line]):
    """The rows of many items, one after the other; only those that are asked for are laid out."""

    def __init__(self, items: Sequence[Item | StandingItem]) -> None:
        self._items = items
        self._starts = list(accumulate((item.height for item in items), initial=0))

    def __len__(self) -> int:
        return self._starts[-1]

    @overload
    def __getitem__(self, index: int) -> Line: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Line, ...]: ...
    def __getitem__(self, index: int | slice) -> Line | tuple[Line, ...]:
        if isinstance(index, slice):
            return tuple(self[row] for row in range(*index.indices(len(self))))
        row = range(len(self))[index]
        place = bisect_right(self._starts, row) - 1
        return self._items[place].lines[row - self._starts[place]]

    def __iter__(self) -> Iterator[Line]:
        return (row for item in self._items for row in item.lines)
