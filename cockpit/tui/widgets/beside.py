"""The third column of a very wide board: who is at work in this database."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.containers import Vertical

from cockpit.errors import CockpitError
from cockpit.model.activity import SessionFacts
from cockpit.present.durations import plural
from cockpit.present.harmless import harmless
from cockpit.tui.present.line import Line, line
from cockpit.tui.present.lock_words import holder_lines
from cockpit.tui.present.states import error_lines, loading
from cockpit.tui.present.waiting import session_words
from cockpit.tui.widgets.heading import Heading
from cockpit.tui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from cockpit.tui.app import Cockpit

_WIDE_ENOUGH = 140
"""Columns from which on it is shown: the same as the breakpoint `-w-huge`."""
_READ_EVERY = 2.0


class Beside(Vertical):
    """Sessions, oldest transaction first, and the deployment locks; read while it is in sight."""

    def __init__(self) -> None:
        super().__init__(id="beside")
        self._sessions: tuple[SessionFacts, ...] | CockpitError | None = None
        self._asked_at = 0.0

    def compose(self) -> ComposeResult:
        """Two headings, two texts."""
        yield Heading(id="beside-title")
        yield TextPane(id="beside-sessions", focusable=False)
        yield Heading(id="beside-locks-title")
        yield TextPane(id="beside-locks", focusable=False)

    def on_mount(self) -> None:
        """Again and again."""
        self.set_interval(_READ_EVERY, self.read)

    @property
    def cockpit(self) -> Cockpit:
        """The application."""
        return cast("Cockpit", self.app)

    @property
    def _shown(self) -> bool:
        return self.screen.size.width >= _WIDE_ENOUGH and self.screen.is_current

    def forget(self) -> None:
        """Another target is open."""
        self._sessions = None

    def read(self) -> None:
        """Ask who is at work, where there is a column for it and a database to ask."""
        desk, bridge = self.cockpit.desk, self.cockpit.bridge
        known = desk.board is not None and desk.board.identity is not None
        if self._shown and known and not bridge.busy("beside"):
            self._asked_at = self.cockpit.clock.seconds()
            bridge.ask("beside", desk.engine.sessions, self._read, self._read)

    def _read(self, sessions: tuple[SessionFacts, ...] | CockpitError) -> None:
        if isinstance(sessions, tuple):
            age = timedelta()
            sessions = tuple(sorted(sessions, key=lambda s: s.transaction_age or age, reverse=True))
        self._sessions = sessions
        if self.is_attached:
            self.draw()

    def draw(self) -> None:
        """What the last reading gave; the first one is asked for here."""
        if not self._shown:
            return
        if self._sessions is None:
            self.read()
        sessions = self._sessions
        known = isinstance(sessions, tuple)
        number = f"  {plural(len(sessions), 'session')}" if isinstance(sessions, tuple) else ""
        title = line(("activity", "title"), (number, "muted"))
        right = line(("4 opens it", "muted")) if known else None
        self.query_one("#beside-title", Heading).show(title, right)
        self.query_one("#beside-sessions", TextPane).show(self._lines())
        self.query_one("#beside-locks-title", Heading).show(line(("deployment locks", "title")))
        self.query_one("#beside-locks", TextPane).show(holder_lines(self.cockpit.desk.board))

    def _lines(self) -> tuple[Line, ...]:
        sessions = self._sessions
        if isinstance(sessions, CockpitError):
            return error_lines(sessions, unknown="who is at work here")
        if sessions is None:
            return loading("sessions", self.cockpit.waited(self._asked_at))
        return _rows(sessions) or (line((" no other session here", "muted")),)


def _rows(sessions: tuple[SessionFacts, ...]) -> tuple[Line, ...]:
    rows: list[Line] = []
    for session in sessions:
        rows.append(line(" ", *session_words(session), hang=3))
        if session.holds:
            rows.append(line(("   holds ", "muted"), harmless(session.holds), hang=9))
    return tuple(rows)
