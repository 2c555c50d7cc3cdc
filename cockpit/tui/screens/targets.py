"""Which database?"""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from cockpit.present.durations import plural
from cockpit.tui.fleet import TargetCard
from cockpit.tui.present.item import Item
from cockpit.tui.present.line import Line, line
from cockpit.tui.present.pane_help import PaneHelp
from cockpit.tui.present.states import nothing_chosen
from cockpit.tui.present.target_words import target_facts, target_header, target_row
from cockpit.tui.screens.page import Page
from cockpit.tui.widgets.drawn import Drawn
from cockpit.tui.widgets.heading import Heading
from cockpit.tui.widgets.row_list import RowList
from cockpit.tui.widgets.text_pane import TextPane


class TargetsScreen(Page):
    """The configured targets, and what is known of the one under the cursor without asking it."""

    PAGE = "targets"
    LOOKS: ClassVar = ("open", "view.compare", "back", "help", "more", "quit")
    FIRST = "#targets"
    LIST_PARTS = ("#targets-header", "#targets")
    TEXT_PARTS = ("#target-title", "#target")
    HELP_TEXT = (
        "Each row is a **target** of the settings: one database with a name. **enter** opens it, "
        "read-only. Opening another one ends the right to write and gives a held lock back.\n\n"
        "*last seen* is what the last look from this machine said; nothing is asked before a "
        "target is opened. A target that nobody has described counts as production."
    )
    PANES: ClassVar = {
        "target": PaneHelp(
            "target",
            "The target under the cursor: why it is protected or not, where its password comes "
            "from, never the password.",
            ("open", "view.compare"),
        ),
    }

    def panes(self) -> ComposeResult:
        """Targets above, facts below."""
        yield Heading(id="targets-title")
        yield Drawn(id="targets-header")
        yield RowList(id="targets")
        yield Heading(id="target-title")
        yield TextPane(id="target")

    @property
    def found(self) -> TargetCard | None:
        """The target under the cursor."""
        key = self.query_one("#targets", RowList).selected
        return next((card for card in self._cards if card.name == key), None)

    @property
    def _cards(self) -> tuple[TargetCard, ...]:
        fleet = self.cockpit.fleet
        return fleet.cards if fleet else ()

    def draw_panes(self) -> None:
        """What the settings say; only what was seen changes."""
        rows = self.query_one("#targets", RowList)
        cards, width = self._cards, rows.inner_width
        number = line(("targets", "title"), (f"  {plural(len(cards), 'target')}", "muted"))
        self.query_one("#targets-title", Heading).show(number)
        self.query_one("#targets-header", Drawn).draw([target_header(width)])
        seen, mode = self.cockpit.desk.sightings, self._mode
        items = [
            Item(card.name, (target_row(card, mode(card), seen.of(card.name), width),))
            for card in cards
        ]
        rows.show(items or [Item(None, (row,)) for row in _nothing()])
        self._draw_target()

    def _mode(self, card: TargetCard) -> str:
        """What may be done there now."""
        desk = self.cockpit.desk
        if desk.walkthrough:
            return "WALKTHROUGH"
        if desk.name != card.name:
            return "read-only"
        return "WRITE, open" if desk.grant else "open"

    def _draw_target(self) -> None:
        card = self.found
        self.query_one("#target-title", Heading).show(line((card.name if card else "", "title")))
        seen = self.cockpit.desk.sightings.of(card.name) if card else None
        facts = nothing_chosen("target")
        if card:
            facts = target_facts(card, self._mode(card), seen, self.cockpit.desk.now)
        self.query_one("#target", TextPane).show(facts)

    def on_mount(self) -> None:
        """The cursor stands on the target that is open."""
        super().on_mount()
        if name := self.cockpit.desk.name:
            self.query_one("#targets", RowList).select(name)

    @on(RowList.Moved)
    def _moved(self) -> None:
        self._draw_target()

    def do_open(self) -> None:
        """The board of the target under the cursor."""
        if card := self.found:
            self.cockpit.targets.open(card.name)

    def do_back(self) -> None:
        """To the board of the open target; without one there is nowhere to go."""
        if self.maximized or self.cockpit.desk.opened:
            super().do_back()
        else:
            self.cockpit.say("No target is open: enter opens one, q leaves.")

    def copies(self) -> tuple[tuple[str, str], ...]:
        """The facts of the target under the cursor."""
        return (("the facts of this target", self.query_one("#target", TextPane).plain),)


def _nothing() -> tuple[Line, ...]:
    return (
        line((" no target is configured", "strong")),
        line((" name them in cockpit.toml below [targets.NAME], or give --dsn", "muted")),
    )
