"""The command that a sheet hands over means the plan that was reviewed, whatever its options."""

import shlex
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from cockpit.analysis.half_done import half_done
from cockpit.cli.options import DOWN_FROM
from cockpit.model.attic import Place
from cockpit.model.goal import Action, Goal, goal_said
from cockpit.model.history import Record, Recorded
from cockpit.model.ledger import PhaseOpen
from cockpit.model.migration import Direction
from cockpit.model.plan import Plan
from cockpit.model.revision import Revision
from cockpit.model.state import State
from cockpit.present.again import asked_besides, command
from tests.tui import canned
from tests.unit.cli.commands import DSN, Commands

_TO: tuple[dict[str, str], ...] = ({}, {"to_version": "0041"}, {"only": "0041"})
_DATA: list[dict[str, Any]] = [
    {"keep": k, "restore": r} for k, r in product((None, *Place), (False, True))
]
GOALS = [
    Goal(action, **where, **data, down_from=kind)
    for action, where, data in product(Action, (*_TO, {"to_tag": "v1.3"}), _DATA)
    for kind in (None, *DOWN_FROM)
    if not (action is Action.APPLY and kind) and not (action is Action.REDO and "to_tag" in where)
] + [
    Goal(Action.ROLLBACK, last_run=True, half_way=True),
    Goal(Action.ROLLBACK, only="0041", phase="contract", half_way=True, restore=True),
    Goal(Action.APPLY, only="0041 'odd' name; rm", restore=True),
]


def asked(cockpit: Commands, *arguments: str) -> Goal:
    """The goal that these arguments come to."""
    goals: list[Goal] = []

    def planned(goal: Goal) -> Plan:
        goals.append(goal)
        return canned.plan(goal)

    cockpit.engine.planned = planned
    cockpit(*arguments)
    return goals[0]


def test_every_goal_comes_back_from_its_own_options(cockpit: Commands) -> None:
    assert len(GOALS) > 200
    for goal in GOALS:
        assert asked(cockpit, *shlex.split(shlex.join(goal.options))) == goal, goal


@pytest.mark.parametrize(
    ("action", "direction"),
    [(Action.APPLY, Direction.UP), (Action.ROLLBACK, Direction.DOWN)],
)
def test_what_is_said_of_a_step_in_doubt_comes_back_by_resume(
    cockpit: Commands, action: Action, direction: Direction
) -> None:
    opened = PhaseOpen("up", direction, finished=("SELECT 1",))
    half = Record("0041", "x", Recorded.PARTIAL, open=opened)
    board = cockpit.engine.board
    rows = tuple(
        replace(s, state=State.PARTIAL, record=half) if s.version == "0041" else s
        for s in board.standings
    )
    cockpit.engine.board = replace(board, standings=rows)
    assert [s.version for s in half_done(cockpit.engine.board)] == ["0041"]
    goal = Goal(action, only="0041", step_in_doubt="done", keep=Place.FILE)
    assert asked(cockpit, *goal.options) == goal


def test_the_ledger_keeps_every_goal() -> None:
    assert [goal_said(goal.said) for goal in GOALS] == GOALS


def test_the_target_and_the_files_are_named_as_they_were() -> None:
    named = ("--target", "prod", "--path", "db/other", "--tool", "goose")
    board = replace(canned.board(), named_by=named, revision=Revision("v1.4", "c0ffee", False))
    words = command(board, canned.plan(Goal(Action.APPLY)))
    assert " --target prod --path db/other --tool goose --ref v1.4 --confirm orders-prod " in words


@pytest.mark.parametrize(
    ("query", "given", "named"),
    [
        ("", (), ()),
        ("", ("--environment", "dev"), ("--environment", "dev")),
        ("?x-migrations-table=m", ("--tool", "goose"), ("--tool", "goose", "--history-table", "m")),
    ],
)
def test_an_address_is_named_without_its_password(
    cockpit: Commands, query: str, given: tuple[str, ...], named: tuple[str, ...]
) -> None:
    cockpit("status", "--dsn", f"postgresql://ana:geheim@db-1/orders{query}", *given)
    (opening,) = cockpit.openings
    option, address, *others = opening.named_by
    assert (option, tuple(others)) == ("--dsn", named)
    assert set(address.split()) == {"host=db-1", "user=ana", "dbname=orders"}


def test_a_gate_and_a_reason_are_asked_for_in_words() -> None:
    plan = canned.plan(Goal(Action.APPLY))
    gated = replace(plan, phases=(replace(plan.phases[0], gate="all on v2"), *plan.phases[1:]))
    words = list(asked_besides(canned.board(), gated))
    assert any("add --reason" in w for w in words)
    version, phase = gated.phases[0].version, gated.phases[0].phase
    assert (
        f'the gate "all on v2". Where that is so: add --pass-gate {version}:{phase}.' in words[-1]
    )


def test_an_option_left_out_is_not_called_a_change_of_files(cockpit: Commands) -> None:
    reviewed = Goal(Action.ROLLBACK, to_tag="v1.3", restore=True)

    def planned(goal: Goal) -> Plan:
        return replace(canned.plan(goal), id=("a" if goal == reviewed else "b") * 64)

    cockpit.engine.planned = planned
    given = ("--to-tag", "v1.3", "--confirm", "orders-prod", "--plan-id", "a" * 12)
    shown = cockpit("rollback", *given)
    assert shown.exit_code == 7
    assert "made with other options, and it still stands" in shown.stderr
    assert (
        "next: Say it as it was reviewed: cockpit rollback --to-tag v1.3 --restore" in shown.stderr
    )
    assert "have changed" not in shown.stderr


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("apply", ("--last-run", "--phase", "--down-from", "--half-way")),
        ("redo", ("--last-run", "--phase", "--half-way", "--to-tag")),
        ("rollback", ()),
        ("plan", ()),
    ],
)
def test_help_lists_what_the_command_can_use(
    cockpit: Commands, name: str, missing: tuple[str, ...]
) -> None:
    lines = [
        line.split()[0] for line in cockpit(name, "--help").stdout.splitlines() if line.split()
    ]
    options = {"--to", "--to-tag", "--only", "--last-run", "--phase", "--down-from", "--half-way"}
    assert options - set(lines) == set(missing)


def test_what_is_not_listed_is_refused_in_words(cockpit: Commands) -> None:
    assert "--last-run is for rollback." in cockpit("apply", "--last-run").stderr


def printed_command(text: str) -> list[str]:
    """The words of the command that a plan ends with; none where it prints none."""
    _, _, end = text.partition("TO RUN EXACTLY THIS")
    return shlex.split(end.splitlines()[1]) if end else []


def test_a_plan_ends_with_the_command_that_runs_it(cockpit: Commands) -> None:
    goal = Goal(Action.APPLY, to_version="0044 'odd' name; rm", restore=True)
    cockpit.engine.board = replace(cockpit.engine.board, named_by=("--dsn", DSN))
    shown = cockpit("plan", *goal.options)
    name, *words = printed_command(shown.stdout)
    assert name == "cockpit"
    assert words[-4:] == ["--confirm", "orders-prod", "--plan-id", canned.plan(goal).id]
    assert asked(cockpit, *words) == goal
    assert "add --reason" in shown.stdout


def test_no_command_is_printed_for_what_would_not_run(cockpit: Commands) -> None:
    def refused(goal: Goal) -> Plan:
        return replace(canned.plan(goal), refusals=("0043 is irreversible",))

    assert not printed_command(cockpit("plan", "apply", "--mask").stdout)
    cockpit.engine.planned = refused
    assert not printed_command(cockpit("plan", "apply").stdout)
    cockpit.engine.planned = lambda goal: replace(canned.plan(goal), phases=())
    assert not printed_command(cockpit("plan", "apply").stdout)
