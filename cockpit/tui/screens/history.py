"""Who did what, when?"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from cockpit.errors import CockpitError
from cockpit.model.ledger import LedgerEvent
from cockpit.present.durations import plural
from cockpit.tui.present.item import Item
from cockpit.tui.present.journal import RunRecord, event_lines, run_row, runs
from cockpit.tui.present.line import line
from cockpit.tui.present.states import error_lines, loading
from cockpit.tui.screens.page import Page
from cockpit.tui.widgets.heading import Heading
from cockpit.tui.widgets.row_list import RowList
from cockpit.tui.widgets.text_pane import TextPane


class HistoryScreen(Page):
    """Runs, newest first, and everything the ledger says about the one under the cursor."""

    PAGE = "history"
    LOOKS: ClassVar = ("open", "back", "copy", "refresh", "help", "palette")
    FIRST = "#runs"
    LIST_PARTS = ("#runs",)
    TEXT_PARTS = ("#events-title", "#events")
    TEXT = "#events"
    HELP_TEXT = (
        "Each row is one run, from the ledger in the database. The ledger is append-only: a "
        "rollback adds events and removes none. *no end* means that a run never said how it "
        "ended."
    )

    def __init__(self) -> None:
        super().__init__()
        self._runs: tuple[RunRecord, ...] | None = None
        self._error: CockpitError | None = None

    def panes(self) -> ComposeResult:
        """Runs above, events below."""
        yield Heading(id="runs-title")
        yield RowList(id="runs")
        yield Heading(id="events-title")
        yield TextPane(id="events")

    def on_mount(self) -> None:
        """Read the ledger."""
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

    def draw_panes(self) -> None:
        """Runs, and the events of one."""
        rows = self.query_one("#runs", RowList)
        found = self._runs or ()
        title = plural(len(found), "run") if self._runs is not None else "history"
        self.query_one("#runs-title", Heading).show(
            line(("history", "title"), (f"  {title}", "muted")), line(("times are UTC", "muted"))
        )
        rows.show([Item(record.run, (run_row(record),)) for record in found] or self._empty())
        self._draw_events()

    def _empty(self) -> list[Item]:
        if self._error:
            return [Item(None, error_lines(self._error))]
        if self._runs is None:
            return [Item(None, loading("the ledger", timedelta()))]
        words = " no ledger yet: it is created by the first run of the cockpit"
        return [Item(None, (line((words, "muted")),))]

    def _draw_events(self) -> None:
        key = self.query_one("#runs", RowList).selected
        record = next((r for r in self._runs or () if r.run == key), None)
        heading = self.query_one("#events-title", Heading)
        heading.show(line((record.goal if record else "events", "title")))
        self.query_one("#events", TextPane).show(event_lines(record) if record else ())

    @on(RowList.Moved)
    def _moved(self) -> None:
        self.query_one("#events", TextPane).scroll_to(y=0, animate=False)
        self._draw_events()

    def copies(self) -> tuple[tuple[str, str], ...]:
        """The events of the run under the cursor."""
        return (("the events of this run", self.query_one("#events", TextPane).plain),)
