"""A run that waits is told on every screen, and no screen offers what it would refuse."""

from dataclasses import replace

from cockpit.errors import CockpitError
from cockpit.model.event import PhaseReady, RunStarted
from cockpit.tui.present.states import error_lines, out_of_step
from cockpit.tui.widgets.heading import spoken_rows
from tests.tui import canned
from tests.tui.conftest import Opened
from tests.tui.fake_engine import FakeDeployment, FakeEngine
from tests.tui.pilot import CockpitPilot


def ready(deployment: FakeDeployment) -> None:
    deployment.say(RunStarted(canned.NOW, "7f3b", "plan", "goal", 5120), PhaseReady(canned.NOW, 0))


async def start(pilot: CockpitPilot, engine: FakeEngine) -> None:
    """A run that waits before its first phase."""
    engine.planned = lambda _: canned.calm_rollback()
    engine.on_start = ready
    await pilot.press("U", "enter")
    await pilot.type("orders-prod")
    await pilot.wait(1)
    await pilot.press("Y")


async def test_every_other_screen_says_that_a_run_waits_and_how_to_get_there(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit() as pilot:
        await start(pilot, engine)
        for key in ("escape", "3", "4"):
            await pilot.press(key)
            assert "a run is on: phase 1 of 2 waits for you  5 shows it" in pilot.text
            assert pilot.rows[-1].rstrip().endswith("5 run")
        await pilot.press("5")
        assert pilot.dialog == "RunScreen"
        assert "a run is on" not in pilot.text


async def test_ctrl_c_says_what_would_stop_a_run(open_cockpit: Opened, engine: FakeEngine) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("ctrl+c")
        assert "q leaves" in pilot.notice
        await start(pilot, engine)
        await pilot.press("ctrl+c")
        assert "ctrl+c stops nothing. On Run H holds, X cancels a statement" in pilot.notice
        assert engine.deployment is not None
    assert "cancel" not in engine.calls


async def test_a_message_stays_on_the_screen_it_was_said_on(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("6")
        assert "Compare needs two targets" in pilot.text
        await pilot.press("3")
        assert "Compare needs two targets" not in pilot.text


async def test_without_a_run_the_key_for_it_shows_those_of_earlier_sessions(
    open_cockpit: Opened,
) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("5")
        assert pilot.dialog == "HistoryScreen"
        assert "No run in this session. The last one is on top: h shows it again." in pilot.text


async def test_a_walkthrough_offers_no_acts(open_cockpit: Opened, engine: FakeEngine) -> None:
    engine.read_only = True
    async with open_cockpit() as pilot:
        assert "W arm" not in pilot.rows[-1]
        assert "U roll back" not in pilot.rows[-1]
        assert "enter open" in pilot.rows[-1]


async def test_what_cannot_be_done_now_is_explained_before_the_reason(
    open_cockpit: Opened,
) -> None:
    async with open_cockpit((120, 32)) as pilot:
        await pilot.press("colon")
        await pilot.type("deployment lock, or give")
        assert "Take the deployment lock, or give it back." in pilot.text
        assert "not now: Read-only. W arms writing on orders-prod." in pilot.text


async def test_the_key_row_of_a_run_is_there_at_60x16(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit((60, 16)) as pilot:
        await start(pilot, engine)
        assert pilot.dialog == "RunScreen"
        assert "C continue" in pilot.rows[-1]


def test_a_message_too_long_for_one_row_keeps_its_advice_in_a_second_one() -> None:
    words = "l shows who has the deployment lock: the cockpit of kim@bastion (pid 22569)."
    rows = spoken_rows(((words, "notice"),), (), 60)
    assert len(rows) == 2
    told = "".join(row.plain.strip("─ ") + " " for row in rows)
    assert told.strip() == words
    assert len(spoken_rows((("short", "notice"),), (), 60)) == 1


async def test_a_run_that_broke_off_offers_to_finish_only_what_has_a_rest(
    open_cockpit: Opened,
) -> None:
    left = canned.unfinished()
    async with open_cockpit(board=canned.with_unfinished(left)) as pilot:
        assert "U rolls back" in pilot.text
        assert "R finishes it" not in pilot.text
    async with open_cockpit(board=replace(canned.half_done_board(), unfinished=left)) as pilot:
        assert "R finishes it, after a question" in pilot.text


def test_what_differs_is_counted_by_its_state() -> None:
    assert set(out_of_step(canned.board())) == {"1 drifted", "1 missing"}


def test_an_error_says_once_that_nothing_was_changed() -> None:
    inner = CockpitError("The database is unreachable.", next_step="Look again.")
    shown = "\n".join(row.plain for row in error_lines(CockpitError(str(inner))))
    assert shown.count("Nothing was changed.") == 1
