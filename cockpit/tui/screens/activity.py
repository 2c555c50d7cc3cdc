"""Who holds locks in this database?"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from cockpit.errors import CockpitError
from cockpit.model.activity import SessionFacts
from cockpit.tui.dialogs.reading import Reading
from cockpit.tui.present.item import Item
from cockpit.tui.present.line import line
from cockpit.tui.present.lock_words import holder_lines
from cockpit.tui.present.pane_help import PaneHelp
from cockpit.tui.present.sessions import (
    session_detail,
    session_header,
    session_row,
    sessions_words,
)
from cockpit.tui.present.states import loading, nothing_chosen
from cockpit.tui.screens.page import Page
from cockpit.tui.widgets.drawn import Drawn
from cockpit.tui.widgets.heading import Heading
from cockpit.tui.widgets.row_list import RowList
from cockpit.tui.widgets.text_pane import TextPane

_NOBODY = (
    line((" no other session is in this database", "muted")),
    line((" r reads again; locks of other tools: l", "muted")),
)


class ActivityScreen(Page):
    """Other sessions, oldest transaction first, and the deployment locks."""

    PAGE = "activity"
    LOOKS: ClassVar = ("show.session", "back", "refresh", "show.lock", "help", "more")
    ACTS: ClassVar = ("arm", "terminate")
    FIRST = "#sessions"
    LIST_PARTS = ("#sessions-header", "#sessions")
    TEXT_PARTS = ("#session-title", "#session-text")
    HELP_TEXT = (
        "Sessions that hold table locks in this database. *idle in transaction* holds its locks "
        "while it does nothing. **T** ends one session after a question; its open transaction is "
        "undone by the server."
    )
    PANES: ClassVar = {
        "session-text": PaneHelp(
            "session",
            "The session under the cursor: who, from where, since when, which locks it holds and "
            "the statement it ran last. Ending it undoes its open transaction; the program on the "
            "other end sees its connection fail.",
            ("terminate", "show.session", "copy"),
        ),
        "holders": PaneHelp(
            "deployment locks",
            "Who holds a deployment lock, of any migration tool. It keeps two runs apart; it locks "
            "no table.",
            ("show.lock",),
        ),
    }

    def __init__(self) -> None:
        super().__init__()
        self._sessions: tuple[SessionFacts, ...] | None = None
        self._error: CockpitError | None = None

    def panes(self) -> ComposeResult:
        """Sessions above; the one under the cursor and the locks below."""
        yield Heading(id="sessions-title")
        yield Drawn(id="sessions-header")
        yield RowList(id="sessions")
        yield Heading(id="session-title")
        yield TextPane(id="session-text")
        yield Heading(id="holders-title")
        yield TextPane(id="holders")

    def on_mount(self) -> None:
        """Read now and every two seconds."""
        self._asked_at = self.cockpit.clock.seconds()
        super().on_mount()
        self.do_refresh()
        self.set_interval(2.0, self.do_refresh)

    def do_refresh(self) -> None:
        """Read the sessions again."""
        if not self.cockpit.bridge.busy("sessions"):
            self.cockpit.bridge.ask(
                "sessions", self.cockpit.desk.engine.sessions, self._got, self._failed
            )

    def _got(self, sessions: tuple[SessionFacts, ...]) -> None:
        oldest = sorted(sessions, key=lambda s: s.transaction_age or timedelta(), reverse=True)
        self._sessions, self._error = tuple(oldest), None
        self.draw_all()

    def _failed(self, error: CockpitError) -> None:
        self._error = error
        self.draw_all()

    @property
    def trouble(self) -> CockpitError | None:
        """Why there are no sessions."""
        return self._error

    @property
    def session(self) -> SessionFacts | None:
        """The one under the cursor."""
        key = self.query_one("#sessions", RowList).selected
        return next((s for s in self._sessions or () if str(s.pid) == key), None)

    def draw_panes(self) -> None:
        """Sessions, detail, locks."""
        sessions = self._sessions or ()
        words = sessions_words(sessions) if self._sessions is not None else ""
        self.query_one("#sessions-title", Heading).show(
            line(("activity", "title"), (f"  {words}", "muted"))
        )
        shown = self.query_one("#sessions", RowList)
        width = shown.inner_width
        self.query_one("#sessions-header", Drawn).draw([session_header(width)])
        rows = [Item(str(s.pid), (session_row(s, width),)) for s in sessions]
        shown.show(rows or self._empty())
        self._draw_session()
        self.query_one("#holders-title", Heading).show(line(("deployment locks", "title")))
        self.query_one("#holders", TextPane).show(holder_lines(self.cockpit.desk.board))

    def _empty(self) -> list[Item]:
        if self._error:
            return [Item(None, self.explain(self._error, "who holds locks here"))]
        if self._sessions is None:
            return [Item(None, loading("sessions", self.cockpit.waited(self._asked_at)))]
        return [Item(None, _NOBODY)]

    def _draw_session(self) -> None:
        found = self.session
        title = f"session {found.pid}" if found else "session"
        self.query_one("#session-title", Heading).show(line((title, "title")))
        words = session_detail(found) if found else nothing_chosen("session")
        self.query_one("#session-text", TextPane).show(words)

    @on(RowList.Moved)
    def _moved(self) -> None:
        self._draw_session()
        self.draw_keys()

    def do_show_session(self) -> None:
        """Everything about the session, on a page of its own."""
        if found := self.session:
            self.app.push_screen(Reading(f"session {found.pid}", session_detail(found)))

    def do_open(self) -> None:
        """The same."""
        self.do_show_session()
