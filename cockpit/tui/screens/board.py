"""What is in git, what is live, where do they differ."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input

from cockpit.errors import CockpitError
from cockpit.model.board import Board
from cockpit.model.state import Lane, Standing
from cockpit.present.durations import plural
from cockpit.tui.answers import Answers
from cockpit.tui.present.board_copies import copies_of
from cockpit.tui.present.board_help import PANES, SCREEN
from cockpit.tui.present.board_rows import OTHERS, SCHEMA, lane_items, table_items
from cockpit.tui.present.filtering import keeps
from cockpit.tui.present.lanes import lane_title, table_header
from cockpit.tui.present.line import Line, line
from cockpit.tui.present.states import loading, lock_notice
from cockpit.tui.present.unfinished import next_keys
from cockpit.tui.screens.page import Page
from cockpit.tui.widgets.beside import Beside
from cockpit.tui.widgets.detail import Detail
from cockpit.tui.widgets.drawn import Drawn
from cockpit.tui.widgets.heading import Heading
from cockpit.tui.widgets.row_list import RowList
from cockpit.tui.widgets.text_pane import TextPane

_LANES_NEED = 80
"""Columns for three lanes side by side: the same as the breakpoint `-w-normal`."""
_LEAST = 2
"""Cells of a list that is laid out; one that is not has fewer."""


class BoardScreen(Page):
    """Three lanes or one table, and the detail of the row under the cursor."""

    PAGE = "board"
    LOOKS: ClassVar = (
        "open", "preview.plan", "copy", "filter.open", "help", "more", "view.table",
    )  # fmt: skip
    ACTS: ClassVar = ("arm", "apply", "rollback")
    FIRST = "#lane-pending"
    LIST_PARTS = ("#rows",)
    TEXT_PARTS = ("#detail",)
    HELP_TEXT = SCREEN
    PANES: ClassVar = PANES

    def __init__(self) -> None:
        super().__init__()
        self._table = False
        """The table is wanted ..."""
        self._as_table = False
        """... and this is what is shown: a narrow terminal has no lanes."""
        self._query = ""
        self._lane = "lane-pending"
        self._wanted: str | None = None
        """Where the cursor has to go, with the next drawing; None once it stands there."""
        self._drawn: dict[bool, tuple[object, ...]] = {}
        """What the lanes and the table were drawn from, each."""

    @cached_property
    def answers(self) -> Answers:
        """About the row under the cursor."""
        return Answers(self.cockpit, lambda: self._draw_detail() if self.drawable else None)

    def panes(self) -> ComposeResult:
        """Lanes, table, filter and detail."""
        with Container(id="body"):
            with Container(id="rows"):
                with Horizontal(id="lanes"):
                    for lane in Lane:
                        yield RowList(id=f"lane-{lane.value.lower()}", classes="lane")
                with Vertical(id="table-box"):
                    yield Drawn(id="table-header")
                    yield RowList(id="table")
            yield Detail()
            yield Beside()
        yield Input(id="filter", compact=True, placeholder="text  !text  state:drifted")

    def forget(self) -> None:
        """Another target is open: its rows and plans are its own."""
        self._query, self._drawn = "", {}
        self.query_one(Beside).forget()
        self.answers.forget()
        for rows in self.query(RowList):
            rows.show(())
        self.query_one("#filter", Input).value = ""
        self.query_one(self.FIRST).focus()
        self.draw_all()

    def on_screen_resume(self) -> None:
        """What has changed meanwhile."""
        super().on_screen_resume()
        self.query_one(Beside).read()

    # ---- drawing

    def draw_panes(self) -> None:
        """Lanes or table, banner and detail."""
        desk = self.cockpit.desk
        self._take_form()
        if desk.board is None:
            for rows in (*self.query(".lane").results(RowList), self.query_one("#table", RowList)):
                rows.draw(loading("", desk.looking_for))
        else:
            self._draw_rows(desk.board)
        self._draw_detail()
        self.query_one(Beside).draw()

    def _take_form(self) -> None:
        """Lanes, or the table where it is wanted or there is no room for lanes.

        A terminal that is made narrow and wide again has the cursor where it was.
        """
        table = self._table or self.size.width < _LANES_NEED
        if table == self._as_table:
            return
        moving = isinstance(self.focused, RowList)
        self._wanted = self._list.selected
        self._as_table = table
        # By a class Textual would match every widget of the screen against all styles again.
        self.query_one("#lanes").display, self.query_one("#table-box").display = not table, table
        if moving:
            self._list.focus()
        self.call_after_refresh(self.draw_panes)

    def _land(self) -> None:
        """The cursor goes where it is wanted, once there are rows to stand on."""
        if self._wanted is None:
            return
        moving = isinstance(self.focused, RowList)
        self._show_version(self._wanted)
        self._wanted = None
        if moving:
            self._list.focus()

    def _draw_rows(self, board: Board) -> None:
        """Only what is seen, and only when it has changed: there may be thousands of rows.

        What has no width yet is drawn when it has one.
        """
        table = self._as_table
        shown = [self.query_one("#table", RowList)] if table else self._lanes
        widths = tuple(rows.inner_width for rows in shown)
        if min(widths) < _LEAST:
            return
        drawn = (
            board.standings, board.tags, board.released, board.history is None,
            board.schema_drift, board.others, self._query, widths,
        )  # fmt: skip
        before, self._drawn[table] = self._drawn.get(table), drawn  # an equal one compares faster
        if drawn != before:
            kept = tuple(s for s in reversed(board.standings) if keeps(s, self._query))
            if table:
                self._show_table(board, kept, widths[0])
            else:
                self._show_lanes(board, kept)
        self._land()

    @property
    def _lanes(self) -> list[RowList]:
        return [self.query_one(f"#lane-{lane.value.lower()}", RowList) for lane in Lane]

    def _show_table(self, board: Board, kept: tuple[Standing, ...], width: int) -> None:
        self.query_one("#table-header", Drawn).draw([line(*table_header(width).fitted(width))])
        self.query_one("#table", RowList).show(table_items(board, kept, width))

    def _show_lanes(self, board: Board, kept: tuple[Standing, ...]) -> None:
        followed = self._list.selected
        for lane, rows in zip(Lane, self._lanes, strict=True):
            mine = tuple(s for s in kept if s.lane is lane)
            rows.border_title = lane_title(board, lane, len(mine))
            rows.show(lane_items(board, lane, mine, rows.inner_width))
        moved = followed != self._list.selected and any(s.version == followed for s in kept)
        if moved and self._wanted is None:
            self._wanted = followed

    def _draw_detail(self) -> None:
        board, detail = self.cockpit.desk.board, self.query_one(Detail)
        if board is not None and self._key == SCHEMA:
            detail.show_schema(board)
        elif board is not None and self._key == OTHERS:
            detail.show_others(board)
        else:
            detail.show(board, self.selected, self.answers)

    def standing_notice(self) -> Line:
        """The filter that is on, or how many problems there are."""
        board = self.cockpit.desk.board
        if self._query:
            return line((f"filter: {self._query}", "key"), ("  esc clears", "muted"))
        if board and (held := lock_notice(board)).plain:
            return held
        running = self.cockpit.desk.running
        if not running and (left := next_keys(self.cockpit.situation())).plain:
            return left
        if board and board.problems:
            words = plural(len(board.problems), "problem")
            return line((f"! {words}", "drifted"), ("  o lists them", "muted"))
        return line()

    @property
    def _list(self) -> RowList:
        """The list the cursor is in; the lane focused last while another pane has the focus."""
        return self.query_one("#table" if self._as_table else f"#{self._lane}", RowList)

    @property
    def _key(self) -> str | None:
        """What the cursor stands on, or will once its list is laid out: a zoom keeps it hidden."""
        return self._wanted or self._list.selected

    @property
    def selected(self) -> Standing | None:
        """The migration under the cursor."""
        board, key = self.cockpit.desk.board, self._key
        return board.find(key) if board and key else None

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        if event.rows.has_class("lane") and event.rows.has_focus:
            self._lane = event.rows.id or self._lane
        if event.rows is self._list:
            self.query_one(Detail).turn(0)
            self._draw_detail()
            self.draw_keys()

    @on(Heading.Clicked, "#detail-title")
    def _tab_clicked(self, event: Heading.Clicked) -> None:
        if self.query_one(Detail).turn_to(event.words):
            self._draw_detail()

    # ---- keys

    def do_open(self) -> None:
        """From a list to its detail, from the detail back to the list."""
        pane = self.query_one("#detail-text", TextPane)
        opening = not pane.has_focus
        self.set_class(opening, "-reading")
        (pane if opening else self._list).focus()

    def do_back(self) -> None:
        """Close the filter, clear it, leave the detail."""
        box = self.query_one("#filter", Input)
        if box.display:
            self._close_filter()
        elif self.has_class("-reading"):
            self.remove_class("-reading")
            self.minimize()
            self._list.focus()
        elif self.maximized or not self._query:
            super().do_back()
            self._list.focus()
        else:
            box.value = self._query = ""
            self.draw_all()

    def do_tab_next(self) -> None:
        """The next tab of the detail."""
        self.query_one(Detail).turn(1)
        self._draw_detail()

    def do_tab_previous(self) -> None:
        """The tab before."""
        self.query_one(Detail).turn(-1)
        self._draw_detail()

    def do_view_table(self) -> None:
        """Lanes or table; the cursor stays on its version."""
        self._table = not self._table
        self._list.focus()
        self.draw_panes()

    def stand_on(self, version: str) -> None:
        """The cursor goes there with the next drawing."""
        self._wanted = version

    def _show_version(self, version: str | None) -> None:
        """Put the cursor on it, in the lane it is in."""
        board = self.cockpit.desk.board
        standing = board.find(version) if board and version else None
        if standing and not self._as_table:
            self._lane = f"lane-{standing.lane.value.lower()}"
        if version:
            self._list.select(version)
        self._draw_detail()

    def do_filter_open(self) -> None:
        """Type what to keep; enter keeps it, esc drops it."""
        box = self.query_one("#filter", Input)
        box.display = True
        box.focus()

    @on(Input.Changed, "#filter")
    def _filtered(self, event: Input.Changed) -> None:
        self._query = event.value.strip()
        self.draw_all()

    @on(Input.Submitted, "#filter")
    def _close_filter(self) -> None:
        self.query_one("#filter", Input).display = False
        self._list.focus()
        self.draw_all()

    def do_filter_next(self) -> None:
        """The next row that is kept."""
        self._list.move(1)

    def do_filter_previous(self) -> None:
        """The row before."""
        self._list.move(-1)

    def zoomed(self, focused: Widget) -> Widget | None:
        """The detail grows with its title."""
        return self.query_one(Detail) if focused.id == "detail-text" else focused

    def first_focus(self) -> None:
        """After the first look: the first lane that has something to say.

        Somebody who has moved already stays where they went.
        """
        board = self.cockpit.desk.board
        if board is None or self.focused is not self.query_one(self.FIRST):
            return
        lane = next((x for x in (Lane.PENDING, Lane.DRIFTED, Lane.APPLIED) if board.lane(x)), None)
        if lane:
            self._lane = f"lane-{lane.value.lower()}"
        self._list.focus()
        if board.unfinished and board.unfinished.versions:
            self._show_version(board.unfinished.versions[0])
            self._list.focus()
        self.draw_all()

    @property
    def trouble(self) -> CockpitError | None:
        """Why there is no board, or nothing to say about the row under the cursor."""
        standing = self.selected
        plan = self.answers.plan(standing) if standing else None
        return self.cockpit.desk.look_error or (plan if isinstance(plan, CockpitError) else None)

    def copies(self) -> tuple[tuple[str, str], ...]:
        """Version, SQL, the plan as a psql script."""
        return copies_of(self.selected, self.answers.plan) if self.selected else ()
