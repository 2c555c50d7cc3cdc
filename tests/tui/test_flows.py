"""From a key to the engine and back: what a person does, step by step."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cockpit.errors import DatabaseError, HeldByAnother, StalePlan
from cockpit.model.board import Board
from cockpit.model.event import (
    NOTHING_HELD,
    PhaseFailed,
    PhaseReady,
    PhaseStarted,
    RunFinished,
    RunStarted,
    StepStarted,
    TryFailed,
)
from cockpit.model.goal import Action, Goal
from cockpit.model.live import RelationLive
from cockpit.model.locks import LockMode
from cockpit.model.plan import Plan
from cockpit.model.state import State
from cockpit.model.target import Environment
from cockpit.tui.app import Cockpit
from cockpit.tui.present.unfinished import next_keys
from cockpit.tui.situation import Situation
from tests.tui import canned
from tests.tui.conftest import Opened
from tests.tui.fake_engine import FakeDeployment, FakeEngine, HandClock
from tests.tui.pilot import CockpitPilot

AT = canned.NOW


def ready(deployment: FakeDeployment) -> None:
    deployment.say(RunStarted(AT, "7f3b", "plan", "goal", 5120), PhaseReady(AT, 0))


def next_phase(deployment: FakeDeployment) -> None:
    deployment.say(PhaseReady(AT, 1))


def done(deployment: FakeDeployment) -> None:
    deployment.say(RunFinished(AT, "7f3b", "done", "all of it", "", "", "", 0))


def held(deployment: FakeDeployment) -> None:
    deployment.say(RunFinished(AT, "7f3b", "held", "nothing", "", "", "Look at the board.", 8))


def failed(deployment: FakeDeployment) -> None:
    error = "null value in column status"
    deployment.say(
        PhaseFailed(AT, 0, 1, error, "23502", "nothing", "all of 0042", "", "Mend it."),
        RunFinished(AT, "7f3b", "failed", "nothing", "all of 0042", NOTHING_HELD, "Mend it.", 8),
    )


async def start_rollback(pilot: CockpitPilot) -> None:
    """From the board to the Run screen of a calm rollback on production."""
    await pilot.press("right", "U", "enter")
    await pilot.type("orders-prod")
    await pilot.wait(1)
    await pilot.press("Y")
    await pilot.wait(1)


@pytest.fixture
def calm(engine: FakeEngine) -> FakeEngine:
    """Every plan is a rollback of two harmless phases; the run waits before each."""
    engine.planned = lambda _: canned.calm_rollback()
    engine.on_start = ready
    return engine


async def test_a_rollback_at_three_in_the_morning(open_cockpit: Opened, calm: FakeEngine) -> None:
    phases = iter((next_phase, done))
    calm.on_proceed = lambda deployment: next(phases)(deployment)
    async with open_cockpit() as pilot:
        await start_rollback(pilot)
        assert pilot.dialog == "RunScreen"
        await pilot.press("C")
        assert "the run is over" in pilot.text
        assert "READ-ONLY" in pilot.rows[0]
    start = "start roll back the last run stepwise=True reason="
    assert calm.calls == ["arm orders-prod", start, "proceed", "proceed", "disarm"]


async def test_calm_phases_wait_while_a_question_is_open(
    open_cockpit: Opened, calm: FakeEngine
) -> None:
    async with open_cockpit(armed=True) as pilot:
        await start_rollback(pilot)
        await pilot.press("C", "H")
        assert calm.deployment is not None
        next_phase(calm.deployment)
        await pilot.settle()
        assert calm.calls.count("proceed") == 1
        await pilot.press("escape")
        assert "waiting for you" in pilot.text
        await pilot.wait(1)
        await pilot.press("C")
    assert calm.calls.count("proceed") == 2


async def test_a_run_that_is_told_to_stop_goes_on_by_itself_no_more(
    open_cockpit: Opened, calm: FakeEngine
) -> None:
    async with open_cockpit(armed=True) as pilot:
        await start_rollback(pilot)
        await pilot.press("C", "H")
        await pilot.wait(1)
        await pilot.press("Y")
        assert calm.deployment is not None
        next_phase(calm.deployment)
        await pilot.settle()
    assert calm.calls.count("proceed") == 1
    assert calm.calls[-1] == "hold"


async def test_a_held_continue_runs_one_stretch_only(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    gated = replace(canned.calm_rollback().phases[1], gate="every server runs v1")
    plan = replace(canned.calm_rollback(), phases=(canned.calm_rollback().phases[0], gated))
    engine.planned = lambda _: plan
    engine.on_start = ready
    engine.on_proceed = next_phase
    calm = engine
    async with open_cockpit(armed=True) as pilot:
        await start_rollback(pilot)
        for _ in range(40):
            await pilot.press("C")
            pilot.clock.move(0.04)
    assert calm.calls.count("proceed") == 1


async def test_continue_does_not_count_at_once(open_cockpit: Opened, calm: FakeEngine) -> None:
    async with open_cockpit(armed=True) as pilot:
        await pilot.press("right", "U", "enter")
        await pilot.type("orders-prod")
        await pilot.wait(1)
        await pilot.press("Y", "C")
    assert "proceed" not in calm.calls


async def test_escape_stops_nothing(open_cockpit: Opened, calm: FakeEngine) -> None:
    async with open_cockpit(armed=True) as pilot:
        await start_rollback(pilot)
        await pilot.press("escape", "escape", "escape")
        assert pilot.dialog == "BoardScreen"
        await pilot.press("5")
        assert pilot.dialog == "RunScreen"
        assert "phase 1 of 2" in pilot.text
    assert calm.calls[1:] == []


async def test_a_dangerous_phase_asks_for_its_version_and_time_to_read(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    engine.on_start = ready
    async with open_cockpit(armed=True) as pilot:
        await pilot.press("right", "U", "enter")
        await pilot.type("orders-prod")
        await pilot.press("enter")
        await pilot.type("bad release")
        await pilot.press("enter")
        await pilot.wait(1)
        await pilot.press("Y")
        await pilot.wait(1)
        await pilot.press("C")
        assert "Type  0042  to arm this phase" in pilot.text
        await pilot.type("0042")
        await pilot.wait(3)
        await pilot.press("Y")
        assert "too quick: Y counts in 2.0 s" in pilot.text
        assert engine.calls[1:] == []
        await pilot.wait(3)
        await pilot.press("Y")
    assert engine.calls[0].endswith("reason=bad release")
    assert engine.calls[1:] == ["proceed"]


def at_work(deployment: FakeDeployment) -> None:
    deployment.say(PhaseStarted(AT, 0), StepStarted(AT, 1))


@pytest.mark.parametrize(("key", "call"), [("H", "hold"), ("X", "cancel")])
async def test_stopping_asks_once(
    key: str, call: str, open_cockpit: Opened, calm: FakeEngine
) -> None:
    calm.on_proceed = at_work
    async with open_cockpit(armed=True) as pilot:
        await start_rollback(pilot)
        assert "X cancel" not in pilot.rows[-1]
        await pilot.press("X")
        assert pilot.notice == "No statement runs: H ends the run here."
        await pilot.wait(1)
        await pilot.press("C", key)
        assert pilot.dialog == "Question"
        await pilot.wait(1)
        await pilot.press("Y")
        assert pilot.dialog == "RunScreen"
    assert calm.calls[-1] == call


async def test_a_stale_plan_is_refused_in_words(open_cockpit: Opened, calm: FakeEngine) -> None:
    def refuse(deployment: FakeDeployment) -> None:
        raise StalePlan("0044 was added since the plan was made.", next_step="Plan again.")

    calm.on_start = refuse
    async with open_cockpit(armed=True) as pilot:
        await start_rollback(pilot)
        assert "0044 was added since the plan was made." in pilot.text
        assert "Plan again." in pilot.text
        await pilot.press("escape")
        assert pilot.dialog == "BoardScreen"


async def test_an_error_shows_state_caret_kept_and_next(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    def fail(goal: Goal) -> Plan:
        raise DatabaseError(
            "permission denied for table orders", sqlstate="42501",
            statement="SELECT * FROM orders", line=1, column=15, next_step="Ask for SELECT.",
        )  # fmt: skip

    engine.planned = fail
    async with open_cockpit() as pilot:
        await pilot.press("p")
        text = pilot.text
        assert "permission denied for table orders" in text
        assert "42501" in text
        assert "Nothing was changed." in text
        assert "Ask for SELECT." in text
        statement = next(row for row in pilot.rows if "SELECT * FROM orders" in row)
        caret = next(row for row in pilot.rows if row.strip("┃│ ") == "^")
        assert caret.index("^") == statement.index("orders")


async def test_the_lock_of_another_is_told(open_cockpit: Opened, engine: FakeEngine) -> None:
    def held(deployment: FakeDeployment) -> None:
        raise HeldByAnother("The deployment lock is held by kim@bastion.")

    engine.on_start = held
    async with open_cockpit(board=canned.board(Environment.LOCAL), armed=True) as pilot:
        await pilot.press("A")
        await pilot.wait(2)
        await pilot.press("Y")
        assert "held by kim@bastion" in pilot.text


async def test_a_local_run_needs_one_yes(open_cockpit: Opened, engine: FakeEngine) -> None:
    async with open_cockpit(board=canned.board(Environment.LOCAL), armed=True) as pilot:
        await pilot.press("right", "D")
        await pilot.wait(2)
        await pilot.press("Y")
    assert engine.calls == ["start redo only 0041 stepwise=False reason="]


def all_applied(*edited: str) -> Board:
    """The local board with nothing pending, and these files edited since they were applied."""
    board = canned.board(Environment.LOCAL)
    rows = (
        replace(s, state=State.DRIFTED if s.version in edited else State.APPLIED)
        for s in board.standings
    )
    return replace(board, standings=tuple(rows))


async def test_a_redo_with_nothing_selected_takes_the_one_that_was_edited(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit(board=all_applied("0039"), armed=True) as pilot:
        await pilot.press("left", "left")
        assert pilot.app.situation().selected is None
        await pilot.press("D")
        await pilot.wait(2)
        await pilot.press("Y")
    assert engine.calls == ["start redo only 0039 stepwise=False reason="]


async def test_a_redo_with_nothing_selected_is_refused_where_several_were_edited(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    board = all_applied("0037", "0039")
    async with open_cockpit(board=board, armed=True) as pilot:
        await pilot.press("left", "left", "D")
        assert pilot.notice == "Select an applied migration to redo it."
    assert engine.calls == []


async def test_the_cursor_stays_on_its_migration_in_whatever_lane_it_is(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit(board=all_applied()) as pilot:
        await pilot.press("down")
        selected = pilot.app.situation().selected
        assert selected is not None
        engine.board = all_applied(selected.version)
        await pilot.press("r")
        after = pilot.app.situation().selected
        assert after is not None
        assert (after.version, after.state) == (selected.version, State.DRIFTED)


async def test_after_a_run_the_cursor_is_on_what_was_run(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    def run(deployment: FakeDeployment) -> None:
        deployment.say(RunStarted(AT, "7f3b", "plan", "goal", 5120), PhaseStarted(AT, 0))
        engine.board = all_applied()
        done(deployment)

    engine.on_start = run
    async with open_cockpit(board=canned.board(Environment.LOCAL), armed=True) as pilot:
        await pilot.press("right", "down", "down", "A")
        await pilot.wait(2)
        await pilot.press("Y")
        await pilot.wait(3)
        await pilot.press("escape", "escape")
        plan = engine.planned(Goal(Action.APPLY))
        selected = pilot.app.situation().selected
        assert selected is not None
        assert selected.version == plan.phases[0].version


async def test_preview_asks_nothing(open_cockpit: Opened, engine: FakeEngine) -> None:
    async with open_cockpit(armed=True) as pilot:
        await pilot.press("right", "u", "enter")
        assert pilot.dialog == "PlanScreen"
        await pilot.press("escape", "a")
        assert pilot.dialog == "PlanScreen"
    assert engine.calls == []


async def test_apply_is_refused_on_the_plan_of_a_rollback(open_cockpit: Opened) -> None:
    async with open_cockpit(armed=True) as pilot:
        await pilot.press("right", "u", "enter", "A")
        assert "This plan is for: roll back" in pilot.notice


async def test_a_filter_narrows_all_lanes_and_escape_clears_it(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("slash")
        await pilot.type("orders")
        await pilot.press("enter")
        assert "PENDING 1 of 3" in pilot.text
        assert "APPLIED 4 of 6" in pilot.text
        assert "DRIFTED 1 of 2" in pilot.text
        assert "filter: orders" in pilot.rows[-2]
        await pilot.press("escape")
        assert "PENDING 3" in pilot.text


async def test_letters_in_the_filter_are_letters(open_cockpit: Opened, engine: FakeEngine) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("slash")
        await pilot.type("WAUq")
        assert pilot.dialog == "BoardScreen"
    assert engine.calls == []


async def test_table_and_lanes_share_the_selection(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("right", "down", "v")
        assert "── 0039 orders_customer_fk" in pilot.text
        await pilot.press("v")
        assert "── 0039 orders_customer_fk" in pilot.text


async def test_the_palette_runs_an_action_through_the_gate(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("colon")
        await pilot.type("who answers")
        await pilot.press("enter")
        assert pilot.dialog == "Reading"
        assert "7312345678904411" in pilot.text


async def test_problems_are_listed_with_their_places(open_cockpit: Opened) -> None:
    async with open_cockpit(board=canned.troubled_board()) as pilot:
        assert "2 problems" in pilot.rows[-2]
        await pilot.press("o")
        assert "db/migrations/0045_x.sql:12:8" in pilot.text


async def test_zoom_gives_the_detail_the_whole_screen(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("enter", "z")
        assert "PENDING" not in pilot.text
        await pilot.press("escape")
        assert "PENDING 3" in pilot.text


async def test_copying_goes_to_the_terminal(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("y", "enter")
        assert pilot.app.clipboard == "0044"
        assert "Copied the version" in pilot.notice


async def test_copied_text_is_also_in_a_file_of_the_users_own(tmp_path: Path) -> None:
    clock = HandClock()
    app = Cockpit(FakeEngine(clock), clock=clock, state=tmp_path / "state")
    async with app.run_test():
        app.copy_text("the plan", "SELECT 1;")
        app.copy_text("the report", "x" * 80_000)
        assert app.clipboard == "SELECT 1;"
        assert "too long" in app.notice
    path = tmp_path / "state" / "copied.txt"
    assert path.read_text() == "x" * 80_000
    assert path.stat().st_mode & 0o777 == 0o600


async def test_text_from_git_cannot_move_the_cursor(open_cockpit: Opened) -> None:
    async with open_cockpit(board=canned.hostile_board()) as pilot:
        assert "\\x1b[2J" in pilot.text
        assert "\x1b" not in pilot.text


async def test_an_earlier_run_is_told_before_anything_else(open_cockpit: Opened) -> None:
    left = canned.unfinished()
    async with open_cockpit(board=canned.with_unfinished(left)) as pilot:
        assert pilot.dialog == "Reading"
        for words in (left.what, left.kept, left.undone, left.held, left.next_step):
            assert words in pilot.text


async def test_cached_rows_stay_when_the_database_goes_away(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit(armed=True) as pilot:
        engine.board = canned.unreachable_board()
        await pilot.press("r")
        assert "APPLIED 6" in pilot.text
        assert "database unreachable, try 1, next in 2 s · rows as of 02:58:40Z" in pilot.text
        assert "orders-prod · unreachable" in pilot.rows[0]
        await pilot.press("A")
        assert "unreachable" in pilot.notice


async def test_idle_disarms_and_then_gives_the_lock_back(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit(board=canned.own_lock_board(), armed=True) as pilot:
        pilot.clock.move(timedelta(minutes=14).total_seconds())
        pilot.app.holding.idle()
        assert engine.calls == []
        engine.grant = engine.granted()
        pilot.clock.move(61)
        pilot.app.holding.idle()
        await pilot.settle()
        assert engine.calls == ["disarm"]
        pilot.clock.move(timedelta(minutes=15).total_seconds())
        pilot.app.holding.idle()
        await pilot.settle()
    assert engine.calls == ["disarm", "release_lock"]


async def test_goal_of_the_detail_follows_the_state(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    goals: list[Goal] = []

    def remembered(goal: Goal) -> Plan:
        goals.append(goal)
        return canned.plan(goal)

    engine.planned = remembered
    async with open_cockpit() as pilot:
        await pilot.press("down", "right_square_bracket", "right")
    assert goals == [Goal(Action.APPLY, only="0043"), Goal(Action.ROLLBACK, only="0041")]


async def test_a_backfill_is_paused_from_its_menu(open_cockpit: Opened, calm: FakeEngine) -> None:
    calm.planned = lambda _: canned.backfill_plan()
    calm.on_proceed = lambda deployment: deployment.say(PhaseStarted(AT, 0), StepStarted(AT, 1))
    async with open_cockpit(armed=True) as pilot:
        await start_rollback(pilot)
        await pilot.press("B")
        assert pilot.notice == "No backfill is running."
        await pilot.press("C")
        await pilot.press("B", "enter")
        assert calm.deployment is not None
        assert calm.deployment.tuning.paused
        await pilot.press("B")
        assert "go on" in pilot.text


async def test_a_tiny_terminal_shows_one_pane_and_starts_nothing(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit((50, 14)) as pilot:
        assert "0044" in pilot.text
        await pilot.press("W")
        assert pilot.notice == "Acts need 60x16; the terminal has 50x14."
        await pilot.press("enter")
        assert "UPDATE totals" in pilot.text
        await pilot.press("escape")
        assert "UPDATE totals" not in pilot.text
    assert engine.calls == []


async def test_a_click_selects_and_a_second_one_opens(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        await pilot.click("#lane-applied", 4, 3)
        assert "── 0039 orders_customer_fk" in pilot.text
        await pilot.click("#lane-applied", 4, 3, times=2)
        assert pilot.app.focused is not None
        assert pilot.app.focused.id == "detail-text"


async def test_in_a_chooser_a_click_selects_and_a_second_one_chooses(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit(armed=True) as pilot:
        await pilot.press("right", "U")
        assert pilot.dialog == "Chooser"
        await pilot.click("#options", 4, 2)
        assert pilot.dialog == "Chooser"
        await pilot.click("#options", 4, 0, times=2)
        assert pilot.dialog == "Question"
        await pilot.click("#leave", 4, 0)
        assert pilot.dialog != "Question"
    assert engine.deployment is None


async def test_a_click_on_what_would_confirm_confirms_nothing(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("W")
        await pilot.type("orders-prod")
        await pilot.wait(6)
        await pilot.click("#accept", 0, 0, times=2)
        assert pilot.dialog == "Question"
    assert engine.calls == []


@pytest.mark.parametrize(("key", "dialog"), [("p", "PlanScreen"), ("A", "Question")])
async def test_keys_that_the_words_of_an_unfinished_run_name_work_from_there(
    key: str, dialog: str, open_cockpit: Opened
) -> None:
    board = canned.with_unfinished(canned.unfinished())
    async with open_cockpit(board=board, armed=True) as pilot:
        assert pilot.dialog == "Reading"
        await pilot.press(key)
        assert pilot.dialog in (dialog, "Chooser")


async def test_undo_without_writing_looks_first_and_arms_with_its_one_question(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("right", "U")
        assert pilot.dialog == "Chooser"
        await pilot.press("enter")
        assert "allows writing for this run" in pilot.text
        await pilot.type("orders-prod")
        assert engine.calls == []
        await pilot.press("enter")
        await pilot.type("INC-1")
        await pilot.press("enter")
        await pilot.wait(1)
        await pilot.press("Y")
    assert engine.calls[0] == "arm orders-prod"
    assert engine.calls[1].startswith("start roll back the last run")


async def test_writing_that_was_allowed_for_a_run_that_did_not_start_is_taken_back(
    open_cockpit: Opened, calm: FakeEngine
) -> None:
    def refuse(deployment: FakeDeployment) -> None:
        raise StalePlan("0044 was added since the plan was made.", next_step="Plan again.")

    calm.on_start = refuse
    async with open_cockpit() as pilot:
        await start_rollback(pilot)
        assert "READ-ONLY" in pilot.rows[0]
    assert calm.calls[-1] == "disarm"


async def test_resume_plans_the_rest_and_arms_with_its_question(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    planned: list[Goal] = []

    def plan(goal: Goal) -> Plan:
        planned.append(goal)
        return canned.calm_rollback()

    engine.planned = plan
    async with open_cockpit(board=canned.half_done_board()) as pilot:
        assert "! failed, nothing kept  R tries 0043 again" in pilot.text
        await pilot.press("R")
        assert planned[-1] == Goal(Action.APPLY, only="0043")
        assert pilot.dialog == "Question"
        assert "allows writing for this run" in pilot.text


async def test_problems_tell_what_failed_and_its_keys_count_there(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit(board=canned.half_done_board()) as pilot:
        assert "DRIFTED 2" in pilot.text
        await pilot.press("o")
        assert "0043 orders_not_null is failed" in pilot.text
        assert "R tries it again, after a question" in pilot.text
        assert "half done" not in pilot.text
        engine.planned = lambda _: canned.calm_rollback()
        await pilot.press("R")
        assert pilot.dialog == "Question"


def test_a_walkthrough_names_no_key_that_it_does_not_have() -> None:
    now = Situation(board=canned.half_done_board(), walkthrough=True)
    assert next_keys(now).plain == "! failed, nothing kept  o tells what"


async def test_resume_is_refused_in_words_where_nothing_is_half_done(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("R")
        assert "nothing to resume" in pilot.notice


async def test_a_stopped_run_is_tried_again_by_one_key(
    open_cockpit: Opened, calm: FakeEngine
) -> None:
    calm.on_proceed = held
    async with open_cockpit() as pilot:
        await start_rollback(pilot)
        await pilot.press("C")
        assert "R goes on" in pilot.text
        await pilot.press("R")
        assert pilot.dialog == "Question"
        await pilot.press("escape", "1")
        assert "R tries the stopped run again" in pilot.text


async def test_what_is_not_held_is_not_offered_to_be_given_back(
    open_cockpit: Opened, calm: FakeEngine
) -> None:
    calm.on_proceed = failed
    async with open_cockpit() as pilot:
        await start_rollback(pilot)
        await pilot.press("C")
        assert "nothing runs; the lock is free" in pilot.text
        assert "hand over" in pilot.text
        assert "gives the lock back" not in pilot.text


@pytest.mark.parametrize(("key", "dialog"), [("R", "Question"), ("U", "Chooser")])
async def test_the_keys_that_stand_below_the_box_count_in_it(
    open_cockpit: Opened, calm: FakeEngine, key: str, dialog: str
) -> None:
    calm.on_proceed = failed
    async with open_cockpit() as pilot:
        await start_rollback(pilot)
        await pilot.press("C")
        assert "what next" in pilot.text
        await pilot.press(key)
        assert pilot.dialog == dialog
        assert "what next" not in pilot.text


async def test_a_run_that_waits_is_ended_without_talk_of_a_step(
    open_cockpit: Opened, calm: FakeEngine
) -> None:
    async with open_cockpit() as pilot:
        await start_rollback(pilot)
        await pilot.press("H")
        assert "end the run here" in pilot.text
        assert "nothing more: no step is at work" in pilot.text
        assert "current" not in pilot.text


async def test_a_lost_session_is_not_called_a_free_lock(
    open_cockpit: Opened, calm: FakeEngine
) -> None:
    def lost(deployment: FakeDeployment) -> None:
        words = "not known; locks end with the session"
        failed(deployment)
        deployment.say(RunFinished(AT, "7f3b", "failed", "nothing", "", words, "Wait.", 8))

    calm.on_proceed = lost
    async with open_cockpit() as pilot:
        await start_rollback(pilot)
        await pilot.press("C")
        pilot.app.running.failure_menu()
        await pilot.settle()
        assert "nothing runs; the lock ends with its session" in pilot.text


async def test_of_two_in_the_way_the_one_to_end_is_chosen_the_oldest_first(
    open_cockpit: Opened, calm: FakeEngine
) -> None:
    """Also between two tries, when nothing is waited for at that moment."""

    def between(deployment: FakeDeployment) -> None:
        deployment.say(
            PhaseStarted(AT, 0),
            StepStarted(AT, 1),
            TryFailed(AT, 1, 3, 40, "55P03", timedelta(seconds=1), canned.BLOCKERS),
        )

    calm.on_proceed = between
    async with open_cockpit(armed=True) as pilot:
        await start_rollback(pilot)
        await pilot.press("C")
        await pilot.press("T")
        assert pilot.dialog == "Chooser"
        assert pilot.text.index("session 4711") < pilot.text.index("session 4802")
        await pilot.press("down", "enter")
        assert pilot.dialog == "Question"
        assert "session 4802, report-cron" in pilot.text


async def test_handing_over_leaves_nothing_held(open_cockpit: Opened, calm: FakeEngine) -> None:
    calm.on_proceed = failed
    async with open_cockpit(armed=True) as pilot:
        await start_rollback(pilot)
        await pilot.press("C")
        assert pilot.dialog == "Chooser"
        await pilot.press("j", "j", "j", "enter")
        assert pilot.dialog == "ReportScreen"
        assert "R goes on · U rolls back" in pilot.text
    assert calm.calls[-1] == "disarm"


async def test_the_question_of_a_loss_names_who_is_in_the_way_and_how_much_goes(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    lossy = canned.plan(Goal(Action.ROLLBACK, last_run=True))
    what = "table orders_status_enum, about 20 k rows, 1.3 MB"
    engine.planned = lambda _: replace(lossy, keepable=(what,))
    engine.traffic = (
        RelationLive("public.orders_status_enum", LockMode.ACCESS_EXCLUSIVE, 1, 1,
                     canned.BLOCKERS[:1]),
        RelationLive("public.other", LockMode.SHARE, 1, 1, canned.BLOCKERS[1:]),
    )  # fmt: skip
    engine.on_start = ready
    async with open_cockpit(armed=True) as pilot:
        await pilot.press("right", "U", "enter")
        assert "what is lost can be kept: esc, then b" in pilot.text
        await pilot.type("orders-prod")
        await pilot.press("enter")
        await pilot.type("bad release")
        await pilot.press("enter")
        await pilot.wait(1)
        await pilot.press("Y")
        await pilot.wait(1)
        await pilot.press("C")
        assert what in pilot.text
        assert "in the way on orders_status_enum now: 4711 billing-worker" in pilot.text
        assert "report-cron" not in pilot.text


async def test_a_terminal_made_narrow_and_wide_again_keeps_the_cursor(open_cockpit: Opened) -> None:
    async with open_cockpit((80, 24)) as pilot:
        await pilot.press("right", "right", "down")
        assert "0040 hotfix_gist" in pilot.text
        await pilot.resize(60, 16)
        board = pilot.app.board_screen
        assert board.selected is not None
        assert board.selected.version == "0040"
        await pilot.resize(80, 24)
        assert board.selected.version == "0040"
        assert board.focused is not None
        assert board.focused.id == "lane-drifted"
