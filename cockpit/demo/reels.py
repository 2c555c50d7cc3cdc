"""Which keys are pressed for which picture, situation by situation."""

from collections.abc import Callable, Coroutine
from typing import Any

from cockpit.demo.camera import SMALLEST, WIDE, WIDEST, Camera, Studio
from cockpit.demo.situations.waiting import SHOPPERS
from cockpit.tui.app import Cockpit
from cockpit.tui.dialogs.question import Question

Reel = Callable[[Studio], Coroutine[Any, Any, None]]


async def board(studio: Studio) -> None:
    """The board in every theme, wide and as a table; what can be asked of it."""
    async with studio.camera() as camera:
        await camera.take_in_every_theme("board")
        await camera.press("v")
        camera.take("board-table")
        await camera.press("v", "a", "enter")
        await camera.take_in_every_theme("plan")
        await camera.press("w", "c")
        await camera.take_in_every_theme("slide")
        await camera.press("escape", "escape", "question_mark")
        await camera.take_in_every_theme("help")
        await camera.press("escape", "colon")
        await camera.take_in_every_theme("palette")
    async with studio.camera(WIDE) as camera:
        camera.take("board-120x32")
    async with studio.camera(WIDEST) as camera:
        await camera.wait(2.0)
        camera.take("board-160x40")
    async with studio.camera(SMALLEST) as camera:
        camera.take("board-60x16")


async def targets(studio: Studio) -> None:
    """Which database, and what is where."""
    async with studio.list_of_targets() as camera:
        await camera.take_in_every_theme("targets")
        await camera.press("6", "enter")
        await camera.take_in_every_theme("compare")


async def drift(studio: Studio) -> None:
    """What an edit after the fact has changed, and who made it."""
    async with studio.camera() as camera:
        await camera.press("right", "right", "down", "down")
        await camera.press(*["right_square_bracket"] * 4)
        camera.take("drift")


async def waiting(studio: Studio) -> None:
    """Who is in the way of a run, and who waits because it waits."""
    async with studio.camera() as camera:
        await camera.press("W", "Y", "down", "down", "down", "A", "enter", "Y")
        await camera.until(_everybody_waits)
        await camera.take_in_every_theme("waiting")
        await camera.press("4")
        await camera.take_in_every_theme("activity")
        await camera.press("l")
        await camera.take_in_every_theme("locks")
        await camera.press("5", "X")
        await camera.wait(1.0)
        await camera.press("Y")
        await camera.until(_stands)


async def rollback(studio: Studio) -> None:
    """Three in the morning, in five pictures."""
    async with studio.camera() as camera:
        camera.take("rollback-1-board")
        await camera.press("U", "down")
        camera.take("rollback-2-how-far")
        await camera.press("enter")
        await camera.until(_asks_for_a_reason)
        await camera.type(camera.asked)
        await camera.press("enter")
        await camera.type("v1.4 loses payments, INC-2209")
        await camera.press("enter")
        await camera.wait(1.0)
        await camera.take_in_every_theme("rollback-3-question")
        await camera.press("Y")
        await camera.until(_stands)
        await camera.press("C")
        await camera.until(_stands)
        await camera.press("C")
        await camera.type_what_is_asked()
        await camera.take_in_every_theme("rollback-4-loss")
        await camera.press("Y")
        await _through_every_phase(camera)
        camera.take("rollback-5-done")
        await camera.press("enter")
        await camera.take_in_every_theme("report")
        await camera.press("3")
        await camera.take_in_every_theme("history")


async def failure(studio: Studio) -> None:
    """What two stopped runs left, told before anything else."""
    async with studio.camera() as camera:
        camera.take("unfinished")
        await camera.press("escape")
        camera.take("failure")


async def disconnected(studio: Studio) -> None:
    """What was read stays readable, and nothing is claimed of now."""
    studio.server.restart()
    async with studio.camera() as camera:
        studio.server.halt()
        await camera.press("r")
        camera.take("disconnected")


REELS: dict[str, Reel] = {
    "board": board,
    "drift": drift,
    "waiting": waiting,
    "rollback": rollback,
    "failure": failure,
    "disconnected": disconnected,
    "targets": targets,
}
"""By situation."""


async def _through_every_phase(camera: Camera) -> None:
    """Let each phase run; a lossy one wants its sentence typed."""
    app = camera.app
    while True:
        await camera.until(_stands)
        if app.desk.run is None or app.desk.run.ready is None:
            return
        await camera.press("C")
        if isinstance(app.screen, Question):
            await camera.type_what_is_asked()
            await camera.press("Y")


def _asks_for_a_reason(app: Cockpit) -> bool:
    """The question of the run is open, not the one of arming."""
    return isinstance(app.screen, Question) and bool(app.screen.query("#reason"))


def _everybody_waits(app: Cockpit) -> bool:
    """The run wants a lock that somebody else has, and every shopper waits behind it."""
    waiting = app.desk.run.waiting if app.desk.run else None
    return waiting is not None and waiting.queued_behind == SHOPPERS


def _stands(app: Cockpit) -> bool:
    """The run waits for the operator, or is over."""
    return app.desk.run is not None and bool(app.desk.run.ready or app.desk.run.outcome)
