"""Commands that write ask what the target deserves, run what was reviewed, tell how it ended."""

import json
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from cockpit.cli.confirm import as_sentences
from cockpit.errors import HeldByAnother, Unreachable
from cockpit.model.activity import Progress
from cockpit.model.event import (
    PhaseFinished,
    PhaseReady,
    PhaseStarted,
    RunStarted,
    StepProgress,
    StepWaiting,
)
from cockpit.model.goal import Action, Goal
from cockpit.model.history import Record, Recorded
from cockpit.model.ledger import PhaseOpen
from cockpit.model.locks import LockMode
from cockpit.model.migration import Direction
from cockpit.model.plan import Plan
from cockpit.model.state import State
from cockpit.model.target import Environment
from tests.tui import canned
from tests.tui.fake_engine import FakeDeployment
from tests.unit.cli.commands import Commands, finished

AT = canned.NOW
PLAN_ID = canned.plan(Goal(Action.APPLY)).id
Script = Callable[[FakeDeployment], None]


def ends(outcome: str = "done", code: int = 0) -> Script:
    """A run that begins and ends."""
    return lambda run: run.say(RunStarted(AT, "7f3b", "id", "apply", 5120), finished(outcome, code))


def gated(run: FakeDeployment) -> None:
    """A run that waits at the gate of its second phase; proceeding ends it."""
    run.say(PhaseReady(AT, 1, "every app server runs v2"))


@pytest.fixture
def local(cockpit: Commands) -> Commands:
    """The program on a target that is not protected."""
    cockpit.engine.board = canned.board(Environment.LOCAL)
    cockpit.engine.on_start = ends()
    return cockpit


@pytest.fixture
def production(cockpit: Commands) -> Commands:
    """The program on a protected target, with a plan that is dangerous in nothing."""
    cockpit.engine.planned = lambda goal: replace(canned.calm_rollback(), goal=goal)
    cockpit.engine.on_start = ends()
    return cockpit


def acts(cockpit: Commands) -> list[str]:
    """What was asked of the engine, but for the closing."""
    return [call for call in cockpit.engine.calls if call != "close"]


# ---- what is asked


def test_nobody_to_ask_and_no_yes_is_refused(local: Commands) -> None:
    shown = local("apply")
    assert shown.exit_code == 7
    assert "Add --yes, or run it on a terminal." in shown.stderr
    assert acts(local) == []


def test_yes_is_enough_where_nothing_is_protected(local: Commands) -> None:
    shown = local("apply", "--yes", "--reason", "ticket 7")
    assert shown.exit_code == 0
    assert acts(local) == [
        "arm None", "start apply everything pending stepwise=False reason=ticket 7",
    ]  # fmt: skip
    assert shown.stdout.startswith("APPLY everything pending on orders-prod\n")
    assert "run 7f3b: done" in shown.stdout


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 130), ("\n", 130), ("", 130)])
def test_on_a_terminal_the_answer_is_no_unless_it_is_yes(
    local: Commands, answer: str, code: int
) -> None:
    local.asks = True
    assert local("apply", typed=answer).exit_code == code
    assert (acts(local) == []) is (code == 130)


def test_yes_does_not_count_on_a_protected_target(production: Commands) -> None:
    shown = production("rollback", "--yes", "--confirm", "orders-prod", "--plan-id", PLAN_ID)
    assert shown.exit_code == 7
    assert "--yes does not count here" in shown.stderr
    assert f"--confirm orders-prod --plan-id {PLAN_ID[:12]}" in shown.stderr
    assert acts(production) == []


def test_a_protected_target_wants_its_name_and_the_reviewed_plan(production: Commands) -> None:
    shown = production("rollback", "--confirm", "orders-prod", "--plan-id", PLAN_ID[:8])
    assert shown.exit_code == 0
    assert acts(production)[0] == "arm orders-prod"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "nobody can be asked here"),
        (["--confirm", "orders-dev", "--plan-id", PLAN_ID], '"orders-dev" is not the name'),
        (["--confirm", "orders-prod"], "--confirm goes with the plan that was reviewed"),
        (["--confirm", "orders-prod", "--plan-id", "deadbeef"], "is not what would run now"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_anything_less_is_refused(production: Commands, arguments: list[str], told: str) -> None:
    shown = production("rollback", *arguments)
    assert shown.exit_code == 7
    assert told in shown.stderr
    assert acts(production) == []


def test_the_name_can_be_typed_on_a_terminal(production: Commands) -> None:
    production.asks = True
    assert production("rollback", typed="orders-prod\n").exit_code == 0
    assert acts(production)[0] == "arm orders-prod"


@pytest.mark.parametrize("typed", ["yes\n", "\n", "", "orders-prod2\n"])
def test_nothing_but_the_name_is_taken(production: Commands, typed: str) -> None:
    production.asks = True
    assert production("rollback", typed=typed).exit_code in (7, 130)
    assert acts(production) == []


def test_a_plan_that_loses_data_on_a_protected_target_wants_a_reason(cockpit: Commands) -> None:
    cockpit.engine.on_start = ends()
    arguments = ("rollback", "--confirm", "orders-prod", "--plan-id", PLAN_ID)
    shown = cockpit(*arguments)
    assert shown.exit_code == 7
    assert "Loses table orders_status_enum." in shown.stderr
    assert cockpit(*arguments, "--reason", "incident 12").exit_code == 0


def test_a_short_plan_id_is_a_usage_error(production: Commands) -> None:
    shown = production("rollback", "--confirm", "orders-prod", "--plan-id", PLAN_ID[:7])
    assert shown.exit_code == 2
    assert "at least 8 characters" in shown.stderr


def test_a_disagreement_about_the_environment_forbids_writing(local: Commands) -> None:
    board = local.engine.board
    standpoint = replace(board.standpoint, disagreement="the settings say dev, the database prod")
    local.engine.board = replace(board, standpoint=standpoint)
    shown = local("apply", "--yes")
    assert shown.exit_code == 7
    assert "Writing is impossible" in shown.stderr


# ---- which plan


def test_a_saved_plan_is_run_exactly(production: Commands) -> None:
    path = str(production.folder / "plan.json")
    production("plan", "rollback", "--last-run", "--out", path)
    shown = production("rollback", "--plan", path, "--confirm", "orders-prod")
    assert shown.exit_code == 0
    assert acts(production)[-1] == "start roll back the last run stepwise=False reason="


def test_a_saved_plan_that_would_now_be_another_is_refused(production: Commands) -> None:
    path = str(production.folder / "plan.json")
    production("plan", "rollback", "--out", path)
    production.engine.planned = lambda goal: replace(canned.calm_rollback(), id="b" * 64)
    shown = production("rollback", "--plan", path, "--confirm", "orders-prod")
    assert shown.exit_code == 7
    assert "files, history or target have changed" in shown.stderr
    assert acts(production) == []


def test_a_saved_plan_that_somebody_edited_is_refused(production: Commands) -> None:
    path = production.folder / "plan.json"
    production("plan", "rollback", "--out", str(path))
    saved = json.loads(path.read_text())
    saved["steps"][0]["sql"] = "SELECT 'harmless'"
    path.write_text(json.dumps(saved))
    shown = production("rollback", "--plan", str(path), "--confirm", "orders-prod")
    assert shown.exit_code == 7
    assert "was edited" in shown.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["apply"], "is a plan to roll back"), (["rollback", "--to", "1"], "--plan holds its goal")],
    ids=["another command", "another goal"],
)
def test_a_saved_plan_goes_with_its_own_command_only(
    production: Commands, arguments: list[str], told: str
) -> None:
    path = str(production.folder / "plan.json")
    production("plan", "rollback", "--out", path)
    shown = production(*arguments, "--plan", path)
    assert shown.exit_code == 2
    assert told in shown.stderr


def test_nothing_to_do_is_done(local: Commands) -> None:
    local.engine.planned = lambda goal: replace(canned.plan(goal), phases=())
    shown = local("apply")
    assert (shown.exit_code, shown.stdout) == (0, "Nothing to do.\n")


def test_a_refused_plan_is_not_asked_about(local: Commands) -> None:
    local.engine.planned = lambda goal: replace(canned.plan(goal), refusals=("no way back",))
    shown = local("rollback", "--yes")
    assert shown.exit_code == 7
    assert "error: no way back" in shown.stderr
    assert acts(local) == []


def test_a_half_read_board_is_not_written_to(local: Commands) -> None:
    local.engine.board = canned.unreachable_board()
    assert local("apply", "--yes").exit_code == 1
    assert acts(local) == []


# ---- how it ends


@pytest.mark.parametrize(
    ("outcome", "code"), [("done", 0), ("failed", 8), ("cancelled", 8), ("held", 8)]
)
def test_the_run_decides_the_exit_code(local: Commands, outcome: str, code: int) -> None:
    local.engine.on_start = ends(outcome, code)
    shown = local("apply", "--yes")
    assert shown.exit_code == code
    assert f"run 7f3b: {outcome}" in shown.stdout


def test_a_held_lock_exits_5(local: Commands) -> None:
    def held(run: FakeDeployment) -> None:
        raise HeldByAnother("kim@bastion holds the deployment lock.")

    local.engine.on_start = held
    shown = local("apply", "--yes")
    assert shown.exit_code == 5
    assert "kim@bastion holds the deployment lock." in shown.stderr


def test_json_is_one_event_a_line(local: Commands) -> None:
    lines = local("apply", "--yes", "--json").stdout.splitlines()
    events = [json.loads(line) for line in lines]
    assert [event["event"] for event in events] == ["RunStarted", "RunFinished"]
    assert events[1]["exit_code"] == 0


def test_a_refusal_is_one_json_object_with_the_plan_that_must_be_reviewed(
    production: Commands,
) -> None:
    plan = canned.calm_rollback()
    refused = production("rollback", "--last-run", "--confirm", "orders-prod", "--json")
    told = json.loads(refused.stdout)
    assert told["exit_code"] == refused.exit_code == 7
    assert told["kind"] == "Protected"
    assert told["kept"] == "Nothing was changed."
    assert told["next"] in refused.stderr
    assert told["wants"] == {"--confirm": "orders-prod", "--plan-id": plan.id}
    stale = production("rollback", "--last-run", "--plan-id", "0123456789", "--json")
    assert json.loads(stale.stdout)["wants"] == {"--plan-id": plan.id}
    assert production("rollback", "--last-run").stdout.startswith("ROLL BACK")


def test_json_of_a_look_that_fails_is_an_object_too(cockpit: Commands) -> None:
    cockpit.engine.look_error = Unreachable("no route to host", next_step="Look again.")
    shown = cockpit("status", "--json")
    assert json.loads(shown.stdout)["error"] == "no route to host"
    assert cockpit("status").stdout == ""


def test_dangers_are_told_once_and_as_sentences() -> None:
    """A loss that a hazard tells in its own words is left out, and no other one."""
    hazard = "Loses all data of customers.phone; code that names it fails."
    assert list(
        as_sentences(
            (
                "loses column customers.phone",
                "loses column customers.phone2",
                "loses table shipments with every row",
                hazard,
                "0042 up has no down script: there is no way back",
                hazard,
            )
        )
    ) == [
        "Loses column customers.phone2.",
        "Loses table shipments with every row.",
        hazard,
        "0042 up has no down script: there is no way back.",
    ]


def test_a_wait_is_not_repeated_until_it_changes(local: Commands) -> None:
    wait = StepWaiting(
        AT, 1, 1, timedelta(seconds=1), canned.BLOCKERS, 3, LockMode.ACCESS_EXCLUSIVE, "orders"
    )
    progress = StepProgress(AT, 1, Progress("CREATE INDEX", "building", 1, 2))

    def waits(run: FakeDeployment) -> None:
        run.say(wait, replace(wait, at=AT + timedelta(seconds=1)))
        run.say(replace(wait, at=AT + timedelta(seconds=12)))
        run.say(progress, progress, replace(wait, blockers=()), finished())

    local.engine.on_start = waits
    out = local("apply", "--yes").stdout
    assert out.count("waits for ACCESS EXCLUSIVE") == 3
    assert out.count("CREATE INDEX: building") == 1


# ---- gates


def ends_after_gate(cockpit: Commands) -> None:
    cockpit.engine.on_start = gated
    cockpit.engine.on_proceed = lambda run: run.say(
        PhaseStarted(AT, 1), PhaseFinished(AT, 1, timedelta(seconds=1)), finished()
    )


@pytest.mark.parametrize("named", ["0044:up", "up"])
def test_a_gate_that_is_passed_beforehand_is_passed(local: Commands, named: str) -> None:
    ends_after_gate(local)
    assert local("apply", "--yes", "--pass-gate", named).exit_code == 0
    assert acts(local)[-1] == "proceed"


def test_a_gate_can_be_passed_on_a_terminal(local: Commands) -> None:
    ends_after_gate(local)
    local.asks = True
    shown = local("apply", "--yes", typed="y\n")
    assert "Gate: every app server runs v2 - is this so?" in shown.stderr
    assert acts(local)[-1] == "proceed"


@pytest.mark.parametrize(("asks", "typed"), [(False, None), (True, "n\n"), (True, "")])
def test_otherwise_the_run_stops_at_the_gate(
    local: Commands, asks: bool, typed: str | None
) -> None:
    local.engine.on_start = gated
    local.asks = asks
    shown = local("apply", "--yes", "--pass-gate", "0043:up", typed=typed)
    assert acts(local)[-1] == "hold"
    assert "cockpit resume --pass-gate 0044:up" in shown.stderr


# ---- signals


def interrupted(*numbers: signal.Signals) -> Script:
    """A run during which these signals arrive."""

    def script(run: FakeDeployment) -> None:
        for number in numbers:
            signal.raise_signal(number)

    return script


def test_the_first_interrupt_holds(local: Commands) -> None:
    local.engine.on_start = interrupted(signal.SIGINT)
    shown = local("apply", "--yes")
    assert shown.exit_code == 8
    assert acts(local)[-1] == "hold"
    assert "Ctrl-C again cancels the statement" in shown.stderr


def test_the_second_interrupt_cancels_in_the_server(local: Commands) -> None:
    local.engine.on_start = interrupted(signal.SIGINT, signal.SIGINT)
    assert local("apply", "--yes").exit_code == 8
    assert acts(local)[-2:] == ["hold", "cancel"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_lost_terminal_holds(local: Commands, number: signal.Signals) -> None:
    local.engine.on_start = interrupted(number)
    assert local("apply", "--yes").exit_code == 8
    assert acts(local)[-1] == "hold"


def test_after_the_run_signals_mean_what_they_meant_before(local: Commands) -> None:
    before = signal.getsignal(signal.SIGINT)
    local("apply", "--yes")
    assert signal.getsignal(signal.SIGINT) is before


# ---- resume


def half_done(direction: Direction, *versions: str) -> list[tuple[str, Record]]:
    opened = PhaseOpen("up", direction, finished=("SELECT 1",))
    return [(v, Record(v, "x", Recorded.PARTIAL, open=opened)) for v in versions]


def with_half(cockpit: Commands, halves: list[tuple[str, Record]]) -> list[Goal]:
    """A board where these versions are half done; the goals that are then planned."""
    board, records = cockpit.engine.board, dict(halves)
    rows = tuple(
        replace(s, state=State.PARTIAL, record=records[s.version]) if s.version in records else s
        for s in board.standings
    )
    cockpit.engine.board = replace(board, standings=rows)
    asked: list[Goal] = []

    def planned(goal: Goal) -> Plan:
        asked.append(goal)
        return canned.plan(Goal(Action.APPLY))

    cockpit.engine.planned = planned
    return asked


def test_resume_finishes_what_was_going_up(local: Commands) -> None:
    asked = with_half(local, half_done(Direction.UP, "0043"))
    assert local("resume", "--yes", "--step-in-doubt", "again").exit_code == 0
    assert {*asked} == {Goal(Action.APPLY, only="0043", step_in_doubt="again")}


def test_resume_finishes_what_was_going_down(local: Commands) -> None:
    asked = with_half(local, half_done(Direction.DOWN, "0041"))
    assert local("resume", "--yes").exit_code == 0
    assert {*asked} == {Goal(Action.ROLLBACK, only="0041")}


def test_resume_does_not_choose_between_two(local: Commands) -> None:
    with_half(local, half_done(Direction.UP, "0043", "0044"))
    shown = local("resume", "--yes")
    assert shown.exit_code == 2
    assert "0043, 0044 are half done" in shown.stderr


def test_resume_with_nothing_half_done_does_nothing_and_is_no_success(local: Commands) -> None:
    shown = local("resume")
    assert shown.exit_code == 3
    assert shown.stdout.startswith("Nothing is half done.")
    assert acts(local) == []
