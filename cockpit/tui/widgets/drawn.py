"""The base of everything drawn: lines in roles, scrolled, selectable, swapped for ASCII."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBarRender
from textual.selection import Selection
from textual.strip import Strip

from cockpit.tui.looks import looks
from cockpit.tui.present.line import Line, Span
from cockpit.tui.present.local_time import in_zone

if TYPE_CHECKING:
    from cockpit.tui.app import Cockpit

_TWINS = {
    "-": "─\u2013\u2014", "=": "━", "|": "│┃▌▏", "+": "┌┐└┘├┤┬┴┼┏┓┗┛", ".": "·░", "~": "…",
    ">": "→", "<": "←", "v": "↓", "^": "↑", "#": "▒█▇▆", "o": "▅▄▃", "_": "▂▁", "'": "\u2018\u2019",
}  # fmt: skip
_TO_ASCII = str.maketrans({sign: twin for twin, signs in _TWINS.items() for sign in signs})


def ascii_words(text: str) -> str:
    """The same number of characters in ASCII; a letter without a twin becomes `?`."""
    return text.translate(_TO_ASCII).encode("ascii", "replace").decode("ascii")


class PlainBar(ScrollBarRender):
    """A scroll bar of whole cells, with no block characters at its ends."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8


class Drawn(ScrollView, can_focus=False, inherit_bindings=False):
    """Shows lines and nothing else; subclasses add a cursor or scrolling."""

    DEFAULT_CSS = """
    Drawn { overflow-x: hidden; scrollbar-size: 1 1; height: 1fr; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._rows: Sequence[Line] = ()
        self._base = Style()

    def on_mount(self) -> None:
        """In ASCII the scroll bar too; Textual lets one bar have a renderer of its own."""
        if self.app.has_class("-ascii"):
            self.vertical_scrollbar.renderer = PlainBar  # type: ignore[misc]

    @property
    def rows(self) -> Sequence[Line]:
        """The lines as they are drawn, wrapped ones row by row."""
        return self._rows

    @property
    def plain(self) -> str:
        """The words on it."""
        return "\n".join(row.plain for row in self._rows)

    @property
    def inner_width(self) -> int:
        """Cells a row can use."""
        return max(1, self.scrollable_content_region.width)

    def draw(self, rows: Iterable[Line]) -> None:
        """Replace all rows; the scroll position stays where it can."""
        new = tuple(rows)
        if new != self._rows:
            self.replace(new)

    def replace(self, rows: Sequence[Line]) -> None:
        """Draw these rows from now on, without a look at what they say."""
        self._rows = rows
        self.virtual_size = Size(1, len(rows))
        self.refresh(layout=self.styles.is_auto_height or self.styles.is_auto_width)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """The longest row, for those that are as wide as their content."""
        return max((row.width for row in self._rows), default=1)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Rows, for those that are as high as their content."""
        return len(self._rows)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Some rows of the screen; what they stand on is worked out once for all of them."""
        self._base = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        index = self.scroll_offset.y + y
        width = self.scrollable_content_region.width
        base = self._base
        if index >= len(self._rows):
            return Strip.blank(width, base)
        over = self.overlay(index)
        style = base + over if over else base
        spans = self._rows[index].fitted(width)
        strip = Strip(self._segments(spans, style), width)
        return self._with_selection(strip, index, width).apply_offsets(0, index)

    def overlay(self, index: int) -> Style | None:
        """A style laid under this whole row; the cursor's."""
        return None

    def _segments(self, spans: Sequence[Span], base: Style) -> list[Segment]:
        swap = self.app.has_class("-ascii")
        if self.app.has_class("-local"):
            app = cast("Cockpit", self.app)
            today = app.clock.now().date()
            spans = [(in_zone(text, today, app.zone), role) for text, role in spans]
        return [
            Segment(ascii_words(text) if swap else text, base + self.look(role) if role else base)
            for text, role in spans
        ]

    def look(self, role: str) -> Style:
        """What a role looks like now."""
        return looks(self.app.theme, colourless=self.app.no_color)[role]

    def _with_selection(self, strip: Strip, index: int, width: int) -> Strip:
        selection = self.text_selection
        span = selection.get_span(index) if selection else None
        if span is None:
            return strip
        start, end = span[0], width if span[1] == -1 else span[1]
        look = self.screen.get_component_rich_style("screen--selection")
        parts = strip.divide([start, end, width])
        marked = Strip([Segment(s.text, (s.style or Style()) + look) for s in parts[1]])
        return Strip.join([parts[0], marked, *parts[2:]])

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The words the mouse has marked."""
        return selection.extract(self.plain), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Redraw what is marked."""
        self.refresh()
