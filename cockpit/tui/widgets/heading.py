"""A rule with words in it: a title on the left, tabs or a note on the right."""

from rich.cells import cell_len
from textual import events
from textual.message import Message

from cockpit.tui.present.line import Line, Span, cut, line
from cockpit.tui.widgets.drawn import Drawn

_USUAL_LEFT = 44
"""Cells of a version with its name and state, and the rule around them."""


class Heading(Drawn):
    """One row high, two where both ends do not fit in one; redraws itself to its width."""

    DEFAULT_CSS = "Heading { height: 1; }"

    class Clicked(Message):
        """Some words of it were clicked."""

        def __init__(self, heading: "Heading", words: str) -> None:
            super().__init__()
            self.heading, self.words = heading, words

        @property
        def control(self) -> "Heading":
            """The heading it happened in."""
            return self.heading

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002
        stacks: bool = False,
        speaks: bool = False,
    ) -> None:
        """`speaks`: words that are too long for one row go on in a second one."""
        super().__init__(id=id)
        self._stacks, self._speaks = stacks, speaks
        self._left: tuple[Span, ...] = ()
        self._right: tuple[Span, ...] = ()

    def show(self, left: Line, right: Line | None = None) -> None:
        """Set both ends; empty ones leave a plain rule."""
        self._left, self._right = left.spans, right.spans if right else ()
        self._redraw()

    def on_resize(self, event: events.Resize) -> None:
        """Fill the new width."""
        self._redraw()

    def on_click(self, event: events.Click) -> None:
        """Tell which words; brackets mark the tab that is shown."""
        if event.y < len(self.rows):
            words = words_at(self.rows[event.y], event.x)
            self.post_message(self.Clicked(self, words.strip("[]")))

    def _redraw(self) -> None:
        make = spoken_rows if self._speaks else heading_rows
        rows = make(self._left, self._right, self.inner_width)
        if not (self._stacks or self._speaks):
            rows = rows[:1]
        if self.styles.height is None or self.styles.height.value != len(rows):
            self.styles.height = len(rows)
        self.draw(rows)


def heading_rows(left: tuple[Span, ...], right: tuple[Span, ...], width: int) -> list[Line]:
    """Both ends in one row, or the right one below where a usual left end leaves no room for it.

    The width of the pane decides, not what stands in it: the right end must not jump about.
    """
    if right and Line(right).width + _USUAL_LEFT > width:
        return [ruled(left, (), width), line((" ", ""), *cut(right, max(1, width - 1)))]
    return [ruled(left, right, width)]


def spoken_rows(left: tuple[Span, ...], right: tuple[Span, ...], width: int) -> list[Line]:
    """The words in one row or in two: what one is told to do stands at their end."""
    room = width - len("──  ") - (Line(right).width + len("─  ──") if right else 0)
    first, *rest = Line(left).wrapped(max(1, room))
    if not rest:
        return [ruled(left, right, width)]
    more = [span for row in rest for span in ((" ", ""), *row.spans)]
    return [ruled(first.spans, right, width), line("  ", *cut(more, max(1, width - 2)))]


def words_at(row: Line, column: int) -> str:
    """The span in that cell; empty behind the last one."""
    end = 0
    for text, _ in (*row.spans, *row.tail):
        end += cell_len(text)
        if column < end:
            return text
    return ""


def ruled(left: tuple[Span, ...], right: tuple[Span, ...], width: int) -> Line:
    """`── left ──────── right ──` in exactly that many cells; the left side gives way."""
    end = (("─ ", "rule"), *right, (" ──", "rule")) if right else ()
    room = width - Line(end).width
    start: tuple[Span, ...] = (("── ", "rule"), *left, (" ", "rule")) if left else ()
    if Line(start).width > room:
        return line(*cut(start, max(0, room)), *end)
    fill = "─" * (room - Line(start).width)
    return line(*start, (fill, "rule"), *end)
