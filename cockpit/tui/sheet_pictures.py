"""The screens that go into a sheet, drawn without a terminal from what the sheet knows."""

import asyncio
from datetime import datetime

from textual.screen import Screen

from cockpit.present.sheet_blocks import Picture
from cockpit.present.sheet_facts import SheetFacts
from cockpit.tui.app import Cockpit
from cockpit.tui.frozen import frozen
from cockpit.tui.hands import Hands
from cockpit.tui.screens.locks import LocksScreen
from cockpit.tui.screens.plan import PlanScreen
from cockpit.tui.svg import rows, self_contained

_SIZE = (120, 36)
_THEME = "cockpit-light"
"""On paper and in most tickets the ground is white."""


class _Moment:
    """The clock of the look that the sheet was made from."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """Always the same moment: nothing in a picture grows old."""
        return self._at

    def seconds(self) -> float:
        """No time goes by."""
        return 0.0


def sheet_pictures(facts: SheetFacts) -> tuple[Picture, ...]:
    """Board, plan, locks. Blocks for a second; may be called from any thread without a loop."""
    return asyncio.run(_taken(facts))


async def _taken(facts: SheetFacts) -> tuple[Picture, ...]:
    clock = _Moment(facts.board.as_of)
    app = Cockpit(frozen(facts), clock=clock, theme=_THEME, walkthrough=True)
    shown: tuple[tuple[str, Screen[None] | None], ...] = (
        ("the board", None), ("the plan", PlanScreen(facts.plan)), ("the locks", LocksScreen()),
    )  # fmt: skip
    pictures = []
    async with app.run_test(size=_SIZE) as pilot:
        hands = Hands(app, pilot)
        app.desk.plan = facts.plan
        await hands.still()
        app.clear_to_board()
        for title, screen in shown:
            if screen is not None:
                app.push_screen(screen)
            await hands.still()
            svg = self_contained(app.export_screenshot(title=title))
            pictures.append(Picture(title, svg, "\n".join(rows(svg))))
    return tuple(pictures)
