"""A plan for a room: one slide a step."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult

from cockpit.errors import CockpitError
from cockpit.model.live import RelationLive
from cockpit.model.migration import Migration
from cockpit.model.plan import Plan
from cockpit.model.state import Standing
from cockpit.rehearsal.store import Kept
from cockpit.tui.present.line import Line, line
from cockpit.tui.present.slides import Slide, slides
from cockpit.tui.screens.page import Page
from cockpit.tui.widgets.heading import Heading
from cockpit.tui.widgets.text_pane import TextPane


class SlidesScreen(Page):
    """Steps through a plan and does nothing else."""

    PAGE = "slides"
    LOOKS: ClassVar = ("show.next", "move.left", "sheet", "back", "help", "more")
    FIRST = "#slide"
    HELP_TEXT = (
        "The plan as slides. **c**, enter or the right arrow shows the next one, the left arrow "
        "the one before; up and down scroll a long one. Nothing runs from here.\n\n"
        "**s** writes the same as a sheet for the change ticket."
    )

    def __init__(self, plan: Plan, start: int = 0) -> None:
        """`start`: the number of the step to begin with; 0 begins with what the plan is."""
        super().__init__()
        self._plan, self._at = plan, start
        self._live: tuple[RelationLive, ...] = ()
        self._proofs: dict[str, Kept] = {}

    @property
    def plan(self) -> Plan:
        """The plan that is shown."""
        return self._plan

    def panes(self) -> ComposeResult:
        """A title and the slide."""
        yield Heading(id="slide-title")
        yield TextPane(id="slide")

    def on_mount(self) -> None:
        """Draw at once; who is at work and what was proved follow."""
        super().on_mount()
        desk, bridge = self.cockpit.desk, self.cockpit.bridge
        files = _files(self._plan, desk.board.find if desk.board else lambda _: None)
        bridge.ask("proofs", partial(desk.engine.proofs, files), self._proved, self._without)
        bridge.ask("live", partial(desk.engine.live, self._plan), self._saw, self._without)

    def _proved(self, proofs: dict[str, Kept]) -> None:
        self._proofs = proofs
        self.draw_all()

    def _saw(self, live: tuple[RelationLive, ...]) -> None:
        self._live = live
        self.draw_all()

    def _without(self, error: CockpitError) -> None:
        """The slides are worth showing without it."""
        self.cockpit.say(error.what)

    @property
    def _slides(self) -> tuple[Slide, ...]:
        return slides(self._plan, self._live, self._proofs)

    def draw_panes(self) -> None:
        """The slide, its place among the others."""
        shown = self._slides
        self._at = max(0, min(self._at, len(shown) - 1))
        slide = shown[self._at]
        title = line((slide.title, "title"))
        self.query_one("#slide-title", Heading).show(title, line((slide.where, "muted")))
        self.query_one("#slide", TextPane).show(slide.lines)

    def note(self) -> Line:
        """Which slide of how many."""
        return line((f"{self._at + 1} of {len(self._slides)}", "strong"))

    def _turn(self, step: int) -> None:
        self._at += step
        self.query_one("#slide", TextPane).scroll_to(y=0, animate=False)
        self.draw_all()

    def do_show_next(self) -> None:
        """The next slide."""
        self._turn(1)

    do_open = do_move_right = do_show_next

    def do_move_left(self) -> None:
        """The slide before."""
        self._turn(-1)


def _files(plan: Plan, find: Callable[[str], Standing | None]) -> tuple[Migration, ...]:
    found = (find(version) for version in plan.versions)
    return tuple(standing.migration for standing in found if standing and standing.migration)
