"""A rule with words in it: a title on the left, tabs or a note on the right."""

from textual import events

from cockpit.tui.present.line import Line, Span, cut, line
from cockpit.tui.widgets.drawn import Drawn

_USUAL_LEFT = 44
"""Cells of a version with its name and state, and the rule around them."""


class Heading(Drawn):
    """One row high, two where both ends do not fit in one; redraws itself to its width."""

    DEFAULT_CSS = "Heading { height: 1; }"

    def __init__(self, *, id: str | None = None, stacks: bool = False) -> None:  # noqa: A002
        super().__init__(id=id)
        self._stacks = stacks
        self._left: tuple[Span, ...] = ()
        self._right: tuple[Span, ...] = ()

    def show(self, left: Line, right: Line | None = None) -> None:
        """Set both ends; empty ones leave a plain rule."""
        self._left, self._right = left.spans, right.spans if right else ()
        self._redraw()

    def on_resize(self, event: events.Resize) -> None:
        """Fill the new width."""
        self._redraw()

    def _redraw(self) -> None:
        rows = heading_rows(self._left, self._right, self.inner_width)
        if self._stacks:
            self.styles.height = len(rows)
        self.draw(rows if self._stacks else rows[:1])


def heading_rows(left: tuple[Span, ...], right: tuple[Span, ...], width: int) -> list[Line]:
    """Both ends in one row, or the right one below where a usual left end leaves no room for it.

    The width of the pane decides, not what stands in it: the right end must not jump about.
    """
    if right and Line(right).width + _USUAL_LEFT > width:
        return [ruled(left, (), width), line((" ", ""), *cut(right, max(1, width - 1)))]
    return [ruled(left, right, width)]


def ruled(left: tuple[Span, ...], right: tuple[Span, ...], width: int) -> Line:
    """`── left ──────── right ──` in exactly that many cells; the left side gives way."""
    end = (("─ ", "rule"), *right, (" ──", "rule")) if right else ()
    room = width - Line(end).width
    start: tuple[Span, ...] = (("── ", "rule"), *left, (" ", "rule")) if left else ()
    if Line(start).width > room:
        return line(*cut(start, max(0, room)), *end)
    fill = "─" * (room - Line(start).width)
    return line(*start, (fill, "rule"), *end)
