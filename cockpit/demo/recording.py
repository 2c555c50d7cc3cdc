"""The rollback at three in the morning as a film: `python -m cockpit.demo.recording`.

The real screens over the real engine are driven key by key. What they show is written as
`rollback.svg` and, for terminals, as `rollback.cast`, with the key that was pressed below it, and
how many there were.
"""

import asyncio
import sys
from argparse import ArgumentParser
from pathlib import Path

from cockpit.demo.camera import SMALL, Camera, Studio
from cockpit.demo.cast import cast
from cockpit.demo.film import Film
from cockpit.demo.picture import self_contained
from cockpit.demo.situations import SITUATIONS
from cockpit.demo.stage import staged
from cockpit.demo.still_clock import StillClock
from cockpit.errors import CockpitError
from cockpit.tui.app import Cockpit
from cockpit.tui.dialogs.question import Question

_TITLE = "A rollback at 3 a.m."
_REASON = "v1.4 loses payments, INC-2209"
_READ, _KEY, _LETTER, _END = 2.4, 1.4, 0.09, 5.0
"""Seconds: to read a new screen, to see a key, to type a letter, and the last picture."""


class Director:
    """Presses keys and shoots what follows; counts what a person would press."""

    def __init__(self, camera: Camera, film: Film) -> None:
        self._camera, self._film = camera, film
        self.keys = 0
        self.letters = 0

    @property
    def app(self) -> Cockpit:
        """The screens."""
        return self._camera.app

    def shoot(self, seconds: float, caption: str = "") -> None:
        """What is on the screen now."""
        self._film.shoot(self_contained(self.app.export_screenshot()), seconds, caption)

    async def press(self, key: str, words: str, seconds: float = _READ) -> None:
        """One key, named below the picture."""
        self.keys += 1
        self.shoot(_KEY / 2, f"{words}")
        await self._camera.press(key)
        self.shoot(seconds, f"{words}   ·   key {self.keys}")

    async def type(self, text: str) -> None:
        """Letters, one by one."""
        for letter in text:
            self.letters += 1
            await self._camera.type(letter)
            self.shoot(_LETTER, f"typed: {text}")

    async def type_what_is_asked(self) -> None:
        """What the question wants."""
        await self.type(self._camera.asked)
        await self._camera.wait(6.0)

    async def until_it_stands(self) -> None:
        """The run waits for the operator, or is over."""
        await self._camera.until(_stands)
        self.shoot(_READ)


async def rollback(director: Director) -> None:
    """From the first look to the end of the run."""
    app = director.app
    director.shoot(3.0, "02:58  v1.4 is bad, the application is back at v1.3, the schema is not")
    await director.press("U", "U  roll back")
    await director.press("enter", "enter  the last run")
    await director.type_what_is_asked()
    await director.press("enter", "enter", 0.4)
    await director.type(_REASON)
    await director.press("enter", "enter", 0.4)
    await director.press("Y", "Y")
    await director.until_it_stands()
    while app.desk.run is not None and app.desk.run.ready is not None:
        await director.press("C", "C  run on")
        if isinstance(app.screen, Question):
            await director.type_what_is_asked()
            await director.press("Y", "Y", 0.4)
        await director.until_it_stands()
    total = director.keys + director.letters
    director.shoot(_END, f"{director.keys} keys and {director.letters} typed letters: {total}")


def film() -> Film:
    """The situation is made anew, played, and removed."""
    clock, made, reel = StillClock(), SITUATIONS["rollback"], Film()
    with staged(made.environment, watched=False, clock=clock) as stage:
        made.prepare(stage)
        with made.meanwhile(stage):
            studio = Studio(stage, clock)
            asyncio.run(_play(studio, reel))
    return reel


def write(folder: Path) -> tuple[Path, ...]:
    """Play it, and write the same frames in both forms."""
    reel = film()
    folder.mkdir(parents=True, exist_ok=True)
    moving, told = folder / "rollback.svg", folder / "rollback.cast"
    moving.write_text(reel.svg(*SMALL), encoding="utf-8")
    told.write_text(cast(reel.frames, *SMALL, _TITLE), encoding="utf-8")
    return moving, told


async def _play(studio: Studio, reel: Film) -> None:
    async with studio.camera() as camera:
        await rollback(Director(camera, reel))


def _stands(app: Cockpit) -> bool:
    return app.desk.run is not None and bool(app.desk.run.ready or app.desk.run.outcome)


def main(arguments: list[str] | None = None) -> int:
    """Write the film."""
    parser = ArgumentParser("python -m cockpit.demo.recording", description=__doc__)
    parser.add_argument("--into", type=Path, default=Path("screenshots"), metavar="FOLDER")
    chosen = parser.parse_args(arguments)
    for path in write(chosen.into):
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CockpitError as error:
        sys.exit(str(error))
