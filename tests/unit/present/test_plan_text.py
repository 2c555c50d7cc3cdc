"""A plan as text and as JSON holds what was reviewed, and a saved one is run or refused."""

import json
from dataclasses import replace

import pytest

from cockpit.errors import UsageError
from cockpit.model.goal import Action, Goal
from cockpit.present.plan_json import plan_json, read_plan, same_steps
from cockpit.present.plan_text import plan_text
from tests.tui import canned

APPLY = Goal(Action.APPLY)
BACK = Goal(Action.ROLLBACK, last_run=True)
FIRST_PHASE = """\
PHASE 1 of 2  up 0043 orders_not_null (1 statement, one transaction)
   1  ALTER TABLE orders ALTER COLUMN status SET NOT NULL;
        holds ACCESS EXCLUSIVE on public.orders: blocks reads and writes (predicted)
        reads all of public.orders
        HIGH: Blocks every read and write on orders while 41 GB is scanned.
        safer: Add CHECK (status IS NOT NULL) NOT VALID, VALIDATE it, then SET NOT NULL, then drop it.
        from db/migrations/0043_orders_not_null.sql:2
   2  record: record 0043
"""  # noqa: E501


def test_a_plan_shows_the_five_lines_and_then_every_step() -> None:
    text = plan_text(canned.plan(APPLY))
    assert text.startswith("APPLY everything pending on orders-prod\nplan 7f3a01c2")
    labels = [line.split()[0] for line in text.splitlines()[2:7]]
    assert labels == ["runs", "blocks", "loses", "leaves", "way"]
    assert FIRST_PHASE in text


def test_a_way_back_says_where_its_script_is_from_and_what_is_lost() -> None:
    text = plan_text(canned.plan(BACK))
    assert "the script is from ledger event 7" in text
    assert "LOSES table orders_status_enum" in text


def test_a_refused_plan_says_why_first() -> None:
    text = plan_text(replace(canned.plan(APPLY), refusals=("0043 is irreversible: \x1b",)))
    assert "refused: 0043 is irreversible: \\x1b\n" in text


def test_an_empty_plan_says_so() -> None:
    assert "Nothing to do." in plan_text(replace(canned.plan(APPLY), phases=()))


def test_the_json_of_a_plan_keeps_its_promise() -> None:
    found = plan_json(canned.plan(APPLY))
    assert found["id"] == canned.plan(APPLY).id
    assert found["goal"] == "apply everything pending"
    assert (found["target"], found["ledger_head"]) == ("orders-prod", "h1")
    step = found["steps"][0]
    assert {key: step[key] for key in PROMISED} == {
        "number": 1,
        "version": "0043",
        "phase": "up",
        "direction": "up",
        "kind": "sql",
        "sql": "ALTER TABLE orders ALTER COLUMN status SET NOT NULL;",
        "transaction": True,
        "loses": [],
    }
    assert step["impact"]["locks"] == {"public.orders": "AccessExclusiveLock"}
    assert step["impact"]["blocks"] == "reads and writes"
    assert step["impact"]["source"] == "predicted"
    assert step["impact"]["hazards"][0]["severity"] == "high"
    assert found["steps"][1]["impact"] is None


PROMISED = (
    "number", "version", "phase", "direction", "kind", "sql", "transaction", "loses",
)  # fmt: skip


@pytest.mark.parametrize(
    "goal",
    [
        APPLY,
        BACK,
        Goal(Action.APPLY, to_version="0043"),
        Goal(Action.ROLLBACK, to_tag="v1.3"),
        Goal(Action.ROLLBACK, only="0042", phase="up"),
        Goal(Action.APPLY, only="0043", step_in_doubt="again"),
    ],
)
def test_a_saved_plan_gives_its_goal_back(goal: Goal) -> None:
    plan = canned.plan(goal)
    read, saved = read_plan(json.dumps(plan_json(plan)), "plan.json")
    assert read == goal
    assert same_steps(saved, plan)


def test_a_step_that_was_edited_in_the_file_is_noticed() -> None:
    plan = canned.plan(APPLY)
    _, saved = read_plan(json.dumps(plan_json(plan)), "plan.json")
    saved["steps"][0]["sql"] = "SELECT 1;"
    assert not same_steps(saved, plan)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"asked": {"action": "drop"}}', "\x00"])
def test_a_file_that_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"plan\.json: this is no plan"):
        read_plan(text, "plan.json")


def test_a_plan_without_its_id_is_refused() -> None:
    saved = plan_json(canned.plan(APPLY)) | {"id": ""}
    with pytest.raises(UsageError, match="this is no plan"):
        read_plan(json.dumps(saved), "plan.json")
