"""Looking again and again, and the clocks that run between two looks."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from cockpit.errors import CockpitError
from cockpit.model.board import Board
from cockpit.tui.dialogs.reading import Reading
from cockpit.tui.long_lived import LongLived
from cockpit.tui.present.unfinished import unfinished_lines

if TYPE_CHECKING:
    from cockpit.tui.app import Cockpit

LOOK_EVERY = 2.0
"""Seconds between two looks."""
LOOK_AT_LEAST_EVERY = 16.0
"""Seconds, while the database does not answer."""
NOTICE_SECONDS = 8.0
UNFINISHED_ACTS = ("resume", "preview.plan", "apply", "rollback")
"""What the words about an unfinished run name."""


class Looking:
    """Reads the board every two seconds, never two at once."""

    def __init__(self, app: Cockpit) -> None:
        self._app = app
        self._desk = app.desk
        self._said_at = 0.0
        self._unfinished_shown = ""
        self._finding: tuple[str, datetime] | None = None
        self.long_lived = LongLived()

    def start(self) -> None:
        """The first look now; then for as long as the app lives."""
        self.do_refresh()
        self._app.set_interval(1.0, self._tick)

    def said(self) -> None:
        """A notice was just shown; it stays for a few seconds."""
        self._said_at = self._app.clock.seconds()

    def find_again(self, version: str, changed: datetime) -> None:
        """The first look after that moment puts the cursor on the version, wherever it is then."""
        self._finding = version, changed

    def do_refresh(self) -> None:
        """Read git and the database again, unless a look is on its way."""
        if self._desk.opened and not self._app.bridge.busy("look") and not self._app.leaving:
            self._desk.next_look_at = None
            self._app.bridge.ask("look", self._desk.engine.look, self._saw, self._failed)

    def _saw(self, board: Board) -> None:
        first = self._desk.board is None
        self._desk.saw(board)
        self.long_lived.keep(len(board.standings))
        self._due()
        if self._finding and board.as_of >= self._finding[1]:
            self._app.board_screen.stand_on(self._finding[0])
            self._finding = None
        self._app.draw_all()
        if first:
            self._app.board_screen.first_focus()
        left = board.unfinished
        if left and left.what != self._unfinished_shown and not self._desk.running:
            self._unfinished_shown = left.what
            title = "an earlier run did not end"
            words = unfinished_lines(left, resumable=bool(self._app.situation().rest))
            self._app.push_screen(Reading(title, words, UNFINISHED_ACTS))

    def _failed(self, error: CockpitError) -> None:
        self._desk.look_error = error
        self._desk.failed_looks += 1
        self._due()
        self._app.draw_all()

    def _due(self) -> None:
        """The next look: soon, and ever later while the database does not answer."""
        wait = min(LOOK_AT_LEAST_EVERY, LOOK_EVERY * 2 ** max(0, self._desk.failed_looks - 1))
        self._desk.next_look_at = self._app.clock.seconds() + wait

    def _tick(self) -> None:
        """Clocks, countdowns, the age of what is shown."""
        if self._app.notice and self._app.clock.seconds() - self._said_at > NOTICE_SECONDS:
            self._app.notice = ""
        self._app.holding.idle()
        due = self._desk.next_look_at
        if due is not None and self._app.clock.seconds() >= due:
            self.do_refresh()
        self._app.draw_all()
        self.long_lived.rest(self._app.holding.untouched)
