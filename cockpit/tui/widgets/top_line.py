"""The first row of every screen and every dialog."""

from textual import events

from cockpit.tui.present.top_line import Where, top_line
from cockpit.tui.widgets.drawn import Drawn


class TopLine(Drawn):
    """Redraws itself to its width."""

    DEFAULT_CSS = "TopLine { height: 1; dock: top; }"

    def __init__(self) -> None:
        super().__init__()
        self._where: Where | None = None

    def show(self, where: Where) -> None:
        """Set what it says."""
        self._where = where
        self._redraw()

    def on_resize(self, event: events.Resize) -> None:
        """Fit the new width."""
        self._redraw()

    def _redraw(self) -> None:
        if self._where is not None:
            self.draw([top_line(self._where, self.inner_width)])
