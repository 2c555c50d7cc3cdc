"""The third column of a very wide board: who is at work in this database."""

from textual.app import ComposeResult
from textual.containers import Vertical

from cockpit.errors import CockpitError
from cockpit.model.activity import SessionFacts
from cockpit.model.board import Board
from cockpit.present.durations import plural
from cockpit.present.harmless import harmless
from cockpit.tui.present.line import Line, line
from cockpit.tui.present.lock_words import holder_lines
from cockpit.tui.present.states import error_lines
from cockpit.tui.present.waiting import session_words
from cockpit.tui.widgets.heading import Heading
from cockpit.tui.widgets.text_pane import TextPane


class Beside(Vertical):
    """Sessions, oldest transaction first, and the deployment locks. Shown from 140 columns on."""

    def __init__(self) -> None:
        super().__init__(id="beside")

    def compose(self) -> ComposeResult:
        """Two headings, two texts."""
        yield Heading(id="beside-title")
        yield TextPane(id="beside-sessions", focusable=False)
        yield Heading(id="beside-locks-title")
        yield TextPane(id="beside-locks", focusable=False)

    def show(
        self, sessions: tuple[SessionFacts, ...] | CockpitError | None, board: Board | None
    ) -> None:
        """What the last reading gave; None before there was one."""
        known = isinstance(sessions, tuple)
        number = f"  {plural(len(sessions), 'session')}" if isinstance(sessions, tuple) else ""
        title = line(("activity", "title"), (number, "muted"))
        right = line(("4 opens it", "muted")) if known else None
        self.query_one("#beside-title", Heading).show(title, right)
        self.query_one("#beside-sessions", TextPane).show(_lines(sessions))
        self.query_one("#beside-locks-title", Heading).show(line(("deployment locks", "title")))
        self.query_one("#beside-locks", TextPane).show(holder_lines(board))


def _lines(sessions: tuple[SessionFacts, ...] | CockpitError | None) -> tuple[Line, ...]:
    if isinstance(sessions, CockpitError):
        return error_lines(sessions, unknown="who is at work here")
    if sessions is None:
        return (line((" reading sessions", "muted")),)
    rows: list[Line] = []
    for session in sessions:
        rows.append(line(" ", *session_words(session), hang=3))
        if session.holds:
            rows.append(line(("   holds ", "muted"), harmless(session.holds), hang=9))
    return tuple(rows) or (line((" no other session here", "muted")),)
