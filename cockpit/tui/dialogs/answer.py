"""The box for what must be typed before `Y` counts, what is missing in it, and the way out."""

from textual.message import Message
from textual.widgets import Input

from cockpit.tui.widgets.drawn import Drawn


class Answer(Input):
    """Its question decides whether `Y` is one of the letters."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """All that can be printed but `Y`, which the question looks at first."""
        return key != "Y" and super().check_consume_key(key, character)


class Leave(Drawn, can_focus=True, inherit_bindings=False):
    """Where the focus stands while nothing must be typed."""

    DEFAULT_CSS = "Leave { height: 1; }"

    class Clicked(Message):
        """The same as esc."""

    def on_click(self) -> None:
        """Leave by the mouse."""
        self.post_message(self.Clicked())


def missing(wanted: str, typed: str) -> str:
    """What is still to be typed, or where it went wrong; empty when it stands there."""
    if typed == wanted:
        return ""
    if not typed:
        return "Y counts after the text"
    if wanted.startswith(typed):
        left = len(wanted) - len(typed)
        return f"Y after {left} letter{'s' if left > 1 else ''} more"
    pairs = zip(wanted, typed, strict=False)
    at = next((n for n, (want, have) in enumerate(pairs) if want != have), len(wanted))
    if at == len(wanted):
        return f"{len(typed) - at} too many: backspace"
    return f"letter {at + 1} differs: backspace"


def wants_y(wanted: str, typed: str) -> bool:
    """Whether the next letter of the text is a `Y` itself."""
    return wanted.startswith(f"{typed}Y")
