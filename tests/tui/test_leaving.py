"""Leaving is free when nothing is held, and clean when something is."""

import os
import pty
import select
import signal
import sys
import time
from collections.abc import Callable

import pytest

from cockpit.model.event import PhaseReady, PhaseStarted, RunFinished, RunStarted, StepStarted
from cockpit.tui.desk import Desk
from cockpit.tui.present.last_words import last_words
from tests.tui import canned
from tests.tui.conftest import Opened
from tests.tui.fake_engine import FakeDeployment, FakeEngine, HandClock

AT = canned.NOW


def ready(deployment: FakeDeployment) -> None:
    deployment.say(RunStarted(AT, "7f3b", "plan", "goal", 5120), PhaseReady(AT, 0))


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_q_leaves_at_once_when_nothing_is_held(key: str, open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        await pilot.press(key)
        assert pilot.app.return_value == 0


async def test_q_asks_when_the_lock_is_ours(open_cockpit: Opened) -> None:
    async with open_cockpit(board=canned.own_lock_board()) as pilot:
        await pilot.press("q")
        assert pilot.dialog == "Question"
        await pilot.wait(1)
        await pilot.press("Y")
        assert pilot.app.return_value == 0


async def test_ctrl_q_does_not_leave_a_question_open(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("W", "ctrl+q")
        assert pilot.dialog == "Question"


def at_work(deployment: FakeDeployment) -> None:
    ready(deployment)
    deployment.say(PhaseStarted(AT, 0), StepStarted(AT, 1))


@pytest.mark.parametrize("start", [ready, at_work], ids=lambda f: f.__name__)
@pytest.mark.parametrize(("steps", "call"), [((), None), (("j",), "hold"), (("j", "j"), "cancel")])
async def test_a_run_is_never_left_behind(
    start: Callable[[FakeDeployment], None],
    steps: tuple[str, ...],
    call: str | None,
    open_cockpit: Opened,
    engine: FakeEngine,
) -> None:
    """Between two phases no statement runs: to cancel one is not offered, the last is to end."""
    engine.planned = lambda _: canned.calm_rollback()
    engine.on_start = start
    call = "hold" if start is ready and call else call
    async with open_cockpit(armed=True) as pilot:
        await pilot.press("right", "U", "enter")
        await pilot.type("orders-prod")
        await pilot.wait(1)
        await pilot.press("Y", "q")
        assert ("cancel the statement" in pilot.text) is (start is at_work)
        await pilot.press(*steps, "enter")
        assert engine.calls[1:] == ([call] if call else [])
        assert pilot.app.return_value is None
        assert engine.deployment is not None
        engine.deployment.say(RunFinished(AT, "7f3b", "held", "", "", "", "", 8))
        await pilot.settle()
        assert pilot.app.return_value == (0 if call else None)


def test_a_run_is_held_when_the_screens_are_gone() -> None:
    clock = HandClock()
    engine = FakeEngine(clock)
    desk = Desk(engine, clock)
    plan = canned.calm_rollback()
    desk.begin(plan)
    desk.deployment = engine.start(plan, desk.heard, stepwise=True)
    desk.settle()
    assert engine.calls[-1] == "hold"


def test_the_last_line_says_what_was_done() -> None:
    desk = Desk(FakeEngine(clock := HandClock()), clock)
    desk.saw(canned.board())
    assert last_words(desk) == "orders-prod: nothing was changed."
    desk.begin(canned.calm_rollback())
    desk.heard(RunStarted(AT, "7f3b", "plan", "goal", 5120))
    desk.heard(RunFinished(AT, "7f3b", "held", "0042 is undone.", "", "", "Resume.", 8))
    expected = (
        "orders-prod: roll back the last run: held. Kept: 0042 is undone. Next: Resume. "
        "cockpit log shows run 7f3b."
    )
    assert last_words(desk) == expected


PROGRAM = """
from tests.tui import canned
from tests.tui.fake_engine import FakeEngine
from cockpit.tui.start import run
from cockpit.tui.clock import SystemClock
run(FakeEngine(SystemClock()))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_screens_in_order(number: signal.Signals) -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-c", PROGRAM])  # noqa: S606
    output = b""
    deadline = time.monotonic() + 60
    sent = False
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                chunk = os.read(terminal, 65536)
            except OSError:
                break
            if not chunk:
                break
            output += chunk
        if not sent and b"PENDING" in output:
            os.kill(pid, number)
            sent = True
    _, status = os.waitpid(pid, 0)
    assert b"orders-prod: nothing was changed." in output
    assert os.waitstatus_to_exitcode(status) == 0
