"""What every screen has: the top line, its panes, a rule that can speak, the row of keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from cockpit.errors import CockpitError
from cockpit.model.activity import SessionFacts
from cockpit.model.plan import Plan
from cockpit.model.state import Standing
from cockpit.tui.actions import hint_ids
from cockpit.tui.keymap import key_of
from cockpit.tui.present.keys import Hint
from cockpit.tui.present.line import Line, line
from cockpit.tui.present.pane_help import PaneHelp
from cockpit.tui.present.run_words import run_notice
from cockpit.tui.present.states import banner, error_lines, first_rows
from cockpit.tui.situation import Situation, too_small
from cockpit.tui.widgets.drawn import Drawn
from cockpit.tui.widgets.heading import Heading
from cockpit.tui.widgets.key_bar import KeyBar
from cockpit.tui.widgets.row_list import RowList
from cockpit.tui.widgets.text_pane import TextPane
from cockpit.tui.widgets.top_line import TopLine

if TYPE_CHECKING:
    from cockpit.tui.app import Cockpit

_BANNER_ROWS = 3


class Page(Screen[None], inherit_bindings=False):
    """A screen of the stack. Keys reach it only through `Cockpit.perform`."""

    ALLOW_IN_MAXIMIZED_VIEW = "TopLine, #banner, #notice, KeyBar"
    """Where one is and what one can do stays in sight, whatever is zoomed."""
    PAGE: ClassVar[str] = ""
    """Its name in the table of actions."""
    LOOKS: ClassVar[tuple[str, ...]] = ()
    """Actions hinted on the left, the most useful first."""
    ACTS: ClassVar[tuple[str, ...]] = ()
    """Acts hinted on the right."""
    HELP_TEXT: ClassVar[str] = ""
    """What am I looking at, what do the words mean, what can go wrong."""
    PANES: ClassVar[Mapping[str, PaneHelp]] = {}
    """The same of a pane, by the id of what has the focus; of others the screen's is shown."""
    FIRST: ClassVar[str] = ""
    """Selector of the pane that has the focus at the start."""
    TEXT: ClassVar[str] = ""
    """Selector of the text about the row under the cursor; `enter` goes there and back."""
    LIST_PARTS: ClassVar[tuple[str, ...]] = ()
    """What a small terminal shows ..."""
    TEXT_PARTS: ClassVar[tuple[str, ...]] = ()
    """... and what it shows in its place after `enter`."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """Textual's own, but the two panes that change draw themselves: never the whole screen."""

    def __init__(self) -> None:
        super().__init__()
        self._composed = False

    @property
    def drawable(self) -> bool:
        """Its widgets are there: not before it is composed, not while it is taken away."""
        return self._composed and self.is_attached and bool(self.query(TopLine))

    @property
    def cockpit(self) -> Cockpit:
        """The application."""
        return cast("Cockpit", self.app)

    @property
    def selected(self) -> Standing | None:
        """The migration under the cursor."""
        return None

    @property
    def plan(self) -> Plan | None:
        """The plan on this screen."""
        return None

    @property
    def session(self) -> SessionFacts | None:
        """The other session under the cursor, or the one in the way of the run."""
        return None

    @property
    def in_the_way(self) -> tuple[SessionFacts, ...]:
        """All that are in the way of the run, where this screen shows them."""
        return ()

    @property
    def trouble(self) -> CockpitError | None:
        """Why a pane of this screen has nothing to show; `y` copies it."""
        return None

    def explain(self, error: CockpitError, unknown: str) -> tuple[Line, ...]:
        """An error in place of rows: what is unknown because of it, what is kept and held."""
        return error_lines(error, unknown=unknown, holds_lock=self.cockpit.desk.holds_lock)

    def compose(self) -> ComposeResult:
        """The frame around the panes."""
        yield TopLine()
        yield Drawn(id="banner")
        yield from self.panes()
        yield Heading(id="notice", speaks=True)
        yield KeyBar(id="keys")

    def panes(self) -> ComposeResult:
        """The screen's own widgets."""
        yield from ()

    def on_mount(self) -> None:
        """Draw at once and put the focus where reading starts."""
        self._composed = True
        for name, parts in (("list-part", self.LIST_PARTS), ("text-part", self.TEXT_PARTS)):
            for part in parts:
                self.query_one(part).add_class(name)
        if self.FIRST:
            self.query_one(self.FIRST).focus()
        self.draw_all()
        self.call_after_refresh(self.draw_all)

    @on(RowList.Rewidthed)
    def _rewidthed(self) -> None:
        self.call_after_refresh(self.draw_all)

    def on_screen_resume(self) -> None:
        """What has changed meanwhile."""
        self.draw_all()

    def draw_all(self) -> None:
        """Everything on the screen from what the desk knows."""
        if not self.drawable:
            return
        desk = self.cockpit.desk
        self.query_one(TopLine).show(desk.where())
        self._draw_banner()
        self.draw_panes()
        self.draw_keys()

    def _draw_banner(self) -> None:
        """Unreachable, not permitted, half, stale: the same words on every screen."""
        width = max(20, self.size.width)
        rows = [r for row in banner(self.cockpit.desk.looks) for r in first_rows(row, width, 2)]
        shown = self.query_one("#banner", Drawn)
        shown.display = bool(rows)
        shown.draw(rows[:_BANNER_ROWS])

    def draw_panes(self) -> None:
        """The screen's own panes."""

    def draw_keys(self) -> None:
        """The notice and the row of keys."""
        now = self.cockpit.situation()
        keys = self.cockpit.keys
        looks, acts = (
            tuple(
                Hint(a.id, key_of(a, keys), a.titled(now), not a.refused(now))
                for a in hint_ids(*names)
            )
            for names in self._hinted_now(now)
        )  # fmt: skip
        self.query_one(KeyBar).show(looks, acts)
        notice = self.cockpit.notice_on(self)
        left = line((notice, "notice")) if notice else self._run_notice()
        left = left if left.plain else self.standing_notice()
        if small := too_small(now):
            left = line((small, "high"))
        if not left.plain and (words := self.cockpit.hints.of(self.PAGE)):
            left = line((words, "key"))
        self.query_one("#notice", Heading).show(left, self.note())

    def _hinted_now(self, now: Situation) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """No acts where writing cannot be armed at all; during a run the way to it."""
        looks, acts = self.hinted()
        if now.walkthrough:
            return looks, ()
        return looks, ("view.run",) if now.running and self.PAGE != "run" else acts

    def _run_notice(self) -> Line:
        """What a run is at, on every screen but its own."""
        desk = self.cockpit.desk
        if desk.run is None or not desk.running or self.PAGE == "run":
            return line()
        return run_notice(desk.run, desk.now)

    def hinted(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The actions in the row of keys now: those that look, those that act."""
        return self.LOOKS, self.ACTS

    def standing_notice(self) -> Line:
        """What the rule above the keys says when nothing was just said."""
        return line()

    def note(self) -> Line:
        """What stands at the right end of that rule."""
        return line()

    @property
    def pane_help(self) -> PaneHelp | None:
        """Of the pane with the focus, where it has help of its own."""
        return self.PANES.get(self.focused.id or "") if self.focused else None

    @property
    def focused_pane(self) -> RowList | TextPane | None:
        """The pane that moves when a moving key is pressed."""
        return self.focused if isinstance(self.focused, RowList | TextPane) else None

    def do_move_down(self) -> None:
        """One row on."""
        if pane := self.focused_pane:
            pane.move(1)

    def do_move_up(self) -> None:
        """One row back."""
        if pane := self.focused_pane:
            pane.move(-1)

    def do_move_page_down(self) -> None:
        """One page on."""
        if pane := self.focused_pane:
            pane.move_page(1)

    def do_move_page_up(self) -> None:
        """One page back."""
        if pane := self.focused_pane:
            pane.move_page(-1)

    def do_move_first(self) -> None:
        """The first row."""
        if pane := self.focused_pane:
            pane.move_to_end(last=False)

    def do_move_last(self) -> None:
        """The last row."""
        if pane := self.focused_pane:
            pane.move_to_end(last=True)

    def do_pane_next(self) -> None:
        """Focus the next pane."""
        self.focus_next()

    def do_pane_previous(self) -> None:
        """Focus the pane before."""
        self.focus_previous()

    def do_move_right(self) -> None:
        """The pane on the right."""
        self.focus_next()

    def do_move_left(self) -> None:
        """The pane on the left."""
        self.focus_previous()

    def do_open(self) -> None:
        """From the list to the text about its row, and back; nothing on a screen without one."""
        if not self.TEXT:
            return
        pane, rows = self.query_one(self.TEXT), self.query_one(self.FIRST)
        opening = not pane.has_focus
        self.set_class(opening, "-reading")
        (pane if opening else rows).focus()

    @on(RowList.Opened)
    def _row_opened(self) -> None:
        """Two clicks on a row are the same as enter."""
        self.cockpit.perform("open")

    def do_zoom(self) -> None:
        """The focused pane alone, or all of them again."""
        pane = self.zoomed(self.focused) if self.focused else None
        if self.maximized:
            self.minimize()
        elif pane:
            self.maximize(pane)
        self.call_after_refresh(self.draw_all)

    def zoomed(self, focused: Widget) -> Widget | None:
        """What grows when this pane is zoomed."""
        return focused

    def do_back(self) -> None:
        """Close what is open on the screen, else go back."""
        if self.maximized:
            self.minimize()
            self.call_after_refresh(self.draw_all)
        elif self.has_class("-reading") and not self._list_shown:
            self.remove_class("-reading")  # a small terminal shows the text in place of the list
            self.query_one(self.FIRST).focus()
        else:
            self.cockpit.go_back()

    @property
    def _list_shown(self) -> bool:
        """A terminal with room for both shows the list beside its text."""
        return all(self.query_one(part).display for part in self.LIST_PARTS)

    def copies(self) -> tuple[tuple[str, str], ...]:
        """What can be copied here: label and text."""
        return ()
