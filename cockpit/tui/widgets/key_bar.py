"""The last row: keys that look on the left, keys that act on the right."""

from textual import events
from textual.message import Message

from cockpit.tui.present.keys import Hint, key_bar
from cockpit.tui.widgets.drawn import Drawn


class KeyBar(Drawn):
    """A click is the same as the key: it goes through the same gate."""

    DEFAULT_CSS = "KeyBar { height: 1; }"

    class Pressed(Message):
        """A hint was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._looks: tuple[Hint, ...] = ()
        self._acts: tuple[Hint, ...] = ()
        self._spots: tuple[tuple[int, int, str], ...] = ()

    def show(self, looks: tuple[Hint, ...], acts: tuple[Hint, ...]) -> None:
        """Set the hints."""
        self._looks, self._acts = looks, acts
        self._redraw()

    def on_resize(self, event: events.Resize) -> None:
        """Fit the new width."""
        self._redraw()

    def spot(self, action: str) -> int | None:
        """The column where that action's hint begins; None when it is not shown."""
        return next((start for start, _, name in self._spots if name == action), None)

    def _redraw(self) -> None:
        row, self._spots = key_bar(self._looks, self._acts, self.inner_width)
        self.draw([row])

    def on_click(self, event: events.Click) -> None:
        """Find what is under the pointer."""
        for start, end, action in self._spots:
            if start <= event.x < end:
                self.post_message(self.Pressed(action))
