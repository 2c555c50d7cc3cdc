"""The last row of a dialog: its keys, each of which can be clicked as well."""

from rich.cells import cell_len
from textual import events
from textual.message import Message

from cockpit.tui.present.line import Line, Span
from cockpit.tui.widgets.drawn import Drawn

KEYS = {"esc": "escape"}
"""Keys that are written otherwise than Textual names them."""
_ROLES = ("key", "acts")


class HintRow(Drawn):
    """A click on a key or on its words is the same as the key."""

    class Clicked(Message):
        """Of the key in Textual's name."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self) -> None:
        super().__init__(id="hints")

    def show(self, *spans: Span) -> None:
        """Set the row."""
        self.draw([Line(spans)])

    def on_click(self, event: events.Click) -> None:
        """Find the key left of the pointer."""
        if key := clicked_key(self.rows[0].spans if self.rows else (), event.x):
            self.post_message(self.Clicked(KEYS.get(key, key)))


def clicked_key(spans: tuple[Span, ...], column: int) -> str:
    """The key in that cell, or the one whose words stand there; empty between hints."""
    start, key = 0, ""
    for text, role in spans:
        if role in _ROLES:
            key = text
        elif not text.strip() or role:
            key = ""
        start += cell_len(text)
        if column < start:
            return key
    return ""
