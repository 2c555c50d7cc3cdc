"""Who did what, when?"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from cockpit.errors import CockpitError
from cockpit.model.ledger import LedgerEvent
from cockpit.model.recording import Recording
from cockpit.model.timeline import Applied
from cockpit.present.durations import plural
from cockpit.present.timeline_text import others_lines
from cockpit.tui.present.item import Item
from cockpit.tui.present.journal import RunRecord, applied_row, event_lines, run_row, runs
from cockpit.tui.present.line import Line, line
from cockpit.tui.present.pane_help import PaneHelp
from cockpit.tui.present.states import loading, nothing_chosen
from cockpit.tui.screens.page import Page
from cockpit.tui.screens.replay import ReplayScreen
from cockpit.tui.widgets.heading import Heading
from cockpit.tui.widgets.row_list import RowList
from cockpit.tui.widgets.text_pane import TextPane

_NO_LEDGER = (
    line((" no ledger yet: it is created by the first run of the cockpit", "muted")),
    line((" v shows what other tools have applied here", "muted")),
)
_NOTHING = (line((" no history says that anything was applied", "muted")),)


class HistoryScreen(Page):
    """Runs, newest first, and everything the ledger says about the one under the cursor."""

    PAGE = "history"
    LOOKS: ClassVar = ("open", "replay", "back", "view.table", "copy", "help", "more")
    FIRST = "#runs"
    LIST_PARTS = ("#runs",)
    TEXT_PARTS = ("#events-title", "#events")
    TEXT = "#events"
    HELP_TEXT = (
        "Each row is one run, from the ledger in the database. The ledger is append-only: a "
        "rollback adds events and removes none. *no end* means that a run never said how it "
        "ended.\n\n**v** tells every tool's history in this database as one."
    )
    PANES: ClassVar = {
        "events": PaneHelp(
            "events",
            "The events of the run under the cursor, as the ledger keeps them. Each names the one "
            "before by its hash: a row that was changed or taken out is found.",
            ("replay", "zoom", "copy", "times"),
        ),
    }

    def __init__(self) -> None:
        super().__init__()
        self._runs: tuple[RunRecord, ...] | None = None
        self._error: CockpitError | None = None
        self._timeline: tuple[Applied, ...] | None = None
        self._everything = False

    def panes(self) -> ComposeResult:
        """Runs above, events below."""
        yield Heading(id="runs-title")
        yield RowList(id="runs")
        yield Heading(id="events-title")
        yield TextPane(id="events")

    def on_mount(self) -> None:
        """Read the ledger."""
        self._asked_at = self.cockpit.clock.seconds()
        super().on_mount()
        self.do_refresh()

    def do_refresh(self) -> None:
        """Read it again."""
        self.cockpit.bridge.ask(
            "events", self.cockpit.desk.engine.events, self._got, self._failed
        )  # fmt: skip

    def _got(self, events: tuple[LedgerEvent, ...]) -> None:
        self._runs, self._error = runs(events), None
        self.draw_all()

    def _failed(self, error: CockpitError) -> None:
        self._error = error
        self.draw_all()

    def do_replay(self) -> None:
        """The run under the cursor, event by event."""
        key = None if self._everything else self.query_one("#runs", RowList).selected
        if key is None:
            self.cockpit.say("Select a run first.")
            return

        def got(recording: Recording) -> None:
            self.app.push_screen(ReplayScreen(recording))

        engine = self.cockpit.desk.engine
        self.cockpit.bridge.ask("recording", partial(engine.recording, key), got, self.cockpit.tell)

    def do_view_table(self) -> None:
        """The runs of the ledger, or what every tool's history says as one."""
        self._everything = not self._everything
        if self._everything:
            self._asked_at = self.cockpit.clock.seconds()
            engine = self.cockpit.desk.engine
            self.cockpit.bridge.ask("timeline", engine.timeline, self._told, self._failed)
        self.draw_all()

    def _told(self, entries: tuple[Applied, ...]) -> None:
        self._timeline, self._error = entries, None
        self.draw_all()

    def _draw_timeline(self, rows: RowList) -> None:
        """One row a version, whichever tool applied it."""
        entries = self._timeline or ()
        number = plural(len(entries), "version") if self._timeline is not None else ""
        title = line(("every history as one", "title"), (f"  {number}", "muted"))
        self.query_one("#runs-title", Heading).show(title, line(("times are UTC", "muted")))
        items = [Item(f"{e.table} {e.version}", (applied_row(e),)) for e in entries]
        waited = self.cockpit.waited(self._asked_at)
        nothing = loading("every history", waited) if self._timeline is None else _NOTHING
        rows.show(items or [Item(None, self._why() or nothing)])
        self.query_one("#events-title", Heading).show(line(("v shows the runs again", "muted")))
        board = self.cockpit.desk.board
        said = others_lines(board) if board else []
        self.query_one("#events", TextPane).show(line(row, hang=4) for row in said)

    def draw_panes(self) -> None:
        """Runs, and the events of one."""
        rows = self.query_one("#runs", RowList)
        if self._everything:
            self._draw_timeline(rows)
            return
        found = self._runs or ()
        title = plural(len(found), "run") if self._runs is not None else "history"
        self.query_one("#runs-title", Heading).show(
            line(("history", "title"), (f"  {title}", "muted")), line(("times are UTC", "muted"))
        )
        rows.show([Item(record.run, (run_row(record),)) for record in found] or self._empty())
        self._draw_events()

    def _empty(self) -> list[Item]:
        if self._error:
            return [Item(None, self._why())]
        if self._runs is None:
            return [Item(None, loading("the ledger", self.cockpit.waited(self._asked_at)))]
        return [Item(None, _NO_LEDGER)]

    def _why(self) -> tuple[Line, ...]:
        return self.explain(self._error, "who did what, and when") if self._error else ()

    @property
    def trouble(self) -> CockpitError | None:
        """Why there is no history."""
        return self._error

    def _draw_events(self) -> None:
        key = self.query_one("#runs", RowList).selected
        record = next((r for r in self._runs or () if r.run == key), None)
        heading = self.query_one("#events-title", Heading)
        heading.show(line((record.goal if record else "events", "title")))
        self.query_one("#events", TextPane).show(
            event_lines(record) if record else nothing_chosen("run")
        )

    @on(RowList.Moved)
    def _moved(self) -> None:
        if self._everything:
            return
        self.query_one("#events", TextPane).scroll_to(y=0, animate=False)
        self._draw_events()

    def copies(self) -> tuple[tuple[str, str], ...]:
        """The events of the run under the cursor."""
        return (("the events of this run", self.query_one("#events", TextPane).plain),)
