"""A pane of text that wraps to its width and scrolls."""

from collections.abc import Iterable

from textual import events

from cockpit.tui.present.line import Line
from cockpit.tui.widgets.drawn import Drawn


class TextPane(Drawn, can_focus=True, inherit_bindings=False):
    """Nothing is cut off: long lines go on in the next row."""

    def __init__(self, *, id: str | None = None, focusable: bool = True) -> None:  # noqa: A002
        super().__init__(id=id)
        self.can_focus = focusable
        self._source: tuple[Line, ...] = ()
        self._at_end = True
        self._seen = 0

    def show(self, lines: Iterable[Line], *, top: bool = False) -> None:
        """Replace the text; `top` goes back to the first row."""
        self._source = tuple(lines)
        self._wrap()
        if top:
            self.scroll_to(y=0, animate=False)

    def follow(self, lines: Iterable[Line]) -> int:
        """Replace the text and stay at its end, unless the reader has scrolled up.

        Returns how many lines are new below what the reader has seen.
        """
        self._source = tuple(lines)
        self._wrap()
        if self._at_end:
            self._seen = len(self._source)
            self.scroll_end(animate=False, immediate=True)  # a screen below another has no refresh
            self.call_after_refresh(self.scroll_end, animate=False)
        return len(self._source) - self._seen

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Only the reader can leave the end."""
        super().watch_scroll_y(old_value, new_value)
        self._at_end = round(new_value) >= self.max_scroll_y

    def on_resize(self, event: events.Resize) -> None:
        """Wrap again."""
        self._wrap()

    def _wrap(self) -> None:
        width = self.inner_width
        self.draw(row for line in self._source for row in line.wrapped(width))

    def move(self, step: int) -> None:
        """Scroll by rows."""
        self.scroll_to(y=self.scroll_offset.y + step, animate=False)

    def move_page(self, step: int) -> None:
        """Scroll by pages."""
        self.move(step * max(1, self.size.height - 1))

    def move_to_end(self, *, last: bool) -> None:
        """The first or the last row."""
        self.scroll_to(y=len(self.rows) if last else 0, animate=False)
