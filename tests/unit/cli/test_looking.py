"""Commands that look: what they print, what they exit with, and that they only look."""

import json
from dataclasses import replace

import pytest

from cockpit.errors import Unreachable
from cockpit.model.goal import Action, Goal
from cockpit.model.ledger import EventKind, LedgerEvent
from cockpit.model.plan import Plan
from cockpit.model.state import State
from cockpit.model.target import Environment
from tests.tui import canned
from tests.unit.cli.commands import Commands


@pytest.mark.parametrize(
    "command",
    [["status"], ["plan", "apply"], ["log"], ["verify"], ["lock"], ["credential", "test"]],
    ids=" ".join,
)
def test_a_look_arms_nothing_and_closes_what_it_opened(
    cockpit: Commands, command: list[str]
) -> None:
    cockpit(*command)
    assert cockpit.engine.calls == ["close"]


def test_status_prints_the_board(cockpit: Commands) -> None:
    shown = cockpit("status")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout.startswith("target    orders-prod (production, protected)\n")


def test_status_as_json_is_one_object(cockpit: Commands) -> None:
    assert json.loads(cockpit("status", "--json").stdout)["target"] == "orders-prod"


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ((State.APPLIED, State.UNVERIFIED, State.IMPORTED), 0),
        ((State.APPLIED, State.PENDING), 3),
        ((State.LATE,), 3),
        ((State.PARTIAL,), 3),
        ((State.ROLLED_BACK,), 3),
        ((State.PENDING, State.DRIFTED), 4),
        ((State.MISSING,), 4),
        ((State.FAILED,), 3),
        ((State.FAILED, State.DRIFTED), 4),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else str(value),
)
def test_exit_code_tells_pending_from_drift(
    cockpit: Commands, states: tuple[State, ...], code: int
) -> None:
    board, rows = canned.board(), canned.board().standings
    chosen = tuple(replace(row, state=s) for row, s in zip(rows, states, strict=False))
    cockpit.engine.board = replace(board, standings=chosen)
    assert cockpit("status", "--exit-code").exit_code == code
    assert cockpit("status").exit_code == 0


def test_half_a_board_is_shown_and_is_an_error(cockpit: Commands) -> None:
    cockpit.engine.board = canned.unreachable_board()
    shown = cockpit("status")
    assert shown.exit_code == 1
    assert "IN GIT 10, state unknown" in shown.stdout


def test_an_error_says_what_was_kept_and_what_to_do(cockpit: Commands) -> None:
    cockpit.engine.look_error = Unreachable(
        "server closed the connection\x1b[2J", sqlstate="57P01", next_step="Look again."
    )
    shown = cockpit("status")
    assert shown.exit_code == 1
    assert shown.stderr.splitlines() == [
        "error: server closed the connection\\x1b[2J",
        "sqlstate: 57P01",
        "kept: Nothing was changed.",
        "next: Look again.",
    ]


def test_a_plan_is_printed_and_saved(cockpit: Commands) -> None:
    path = cockpit.folder / "plan.json"
    shown = cockpit("plan", "apply", "--out", str(path))
    assert shown.exit_code == 0
    assert shown.stdout.startswith("APPLY everything pending on orders-prod\n")
    assert json.loads(path.read_text())["id"] == canned.plan(Goal(Action.APPLY)).id


def test_a_refused_plan_is_shown_and_exits_7(cockpit: Commands) -> None:
    cockpit.engine.planned = lambda goal: replace(canned.plan(goal), refusals=("no way back",))
    shown = cockpit("plan", "rollback", "--json")
    assert shown.exit_code == 7
    assert json.loads(shown.stdout)["refusals"] == ["no way back"]


@pytest.mark.parametrize(
    ("arguments", "goal"),
    [
        (["apply"], Goal(Action.APPLY)),
        (["apply", "--to", "0043"], Goal(Action.APPLY, to_version="0043")),
        (["rollback", "--to-tag", "v1.3"], Goal(Action.ROLLBACK, to_tag="v1.3")),
        (["rollback", "--last-run"], Goal(Action.ROLLBACK, last_run=True)),
        (["rollback", "--only", "0042", "--phase", "up"],
         Goal(Action.ROLLBACK, only="0042", phase="up")),
        (["redo", "--to", "0041"], Goal(Action.REDO, to_version="0041")),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_options_name_the_goal(cockpit: Commands, arguments: list[str], goal: Goal) -> None:
    asked: list[Goal] = []

    def planned(goal: Goal) -> Plan:
        asked.append(goal)
        return canned.plan(goal)

    cockpit.engine.planned = planned
    cockpit("plan", *arguments)
    assert asked == [goal]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["apply", "--to", "1", "--only", "2"], "--to and --only name two goals"),
        (["apply", "--last-run"], "--last-run is for rollback"),
        (["redo", "--to-tag", "v1"], "--to-tag is for apply and rollback"),
        (["rollback", "--phase", "up"], "--phase is for rollback together with --only"),
        (["forward"], "'forward' is not one of"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_options_that_do_not_go_together_are_a_usage_error(
    cockpit: Commands, arguments: list[str], told: str
) -> None:
    shown = cockpit("plan", *arguments)
    assert shown.exit_code == 2
    assert told in shown.stderr
    assert cockpit.openings == []


def chained() -> tuple[LedgerEvent, ...]:
    first = LedgerEvent(1, canned.NOW, "7f3a", EventKind.RUN_STARTED, actor="ana").chained("0" * 64)
    second = LedgerEvent(2, canned.NOW, "7f3a", EventKind.RUN_FINISHED, actor="ana")
    return (second.chained(first.hash), first)


@pytest.mark.parametrize(
    ("version", "why"),
    [
        ("0044", "pending: nothing of it is applied"),
        ("9999", "neither in this ref nor in the history"),
        ("0035", "applied: "),
    ],
)
def test_drift_says_of_a_version_why_there_is_nothing_to_compare(
    cockpit: Commands, version: str, why: str
) -> None:
    assert cockpit("drift", version).stderr.startswith(f"{version}: {why}")


def test_a_refused_run_names_no_second_refusal_as_the_next_step(cockpit: Commands) -> None:
    refusals = ("0043 is forward only", "0042 is forward only", "0041 is forward only")
    cockpit.engine.planned = lambda goal: replace(canned.plan(goal), refusals=refusals)
    shown = cockpit("rollback", "--to", "0040")
    assert shown.exit_code == 7
    assert "error: 0043 is forward only" in shown.stderr
    assert "next: There are 2 other reasons not to run it, above behind refused" in shown.stderr
    assert "refused: 0042 is forward only" in shown.stdout


def test_verify_follows_the_chain(cockpit: Commands) -> None:
    cockpit.engine.ledger = chained()
    shown = cockpit("verify")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("2 events, each fits the one before it.")


def test_verify_finds_where_the_chain_breaks(cockpit: Commands) -> None:
    second, first = chained()
    cockpit.engine.ledger = (second, replace(first, actor="mallory"))
    shown = cockpit("verify", "--json")
    assert shown.exit_code == 1
    assert json.loads(shown.stdout)["broken"]["seq"] == 1


def test_log_shows_the_newest_first_and_can_show_one_run(cockpit: Commands) -> None:
    lines = cockpit("log", "--limit", "2").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["6", "5"]
    events = json.loads(cockpit("log", "--run", "11aa", "--json").stdout)
    assert [event["seq"] for event in events] == [3, 2, 1]
    assert events[0]["event"] == "run finished"


def test_log_of_a_virgin_database_says_so(cockpit: Commands) -> None:
    cockpit.engine.ledger = ()
    assert cockpit("log").stdout == "No events: the cockpit has written nothing here.\n"


def test_lock_names_every_holder(cockpit: Commands) -> None:
    assert cockpit("lock").stdout == "free\n"
    cockpit.engine.board = canned.locked_board()
    assert cockpit("lock").stdout.startswith("cockpit: pid 5120 deployer")
    assert json.loads(cockpit("lock", "--json").stdout)[0]["pid"] == 5120


def test_lock_claims_nothing_about_a_database_it_cannot_read(cockpit: Commands) -> None:
    cockpit.engine.board = canned.unreachable_board()
    shown = cockpit("lock")
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "connection refused" in shown.stderr


def test_what_the_options_say_reaches_the_engine(cockpit: Commands) -> None:
    (cockpit.folder / "db").mkdir()
    cockpit.environment = {"COCKPIT_LOCK_TRIES": "7"}
    cockpit(
        "status", "--dsn", "host=h dbname=d", "--environment", "dev", "--path", "db",
        "--tool", "dbmate", "--ref", "v1.4",
    )  # fmt: skip
    opening = cockpit.openings[0]
    assert opening.dsn is not None
    assert opening.dsn.conninfo() == "host=h dbname=d"
    assert opening.environment is Environment.DEV
    assert (opening.folder, opening.tool, opening.ref) == ("db", "dbmate", "v1.4")
    assert (opening.repository, opening.limits.lock_tries) == (cockpit.folder, 7)
    assert opening.journal == cockpit.folder / "home" / "state" / "journal"


def test_without_a_database_the_ways_to_name_one_are_told(cockpit: Commands) -> None:
    cockpit.environment = {}
    cockpit.settings('[targets.a]\ndsn = "host=x"\n[targets.b]\ndsn = "host=y"\n')
    shown = cockpit("status")
    assert shown.exit_code == 2
    assert "No database is named." in shown.stderr
    assert "Known targets: a, b." in shown.stderr


def test_a_path_is_meant_from_where_one_is_or_from_the_root(cockpit: Commands) -> None:
    root = cockpit.folder
    (root / ".git").mkdir()
    (root / "db" / "migrations").mkdir(parents=True)
    cockpit.folder = root / "db"
    for path in ("migrations", "db/migrations", str(root / "db" / "migrations")):
        cockpit("status", "--path", path)
    assert [opening.folder for opening in cockpit.openings] == ["db/migrations"] * 3
    shown = cockpit("status", "--path", "/etc")
    assert shown.exit_code == 2
    assert "outside of the repository" in shown.stderr
