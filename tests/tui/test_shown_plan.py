"""The plan one sees is the plan one is asked about, until the operator chooses another."""

from dataclasses import replace

import pytest

from cockpit.model.attic import Place
from cockpit.model.board import Board
from cockpit.model.event import PhaseReady, RunStarted
from cockpit.model.goal import Action, Goal
from cockpit.model.plan import Plan
from cockpit.tui.app import Cockpit
from cockpit.tui.screens.plan import PlanScreen
from tests.tui import canned
from tests.tui.conftest import Opened
from tests.tui.fake_engine import FakeDeployment, FakeEngine
from tests.tui.pilot import CockpitPilot

LOST = "table orders_status_enum, about 12 rows, 8.0 kB"
KEPT_ID, LOSING_ID = "3b32e4da00000000", "c964b77500000000"


def losing_or_kept(goal: Goal) -> Plan:
    """Of a version whose way loses a table, unless its data is kept."""
    plan = replace(canned.plan(Goal(Action.ROLLBACK, last_run=True)), goal=goal, id=LOSING_ID)
    if goal.keep is not Place.DATABASE:
        return replace(plan, keepable=(LOST,))
    phases = [
        replace(p, steps=tuple(replace(s, kept=s.loses) for s in p.steps)) for p in plan.phases
    ]
    return replace(plan, phases=tuple(phases), id=KEPT_ID)


@pytest.fixture
def half_done(engine: FakeEngine) -> Board:
    """A migration waits for its rest, which can be done with and without keeping data."""
    engine.planned = losing_or_kept
    return canned.half_done_board()


def words(pilot: CockpitPilot) -> str:
    """The screen without its rows and frames."""
    return " ".join(pilot.text.replace("┃", " ").split())


def shown(app: Cockpit) -> list[str]:
    """Ids of the plans in the stack of screens."""
    return [screen.plan.id for screen in app.screen_stack if isinstance(screen, PlanScreen)]


async def keep_the_data(pilot: CockpitPilot) -> None:
    """From the question of the rest to the plan that keeps what it drops."""
    await pilot.press("R", "escape", "b", "enter")


async def test_resume_asks_about_the_plan_with_the_data_kept(
    half_done: Board, open_cockpit: Opened
) -> None:
    async with open_cockpit(board=half_done) as pilot:
        await keep_the_data(pilot)
        assert shown(pilot.app) == [KEPT_ID]
        await pilot.press("R")
        assert pilot.dialog == "Question"
        assert "plan 3b32e4da" in pilot.text
        assert "loses     table" not in pilot.text
        await pilot.press("escape")
        assert shown(pilot.app) == [KEPT_ID]


async def test_another_plan_takes_the_place_of_the_one_shown_and_says_so(
    half_done: Board, open_cockpit: Opened
) -> None:
    async with open_cockpit(board=half_done) as pilot:
        await keep_the_data(pilot)
        assert "Another plan: 3b32e4da in place of c964b775. It loses nothing." in pilot.text
        await pilot.press("escape")
        assert pilot.dialog == "BoardScreen"


async def test_resume_leaves_a_plan_for_something_else_alone(
    half_done: Board, open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit(board=half_done) as pilot:
        await pilot.press("u", "enter")
        before = shown(pilot.app)
        await pilot.press("R")
        assert pilot.dialog == "PlanScreen"
        assert "The plan shown is for: roll back" in pilot.notice
        assert shown(pilot.app) == before
    assert engine.calls == []


async def test_a_question_before_a_run_names_the_gate_it_will_stop_at(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    calm = canned.calm_rollback()
    gated = replace(calm.phases[1], gate="every app server runs v3")
    engine.planned = lambda _: replace(calm, phases=(calm.phases[0], gated))
    async with open_cockpit() as pilot:
        await pilot.press("U", "enter")
        assert "phase 2 waits at a gate, until you say it is true" in pilot.text
        assert "every app server runs v3" in words(pilot)


async def test_a_gate_says_whose_word_y_is(open_cockpit: Opened, engine: FakeEngine) -> None:
    def at_the_gate(deployment: FakeDeployment) -> None:
        deployment.say(
            RunStarted(canned.NOW, "7f3b", "plan", "goal", 5120),
            PhaseReady(canned.NOW, 0, "every app server runs v3"),
        )

    calm = canned.calm_rollback()
    gated = replace(calm.phases[0], gate="every app server runs v3")
    engine.planned = lambda _: replace(calm, phases=(gated, calm.phases[1]))
    engine.on_start = at_the_gate
    async with open_cockpit() as pilot:
        await pilot.press("U", "enter")
        await pilot.type("orders-prod")
        await pilot.wait(1)
        await pilot.press("Y")
        await pilot.wait(1)
        await pilot.press("C")
        assert "Y says that this is true: the cockpit cannot check it" in pilot.text
        await pilot.wait(1)
        assert "Y it is true, run it" in pilot.text
