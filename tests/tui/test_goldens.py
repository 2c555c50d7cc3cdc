"""Every screen and dialog as text, at the three sizes that matter.

`pytest tests/tui --regenerate-goldens` writes them anew; the diff is the review.
"""

from datetime import timedelta

import pytest

from cockpit.model.board import Board
from cockpit.model.event import (
    PhaseFailed,
    PhaseFinished,
    PhaseReady,
    PhaseStarted,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    StepWaiting,
    TryFailed,
)
from cockpit.model.locks import LockMode
from cockpit.model.target import Environment
from tests.tui import canned
from tests.tui.conftest import GOLDENS, Golden, Opened
from tests.tui.fake_engine import FakeDeployment, FakeEngine
from tests.tui.pilot import CockpitPilot

SIZES = ((80, 24), (120, 32), (60, 16))
AT = canned.NOW
SHORT = timedelta(seconds=0.2)

TAB = "right_square_bracket"
SCREENS: dict[str, tuple[str, ...]] = {
    "board": (),
    "board-table": ("v",),
    "board-plan-tab": ("down", TAB),
    "board-locks-tab": ("down", TAB, TAB),
    "board-uses-tab": ("down", TAB, TAB, TAB),
    "board-diff-tab": ("right", TAB, TAB, TAB, TAB),
    "board-history-tab": ("right", "left_square_bracket"),
    "board-drifted": ("right", "right", TAB),
    "board-filter": ("slash", "o", "r", "d"),
    "board-zoom": ("enter", "z"),
    "plan": ("down", "p"),
    "plan-rollback": ("right", "right", "p"),
    "history": ("3",),
    "history-all-tools": ("3", "v"),
    "activity": ("4",),
    "locks": ("l",),
    "help": ("question_mark",),
    "help-of-a-pane": ("right", "question_mark"),
    "palette": ("colon",),
    "identity": ("i",),
    "problems": ("o",),
    "session": ("4", "t"),
    "why-waiting": ("x",),
    "refused": ("A",),
}


TEXTS = ("identity", "problems", "refused", "session", "why-waiting")


@pytest.mark.parametrize("name", SCREENS)
async def test_screen(name: str, open_cockpit: Opened, golden: Golden) -> None:
    if name in TEXTS:  # what lies below a text is not laid out anew while the text covers it
        for width, height in SIZES:
            async with open_cockpit((width, height)) as pilot:
                await pilot.press(*SCREENS[name])
                golden(f"{name}-{width}x{height}", pilot.rows)
        return
    async with open_cockpit(SIZES[0]) as pilot:
        await pilot.press(*SCREENS[name])
        await every_size(name, pilot, golden)


async def every_size(name: str, pilot: CockpitPilot, golden: Golden) -> None:
    """The same moment at each size, as after the terminal was resized."""
    for width, height in SIZES:
        await pilot.resize(width, height)
        golden(f"{name}-{width}x{height}", pilot.rows)


@pytest.mark.parametrize("name", SCREENS)
async def test_without_colour_every_word_is_the_same(
    name: str, open_cockpit: Opened, golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_cockpit(SIZES[0]) as pilot:
        assert pilot.app.no_color
        await pilot.press(*SCREENS[name])
        # Without colour nothing can be dimmed, so a text hides what lies below it.
        golden(f"{name}-nocolor-80x24" if name in TEXTS else f"{name}-80x24", pilot.rows)


async def test_three_columns(open_cockpit: Opened, golden: Golden) -> None:
    async with open_cockpit((160, 40)) as pilot:
        golden("board-160x40", pilot.rows)


BOARDS: dict[str, Board] = {
    "empty": canned.empty_board(),
    "unreachable": canned.unreachable_board(),
    "locked": canned.locked_board(),
    "troubled": canned.troubled_board(),
    "staging": canned.board(Environment.STAGING),
    "busy": canned.busy_board(),
}


@pytest.mark.parametrize("name", BOARDS)
async def test_board_in_every_state(name: str, open_cockpit: Opened, golden: Golden) -> None:
    async with open_cockpit(board=BOARDS[name]) as pilot:
        golden(f"board-{name}-80x24", pilot.rows)


async def test_stale_board(open_cockpit: Opened, golden: Golden) -> None:
    async with open_cockpit() as pilot:
        await pilot.wait(47)
        golden("board-stale-80x24", pilot.rows)


async def test_what_an_earlier_run_left(open_cockpit: Opened, golden: Golden) -> None:
    left = canned.unfinished()
    async with open_cockpit(board=canned.with_unfinished(left)) as pilot:
        golden("unfinished-80x24", pilot.rows)


DIALOGS: dict[str, tuple[str, ...]] = {
    "arm": ("W",),
    "chooser-rollback": ("right", "U"),
    "chooser-apply": ("down", "A"),
    "question-rollback": ("right", "U", "enter"),
    "question-apply": ("down", "p", "A"),
    "arms-and-runs": ("right", "U", "enter"),
    "question-lock": ("L",),
    "question-terminate": ("4", "T"),
    "copy-menu": ("y",),
}


@pytest.mark.parametrize("name", DIALOGS)
async def test_dialog(name: str, open_cockpit: Opened, golden: Golden) -> None:
    armed = name not in ("arm", "arms-and-runs")
    for width, height in SIZES:
        async with open_cockpit((width, height), armed=armed) as pilot:
            await pilot.press(*DIALOGS[name])
            golden(f"{name}-{width}x{height}", pilot.rows)


def ready(deployment: FakeDeployment) -> None:
    """The run has begun and waits before its first phase."""
    deployment.say(RunStarted(AT, "7f3b", "plan", "goal", 5120), PhaseReady(AT, 0))


def waiting(deployment: FakeDeployment) -> None:
    """The first step waits for a lock that others hold."""
    deployment.say(
        PhaseStarted(AT, 0),
        StepStarted(AT, 1),
        StepWaiting(
            AT, 1, 12, SHORT, canned.BLOCKERS, 37, LockMode.ACCESS_EXCLUSIVE, "public.orders"
        ),
        TryFailed(AT, 1, 12, 40, "55P03", timedelta(seconds=1.8), canned.BLOCKERS),
    )


def finished(deployment: FakeDeployment) -> None:
    """The first phase is committed."""
    deployment.say(
        PhaseStarted(AT, 0),
        StepStarted(AT, 1),
        StepFinished(AT, 1, timedelta(seconds=3), 12),
        StepFinished(AT, 2, SHORT),
        PhaseFinished(AT, 0, timedelta(seconds=4)),
    )


def failed(deployment: FakeDeployment) -> None:
    """The second phase stops with an error."""
    finished(deployment)
    deployment.say(
        PhaseStarted(AT, 1),
        StepStarted(AT, 3),
        PhaseFailed(
            AT, 1, 3, 'relation "totals" does not exist', "42P01", "phase 1 stays done",
            "phase 2 is undone", "nothing: the lock is free", "look at 0041, then retry", 1, 8,
        ),
        RunFinished(
            AT, "7f3b", "failed", "phase 1 stays done", "phase 2 is undone", "no table lock",
            "look at 0041, then retry", 8,
        ),
    )  # fmt: skip


def done(deployment: FakeDeployment) -> None:
    """Everything went well."""
    finished(deployment)
    deployment.say(
        RunFinished(AT, "7f3b", "done", "0042 and 0041 rolled back", "", "", "", 0)
    )  # fmt: skip


RUNS = {"ready": None, "waiting": waiting, "failed": failed, "done": done}


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("name", RUNS)
async def test_run(
    name: str, size: tuple[int, int], open_cockpit: Opened, engine: FakeEngine, golden: Golden
) -> None:
    engine.planned = lambda _: canned.calm_rollback()
    engine.on_start = ready
    engine.on_proceed = RUNS[name]
    async with open_cockpit(size, armed=True) as pilot:
        await pilot.press("right", "U", "enter")
        await pilot.type("orders-prod")
        await pilot.wait(1)
        await pilot.press("Y")
        await pilot.wait(1)
        if RUNS[name]:
            await pilot.press("C")
        golden(f"run-{name}-{size[0]}x{size[1]}", pilot.rows)


RESIZED = {
    **{name: SCREENS[name] for name in (*TEXTS, "help", "palette")},
    **{name: keys for name, keys in DIALOGS.items() if name != "chooser-rollback"},
}
"""The cursor of a small terminal is in the table, and rolls back something else."""


@pytest.mark.parametrize("name", RESIZED)
async def test_a_dialog_that_is_made_small_is_as_one_that_was_opened_small(
    name: str, open_cockpit: Opened
) -> None:
    armed = name in DIALOGS and name not in ("arm", "arms-and-runs")
    async with open_cockpit((80, 24), armed=armed) as pilot:
        await pilot.press(*RESIZED[name])
        await pilot.resize(60, 16)
        expected = (GOLDENS / f"{name}-60x16.txt").read_text().splitlines()
        assert box(pilot.rows) == box(expected)


def box(rows: list[str]) -> list[str]:
    """Of a dialog, from its title to its lower border; what lies below it is left out."""
    end = next(at for at, row in enumerate(rows) if row.startswith(("┗", "└")))
    return rows[1 : end + 1]
