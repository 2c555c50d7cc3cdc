"""What is where? Two targets or more, side by side."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult

from cockpit.errors import CockpitError
from cockpit.model.comparison import Comparison
from cockpit.present.comparison_text import comparison_text
from cockpit.tui.present.comparison_words import (
    matrix_header,
    matrix_items,
    promotion_lines,
    standing_lines,
)
from cockpit.tui.present.item import Item
from cockpit.tui.present.line import Line, line
from cockpit.tui.present.pane_help import PaneHelp
from cockpit.tui.present.states import loading
from cockpit.tui.screens.page import Page
from cockpit.tui.widgets.drawn import Drawn
from cockpit.tui.widgets.heading import Heading
from cockpit.tui.widgets.row_list import RowList
from cockpit.tui.widgets.text_pane import TextPane


class CompareScreen(Page):
    """A matrix of versions and targets, and what each promotion would run."""

    PAGE = "compare"
    LOOKS: ClassVar = ("back", "view.table", "copy", "refresh", "help", "more")
    FIRST = "#matrix"
    LIST_PARTS = ("#matrix-header", "#matrix")
    TEXT_PARTS = ("#promotions-title", "#promotions")
    TEXT = "#promotions"
    HELP_TEXT = (
        "A row is a version, a column is a target: its state there. Versions that are the same "
        "everywhere are left out until **v**. Below: what a promotion from each target to the next "
        "one would run, and how their live schemas differ.\n\n"
        "It is read once, when it is opened; **r** reads again. Nothing is written anywhere."
    )
    PANES: ClassVar = {
        "promotions": PaneHelp(
            "promotions",
            "What would bring each target to where the one before it stands, and what their "
            "schemas have different that no migration explains.",
            ("copy", "refresh"),
        ),
    }

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self._names = names
        self._everything = False
        self._comparison: Comparison | None = None
        self._error: CockpitError | None = None

    def panes(self) -> ComposeResult:
        """Matrix above, promotions below."""
        yield Heading(id="matrix-title")
        yield Drawn(id="matrix-header")
        yield RowList(id="matrix")
        yield Heading(id="promotions-title")
        yield TextPane(id="promotions")

    def on_mount(self) -> None:
        """Read all of them."""
        self._asked_at = self.cockpit.clock.seconds()
        super().on_mount()
        self.do_refresh()

    def do_refresh(self) -> None:
        """Read them again."""
        fleet, bridge = self.cockpit.fleet, self.cockpit.bridge
        if fleet is not None and not bridge.busy("compare"):
            self._asked_at = self.cockpit.clock.seconds()
            call = partial(fleet.compare, self._names)
            bridge.ask("compare", call, self._got, self._failed, at_once=True)

    def _got(self, comparison: Comparison) -> None:
        self._comparison, self._error = comparison, None
        self.draw_all()

    def _failed(self, error: CockpitError) -> None:
        self._error = error
        self.draw_all()

    def draw_panes(self) -> None:
        """The matrix, or why there is none."""
        matrix, found = self.query_one("#matrix", RowList), self._comparison
        names = " · ".join(self._names)
        right = line(("all versions" if self._everything else "what differs", "muted"))
        self.query_one("#matrix-title", Heading).show(line((f"compare  {names}", "title")), right)
        self.query_one("#promotions-title", Heading).show(line(("promotion", "title")))
        header = self.query_one("#matrix-header", Drawn)
        if found is None:
            header.draw([line()])
            matrix.show([Item(None, self._nothing_yet())])
            said = line(("no promotion without a comparison", "muted"))
            self.query_one("#promotions", TextPane).show((said,))
            return
        width = matrix.inner_width
        header.draw([matrix_header(found, self._names, width)])
        matrix.show(matrix_items(found, width, everything=self._everything))
        self.query_one("#promotions", TextPane).show(_below(found, self._names))

    def _nothing_yet(self) -> tuple[Line, ...]:
        if self._error:
            return self.explain(self._error, "what is applied where")
        waited = self.cockpit.waited(self._asked_at)
        return loading(f"{len(self._names)} targets", waited)

    @property
    def trouble(self) -> CockpitError | None:
        """Why there is no comparison."""
        return self._error

    def do_view_table(self) -> None:
        """All versions, or only those that differ."""
        self._everything = not self._everything
        self.draw_panes()

    def copies(self) -> tuple[tuple[str, str], ...]:
        """The whole comparison, as `cockpit compare` prints it."""
        if self._comparison is None:
            return ()
        return (("the comparison", comparison_text(self._comparison, everything=True)),)


def _below(found: Comparison, names: tuple[str, ...]) -> tuple[Line, ...]:
    lines = list(standing_lines(found, names))
    for promotion in found.promotions:
        lines += [line(), *promotion_lines(promotion)]
    return tuple(lines)
