"""A list with a cursor: the same keys move in every one of them."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from rich.style import Style
from textual import events
from textual.message import Message

from cockpit.tui.present.item import Item, Rows, StandingItem
from cockpit.tui.widgets.drawn import Drawn


class RowList(Drawn, can_focus=True, inherit_bindings=False):
    """Keeps its cursor on the same key when the items are read again."""

    class Moved(Message):
        """The cursor stands on another item."""

        def __init__(self, rows: "RowList", key: str | None) -> None:
            super().__init__()
            self.rows, self.key = rows, key

        @property
        def control(self) -> "RowList":
            """The list it happened in."""
            return self.rows

    class Opened(Message):
        """The item under the cursor was clicked twice."""

        def __init__(self, rows: "RowList", key: str) -> None:
            super().__init__()
            self.rows, self.key = rows, key

    class Rewidthed(Message):
        """The room has changed, or a scroll bar came or went: rows laid out for it are cut."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._items: tuple[Item | StandingItem, ...] = ()
        self._starts: list[int] = []
        self._cursor = 0
        self._width = 0

    def show(self, items: Sequence[Item | StandingItem]) -> None:
        """Replace the items; the cursor stays on its key, else on its place."""
        if tuple(items) == self._items:
            return
        key = self.selected
        self._items = tuple(items)
        self._starts = _starts(items)
        keys = [item.key for item in items]
        found = keys.index(key) if key is not None and key in keys else self._cursor
        self._cursor = max(0, min(self._cursor, len(items) - 1))
        self.replace(Rows(items))
        self._place(found, 1)
        self.call_after_refresh(self._scroll_to_cursor)

    @property
    def selected(self) -> str | None:
        """The key under the cursor; None in an empty list."""
        return self._items[self._cursor].key if self._cursor < len(self._items) else None

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that can be selected, in order."""
        return tuple(item.key for item in self._items if item.key is not None)

    def select(self, key: str) -> bool:
        """Put the cursor on that key. False when it is not in the list."""
        for index, item in enumerate(self._items):
            if item.key == key:
                self._place(index, 1)
                return True
        return False

    def move(self, step: int) -> None:
        """Cursor up or down by items."""
        self._place(self._cursor + step, 1 if step > 0 else -1)

    def move_page(self, step: int) -> None:
        """Cursor up or down by what is visible."""
        self.move(step * max(1, self.size.height - 1))

    def move_to_end(self, *, last: bool) -> None:
        """The first or the last item."""
        self._place(len(self._items) - 1 if last else 0, -1 if last else 1)

    def overlay(self, index: int) -> Style | None:
        """The rows under the cursor."""
        if not self._items or bisect_right(self._starts, index) - 1 != self._cursor:
            return None
        return self.look("cursor" if self.has_focus else "cursor-idle")

    def on_click(self, event: events.Click) -> None:
        """One click selects, two open; neither acts."""
        row = event.get_content_offset(self)
        if row is None or not self._items:
            return
        index = bisect_right(self._starts, row.y + self.scroll_offset.y) - 1
        if 0 <= index < len(self._items) and self._items[index].key is not None:
            self._place(index, 1)
            if event.chain == 2 and self.selected is not None:
                self.post_message(self.Opened(self, self.selected))

    def on_focus(self) -> None:
        """What has the focus decides what the detail shows."""
        self.post_message(self.Moved(self, self.selected))

    def _place(self, index: int, direction: int) -> None:
        """The nearest selectable item, searched in that direction first."""
        before, size = self.selected, len(self._items)
        if not size:
            return
        left = self._cursor
        index = max(0, min(index, size - 1))
        ahead = range(index, size) if direction > 0 else range(index, -1, -1)
        behind = range(index, -1, -1) if direction > 0 else range(index, size)
        for candidate in (*ahead, *behind):
            if self._items[candidate].key is not None:
                self._cursor = candidate
                break
        self._scroll_to_cursor()
        for item in {left, self._cursor}:
            self.refresh_lines(self._starts[item], self._items[item].height)
        if self.selected != before:
            self.post_message(self.Moved(self, self.selected))

    def _scroll_to_cursor(self) -> None:
        if not self._items:
            return
        top = self._starts[self._cursor]
        bottom = top + self._items[self._cursor].height
        height = self.scrollable_content_region.height
        if bottom <= height and all(item.key is None for item in self._items[: self._cursor]):
            top = 0  # words above the first row come back into sight with it
        if top < self.scroll_offset.y:
            self.scroll_to(y=top, animate=False)
        elif height and bottom > self.scroll_offset.y + height:
            self.scroll_to(y=bottom - height, animate=False)

    def watch_show_vertical_scrollbar(self) -> None:
        """Rows are laid out for the width that is left beside the bar."""
        self.post_message(self.Rewidthed())

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in sight; rows of another width are laid out anew."""
        self._scroll_to_cursor()
        if self.inner_width != self._width:
            self._width = self.inner_width
            self.post_message(self.Rewidthed())


def _starts(items: Iterable[Item | StandingItem]) -> list[int]:
    """First row of each item."""
    starts, row = [], 0
    for item in items:
        starts.append(row)
        row += item.height
    return starts
