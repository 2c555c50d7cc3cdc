"""What the board says about one version: a title, tabs, and the text of one of them."""

from collections.abc import Callable
from datetime import timedelta

from textual.app import ComposeResult
from textual.containers import Vertical

from cockpit.errors import CockpitError
from cockpit.model.board import Board
from cockpit.model.plan import Plan
from cockpit.model.state import Standing
from cockpit.tui.present.detail import (
    TABS,
    detail_title,
    diff_tab,
    history_tab,
    locks_tab,
    plan_tab,
    sql_tab,
    tab_row,
)
from cockpit.tui.present.line import Line, line
from cockpit.tui.present.states import error_lines, loading, nothing_selected
from cockpit.tui.widgets.heading import Heading
from cockpit.tui.widgets.text_pane import TextPane

PlanOf = Callable[[Standing], Plan | CockpitError | None]
"""What would run next for a version; None while it is being asked for."""


class Detail(Vertical):
    """SQL, plan, locks, diff, history; it can be zoomed as one."""

    ALLOW_MAXIMIZE = True

    def __init__(self) -> None:
        super().__init__(id="detail")
        self._tab = 0

    def compose(self) -> ComposeResult:
        """Title and text."""
        yield Heading(id="detail-title", stacks=True)
        yield TextPane(id="detail-text")

    def turn(self, step: int) -> None:
        """Another tab, from its first row."""
        self._tab = (self._tab + step) % len(TABS)
        self.query_one(TextPane).scroll_to(y=0, animate=False)

    def show(self, board: Board | None, standing: Standing | None, plan_of: PlanOf) -> None:
        """Draw the tab for the version; words on what to do where there is none."""
        heading, text = self.query_one(Heading), self.query_one(TextPane)
        if standing is None:
            heading.show(line(("nothing selected", "muted")), tab_row(self._tab))
            text.show(nothing_selected(board))
            return
        heading.show(detail_title(standing), tab_row(self._tab))
        text.show(self._lines(standing, plan_of))

    def _lines(self, standing: Standing, plan_of: PlanOf) -> tuple[Line, ...]:
        match TABS[self._tab]:
            case "SQL":
                return sql_tab(standing)
            case "diff":
                return diff_tab(standing)
            case "history":
                return history_tab(standing)
            case tab:
                plan = plan_of(standing)
        if plan is None:
            return loading("what would run", timedelta())
        if isinstance(plan, CockpitError):
            return error_lines(plan)
        return plan_tab(plan) if tab == "plan" else locks_tab(plan)
