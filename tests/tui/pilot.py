"""Drives a cockpit in a test: keys, clicks, pastes, time, and the rows it shows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual import events
from textual.pilot import Pilot

from cockpit.tui.app import Cockpit
from cockpit.tui.widgets.key_bar import KeyBar
from tests.tui.fake_engine import FakeEngine, HandClock
from tests.tui.screen_text import rows


class CockpitPilot:
    """One open cockpit."""

    def __init__(self, app: Cockpit, pilot: Pilot[int], engine: FakeEngine, clock: HandClock):
        self.app, self.engine, self.clock = app, engine, clock
        self._pilot = pilot

    async def press(self, *keys: str) -> None:
        """Press keys one after the other and wait until everything is drawn."""
        for key in keys:
            await self._pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type text letter by letter."""
        names = {" ": "space", "-": "minus", "_": "underscore"}
        await self._pilot.press(*(names.get(letter, letter) for letter in text))
        await self.settle()

    async def burst(self, *keys: str) -> None:
        """Keys that arrive in one read of the terminal: nothing is handled between them."""
        for key in keys:
            name = {".": "full_stop", "-": "minus"}.get(key, key)
            self.app.post_message(events.Key(name, key if len(key) == 1 else None))
        await self.settle()

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
        for _ in range(3):
            await self.app.workers.wait_for_complete()
            await self._pilot.pause()

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
