"""Presses keys on the real screens and takes pictures of them."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from cockpit.demo.fleet import DemoFleet
from cockpit.demo.picture import rows, self_contained
from cockpit.demo.stage import Stage
from cockpit.demo.still import still
from cockpit.demo.still_clock import StillClock
from cockpit.tui.app import Cockpit
from cockpit.tui.hands import Hands
from cockpit.tui.themes import DEFAULT, NAMES

SMALL = (80, 24)
WIDE = (120, 32)
WIDEST = (160, 40)
SMALLEST = (60, 16)
_PATIENCE_SECONDS = 60.0
_LONGEST_DELAY_SECONDS = 6.0
_ASKED = re.compile(r"Type  (\S+(?: \S+)*)  to arm")


class Camera:
    """One open cockpit."""

    def __init__(
        self, app: Cockpit, pilot: Pilot[int], clock: StillClock, pictures: dict[str, str]
    ) -> None:
        self.app = app
        self._hands, self._clock, self._pictures = Hands(app, pilot), clock, pictures

    async def press(self, *keys: str) -> None:
        """Press keys at a calm pace: a second goes by before each, so that armed keys count."""
        for key in keys:
            await self.wait(1.0)
            await self._hands.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type into the box that has the focus."""
        await self._hands.type(text)
        await self.settle()

    async def type_what_is_asked(self) -> None:
        """Type what the question on the screen wants to be typed, and wait until `Y` counts.

        Raises `LookupError` when nothing is asked.
        """
        await self.type(self.asked)
        await self.wait(_LONGEST_DELAY_SECONDS)

    @property
    def asked(self) -> str:
        """What the question wants to be typed. Raises `LookupError` when nothing is asked."""
        shown = " ".join(rows(self.app.export_screenshot()))
        asked = _ASKED.search(shown)
        if asked is None:
            raise LookupError("nothing is asked to be typed")
        return asked[1]

    async def wait(self, seconds: float) -> None:
        """Let time go by on the clock of the screens."""
        self._clock.move(seconds)
        self.app.looking.do_refresh()
        await self.settle()

    async def until(self, condition: Callable[[Cockpit], bool]) -> None:
        """Wait for what the engine does meanwhile. Raises `TimeoutError`."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not condition(self.app):
            if time.monotonic() > deadline or not self.app.is_running:
                shown = "\n".join(rows(self.app.export_screenshot()))
                raise TimeoutError(f"the screens never came to what the picture is of:\n{shown}")
            await asyncio.sleep(0.02)
        await self.settle()

    async def settle(self) -> None:
        """Wait until every answer has come and everything is drawn."""
        await self._hands.still()
        self.app.draw_all()
        await self._hands.still()

    def take(self, name: str) -> None:
        """Keep what is on the screen now."""
        self._pictures[name] = self_contained(self.app.export_screenshot())

    async def take_in_every_theme(self, name: str) -> None:
        """The same moment in each theme: `plan`, `plan-light`, ...; the default one has no tail."""
        for theme in NAMES:
            self.app.theme = theme
            await self.settle()
            tail = "" if theme == DEFAULT else f"-{theme.removeprefix('cockpit-')}"
            self.take(name + tail)
        self.app.theme = DEFAULT
        await self.settle()


class Studio:
    """Opens cockpits on one stage and gathers the pictures."""

    def __init__(self, stage: Stage, clock: StillClock) -> None:
        """`clock` is the stage's too."""
        self.server = stage.server
        self._stage, self._clock = stage, clock
        self.pictures: dict[str, str] = {}
        """SVG by name, in the order they were taken."""

    @property
    def _places(self) -> dict[str, str]:
        return {str(self._stage.server.private_folder): "/tmp/orders-demo"}  # noqa: S108  shown only

    @asynccontextmanager
    async def list_of_targets(self, size: tuple[int, int] = SMALL) -> AsyncIterator[Camera]:
        """The real screens before any target is open."""
        fleet = DemoFleet(self._stage, lambda engine: still(engine, self._places))
        app = Cockpit(None, fleet=fleet, clock=self._clock)
        async with app.run_test(size=size) as pilot:
            camera = Camera(app, pilot, self._clock, self.pictures)
            await camera.settle()
            yield camera
        app.targets.close()

    @asynccontextmanager
    async def camera(
        self, size: tuple[int, int] = SMALL, theme: str = DEFAULT
    ) -> AsyncIterator[Camera]:
        """The real screens over the real engine, after their first look."""
        engine = self._stage.open()
        try:
            app = Cockpit(still(engine, self._places), theme=theme, clock=self._clock)
            async with app.run_test(size=size) as pilot:
                camera = Camera(app, pilot, self._clock, self.pictures)
                await camera.until(lambda opened: opened.desk.board is not None)
                yield camera
            app.desk.settle()
        finally:
            engine.close()
