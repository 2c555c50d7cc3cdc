"""What the board says about one version: a title, tabs, and the text of one of them."""

from datetime import timedelta

from textual.app import ComposeResult
from textual.containers import Vertical

from cockpit.errors import CockpitError
from cockpit.model.board import Board
from cockpit.model.state import Standing
from cockpit.present.edit_text import edit_lines
from cockpit.present.schema_words import DRIFT_NEXT, drift_text
from cockpit.present.timeline_text import others_lines
from cockpit.tui.answers import Answers
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
from cockpit.tui.present.proof_words import proof_lines, uses_tab
from cockpit.tui.present.states import error_lines, loading, nothing_selected
from cockpit.tui.widgets.heading import Heading
from cockpit.tui.widgets.text_pane import TextPane


class Detail(Vertical):
    """SQL, plan, locks, uses, diff, history; it can be zoomed as one."""

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

    def turn_to(self, name: str) -> bool:
        """The tab of that name. False where there is none."""
        if name in TABS:
            self.turn(TABS.index(name) - self._tab)
        return name in TABS

    def show(self, board: Board | None, standing: Standing | None, answers: Answers) -> None:
        """Draw the tab for the version; words on what to do where there is none."""
        heading, text = self.query_one(Heading), self.query_one(TextPane)
        if standing is None:
            heading.show(line(("nothing selected", "muted")), tab_row(self._tab))
            text.show(nothing_selected(board))
            return
        heading.show(detail_title(standing), tab_row(self._tab))
        text.show(self._lines(standing, answers))

    def show_schema(self, board: Board) -> None:
        """What was changed in the schema outside of migrations."""
        title = line(("schema", "title"), ("  changed outside of migrations", "drifted"))
        self.query_one(Heading).show(title, tab_row(None))
        rows = [line(row, hang=8) for row in drift_text(board).split("\n")]
        advice = [line((how, "key"), (f" {what}", "muted"), hang=8) for how, what in DRIFT_NEXT]
        self.query_one(TextPane).show([*rows, line(), *advice])

    def show_others(self, board: Board) -> None:
        """Histories that other tools keep in this database."""
        title = line(("other histories", "title"), ("  kept by other tools in this database", ""))
        self.query_one(Heading).show(title, tab_row(None))
        rows = [line(row, hang=4) for row in others_lines(board)]
        advice = line(("3", "key"), " then ", ("v", "key"), (" tells them as one", "muted"))
        self.query_one(TextPane).show([*rows, line(), advice])

    def _lines(self, standing: Standing, answers: Answers) -> tuple[Line, ...]:
        match TABS[self._tab]:
            case "SQL":
                return (*_proof(standing, answers), *sql_tab(standing))
            case "diff":
                return (*diff_tab(standing), *_edit(standing, answers))
            case "history":
                return (*history_tab(standing), *_proof(standing, answers, always=True))
            case "uses":
                return _uses(standing, answers)
            case tab:
                plan = answers.plan(standing)
        if plan is None:
            return _waiting("what would run", answers.waited("plan", standing))
        if isinstance(plan, CockpitError):
            return error_lines(plan, unknown="what would run next, and what it locks")
        return plan_tab(plan) if tab == "plan" else locks_tab(plan)


def _uses(standing: Standing, answers: Answers) -> tuple[Line, ...]:
    usages = answers.uses(standing)
    if usages is None:
        return _waiting("catalog, statements and repository", answers.waited("uses", standing))
    if isinstance(usages, CockpitError):
        return error_lines(usages, unknown="who uses what would go")
    return uses_tab(usages)


def _edit(standing: Standing, answers: Answers) -> tuple[Line, ...]:
    """What the edit would do to this database, below what was edited."""
    edits = answers.edit(standing)
    if edits is None:
        return (line(), *_waiting("what of it is in the schema", answers.waited("edit", standing)))
    if isinstance(edits, CockpitError):
        return (line(), *error_lines(edits, unknown="what of the edit is in the schema"))
    return tuple(line(row, hang=6) for edit in edits for row in ("", *edit_lines(edit)))


def _proof(standing: Standing, answers: Answers, *, always: bool = False) -> tuple[Line, ...]:
    """The proof of the way back where there is one; that there is none only where it is asked."""
    found = answers.proof(standing)
    if found is None or isinstance(found, CockpitError):
        return ()
    kept = found.get(standing.version)
    return proof_lines(kept) if kept or always else ()


def _waiting(what: str, seconds: float) -> tuple[Line, ...]:
    return loading(what, timedelta(seconds=seconds))
