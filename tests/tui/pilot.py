"""Drives a cockpit in a test: keys, clicks, pastes, time, and the rows it shows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual import events
from textual.pilot import Pilot

from cockpit.tui.app import Cockpit
from cockpit.tui.hands import Hands
from cockpit.tui.widgets.key_bar import KeyBar
from tests.tui.fake_engine import FakeEngine, HandClock
from tests.tui.screen_text import rows


class CockpitPilot:
    """One open cockpit."""

    def __init__(self, app: Cockpit, pilot: Pilot[int], engine: FakeEngine, clock: HandClock):
        self.app, self.engine, self.clock = app, engine, clock
        self._pilot, self._hands = pilot, Hands(app, pilot)

    async def press(self, *keys: str) -> None:
        """Press keys one after the other and wait until everything is drawn."""
        await self._hands.press(*keys)

    async def type(self, text: str) -> None:
        """Type text in one burst."""
        await self._hands.type(text)

    async def burst(self, *keys: str) -> None:
        """Keys that arrive in one read of the terminal: nothing is handled between them."""
        await self._hands.burst(*keys)

    async def paste(self, text: str) -> None:
        """A bracketed paste."""
        self.app.post_message(events.Paste(text))
        await self.settle()

    async def click_hint(self, action: str) -> bool:
        """Click the hint of an action in the last row. False when it is not shown."""
        bar = self.app.screen.query_one(KeyBar)
        column = bar.spot(action)
        if column is None:
            return False
        await self._pilot.click(bar, offset=(column, 0))
        await self.settle()
        return True

    async def click(self, selector: str, column: int, row: int, times: int = 1) -> None:
        """Click into a widget, borders counted."""
        await self._pilot.click(selector, offset=(column, row), times=times)
        await self.settle()

    async def resize(self, width: int, height: int) -> None:
        """Another terminal size."""
        await self._pilot.resize_terminal(width, height)
        await self.settle()
        await self.wait(0)  # rows are laid out for the new widths once those are known

    async def wait(self, seconds: float) -> None:
        """Let time pass on the cockpit's own clock, and draw."""
        self.clock.move(seconds)
        self.app.draw_all()
        await self.settle()

    async def settle(self) -> None:
        """Wait for workers and messages until nothing moves any more."""
        await self._hands.still()

    @property
    def notice(self) -> str:
        """What the rule above the keys says."""
        return self.app.notice

    @property
    def dialog(self) -> str:
        """The class name of the screen on top."""
        return type(self.app.screen).__name__

    @property
    def rows(self) -> list[str]:
        """The screen as text."""
        return rows(self.app)

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.rows)


@asynccontextmanager
async def opened(
    engine: FakeEngine, clock: HandClock, size: tuple[int, int]
) -> AsyncIterator[CockpitPilot]:
    """A cockpit after its first look."""
    app = Cockpit(engine, clock=clock)
    async with app.run_test(size=size) as pilot:
        wrapped = CockpitPilot(app, pilot, engine, clock)
        await wrapped.settle()
        yield wrapped
