"""What the Plan, the History and the board offer beside running: forms, files, replay, evidence."""

from dataclasses import replace
from datetime import timedelta

from cockpit.model.attic import Place
from cockpit.model.event import PhaseFinished, PhaseStarted, RunFinished, RunStarted
from cockpit.model.goal import Action, Goal
from cockpit.model.live import RelationLive
from cockpit.model.locks import LockMode
from cockpit.model.plan import OtherWay, Plan
from cockpit.model.recording import Recording
from cockpit.model.target import Environment
from tests.tui import canned
from tests.tui.conftest import Opened
from tests.tui.fake_engine import FakeEngine

LOSSY = replace(
    canned.plan(Goal(Action.ROLLBACK, last_run=True)),
    keepable=("table orders_status_enum, about 12 rows, 8.0 kB",),
    other_ways=(OtherWay("0042", "ledger event 7", "commit c0ffee1", "commit", ("-a", "+b")),),
)


async def test_data_is_kept_by_planning_again(open_cockpit: Opened, engine: FakeEngine) -> None:
    planned: list[Goal] = []

    def plan(goal: Goal) -> Plan:
        planned.append(goal)
        return replace(LOSSY, goal=goal)

    engine.planned = plan
    async with open_cockpit() as pilot:
        await pilot.press("right", "u", "enter", "b")
        assert "table orders_status_enum, about 12 rows" in pilot.text
        await pilot.press("enter")
        assert pilot.dialog == "PlanScreen"
        await pilot.press("b")
        assert "keep the data" not in pilot.text
        await pilot.press("enter")
        assert [goal.keep for goal in planned[-2:]] == [Place.DATABASE, Place.NOWHERE]
    assert engine.calls == []


async def test_another_way_down_is_read_as_a_diff_and_chosen(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    engine.planned = lambda goal: replace(LOSSY, goal=goal)
    async with open_cockpit() as pilot:
        await pilot.press("right", "u", "enter", "b", "j", "j", "enter")
        assert "from the one of ledger event 7 to the one of commit c0ffee1" in pilot.text
        await pilot.press("escape", "b", "j", "j", "j", "enter")
        assert pilot.app.page.plan is not None
        assert pilot.app.page.plan.goal.down_from == "commit"


async def test_the_plan_says_who_is_in_the_way_now(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    engine.traffic = (
        RelationLive("public.orders_status_enum", LockMode.ACCESS_EXCLUSIVE, 8192, 12,
                     canned.BLOCKERS[:1], 310.0),
    )  # fmt: skip
    async with open_cockpit((120, 40)) as pilot:
        await pilot.press("right", "u", "enter")
        assert "orders_status_enum 8.0 kB, 12 rows, 310 statements a second" in pilot.text
        assert "in the way: 4711 billing-worker" in pilot.text


async def test_the_safer_form_is_shown_as_a_diff_and_written_after_y(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    plan = canned.plan(Goal(Action.APPLY, only="0043"))
    phase = plan.phases[0]
    hazard = replace(phase.steps[0].hazards[0], mechanical=True)
    step = replace(phase.steps[0], hazards=(hazard,))
    mendable = replace(phase, steps=(step, *phase.steps[1:]))
    engine.planned = lambda _: replace(plan, phases=(mendable,))
    async with open_cockpit() as pilot:
        await pilot.press("p", "S")
        assert "+two statements" in pilot.text
        assert engine.calls == []
        await pilot.wait(1)
        await pilot.press("Y")
    assert engine.calls == ["mend db/migrations/0043_orders_not_null.sql set-not-null-scan"]


async def test_a_step_without_a_mechanical_form_says_so(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("p", "S")
        assert "No safer form of this step" in pilot.notice


async def test_a_past_run_is_seen_again_event_by_event(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    at, second = canned.NOW - timedelta(hours=3), timedelta(seconds=1)
    events = (
        RunStarted(at, "7f3a", "plan", "goal", 5120),
        PhaseStarted(at + second, 0),
        PhaseFinished(at + 2 * second, 0, second),
        RunFinished(at + 3 * second, "7f3a", "done", "all of it", "", "", "", 0),
    )
    engine.recordings = {
        "7f3a": Recording("7f3a", canned.calm_rollback(), events, "the ledger"),
    }
    async with open_cockpit() as pilot:
        await pilot.press("3", "h")
        assert "stands at 1 of 4, 2026-11-20 23:58:40Z" in pilot.text
        await pilot.press("c", "c")
        assert "phase 1 committed" in pilot.text
        await pilot.press("G")
        assert "how it ended" in pilot.text
        await pilot.press("escape")
        assert pilot.dialog == "HistoryScreen"
    assert engine.calls == []


async def test_settling_asks_for_a_reason_and_the_version(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    engine.settlements = {"0044": canned.settlement()}
    async with open_cockpit(armed=True) as pilot:
        await pilot.press("M")
        assert "Type  settle 0043" in pilot.text
        await pilot.type("settle 0043")
        await pilot.press("enter")
        await pilot.type("INC-7")
        await pilot.press("enter")
        await pilot.wait(6)
        await pilot.press("Y")
    assert engine.calls == ["settle 0043 reason=INC-7"]


async def test_evidence_that_is_not_conclusive_offers_the_operators_word(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    engine.settlements = {"0044": canned.settlement(None)}
    async with open_cockpit(board=canned.board(Environment.LOCAL), armed=True) as pilot:
        await pilot.press("M")
        assert "The catalog cannot tell." in pilot.text
        await pilot.press("enter")
        assert pilot.dialog == "BoardScreen"
    assert engine.calls == []


async def test_a_long_statement_is_laid_out_and_copied_as_it_is_sent(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    sql = "SELECT a, b FROM orders JOIN customers ON customers.id = orders.customer WHERE a > 1;"
    plan = canned.plan(Goal(Action.APPLY, only="0044"))
    phase = plan.phases[0]
    step = replace(phase.steps[0], sql=sql)
    engine.planned = lambda _: replace(plan, phases=(replace(phase, steps=(step,)),))
    async with open_cockpit((120, 40)) as pilot:
        await pilot.press("p")
        assert "laid out for reading" in pilot.text
        assert pilot.app.page.copies()[0] == ("this statement", sql)
