"""When a run is drawn: at once when the operator is needed, else a few times a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cockpit.tui.app import Cockpit

DRAW_EVERY = 0.2
"""Seconds. An engine that commits a hundred phases a second must not wait for a screen, and an ssh
line must not carry a picture of each."""


class Drawing:
    """Draws the first of a burst at once, and what has gathered when the pause is over."""

    def __init__(self, app: Cockpit) -> None:
        self._app = app
        self._pausing = False
        self.due = False
        """Something waits for the end of the pause to be drawn."""

    def soon(self) -> None:
        """Something has changed that can wait a moment."""
        if self._pausing:
            self.due = True
        else:
            self.now()

    def now(self) -> None:
        """Something has changed that cannot wait."""
        self.due = False
        self._app.draw_all()
        if not self._pausing:
            self._pausing = True
            self._app.set_timer(DRAW_EVERY, self._rested)

    def _rested(self) -> None:
        self._pausing = False
        due, self.due = self.due, False
        if due and not self._app.leaving:
            self.now()
