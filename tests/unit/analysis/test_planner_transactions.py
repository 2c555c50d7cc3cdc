"""Which steps share a transaction, and what cannot be run as it is written."""

from typing import Any

import pytest

from cockpit.analysis.planner import make_plan
from cockpit.model.goal import Action, Goal
from cockpit.model.migration import Backfill, Check
from cockpit.model.plan import Plan, PlannedPhase, StepKind
from tests.unit.analysis.migrations import Place, migration, up

BUILD = "CREATE INDEX CONCURRENTLY i ON t (a);"


def plan(script: str, **options: Any) -> Plan:
    return make_plan(Place([migration("1", up(script, **options))]).situation, Goal(Action.APPLY))


def phase(script: str, **options: Any) -> PlannedPhase:
    made = plan(script, **options)
    assert made.refusals == ()
    return made.phases[0]


def groups(script: str, **options: Any) -> list[int | None]:
    return [step.group for step in phase(script, **options).steps]


def test_a_phase_and_its_record_are_one_transaction() -> None:
    script = "CREATE TABLE t (); CREATE TABLE u ();"
    assert groups(script) == [1, 1, 1]
    assert phase(script).transactional


def test_checks_and_record_share_the_transaction() -> None:
    made = phase("CREATE TABLE t ();", checks=(Check("all well", "SELECT true", 4),))
    assert [(step.kind, step.group, step.title) for step in made.steps[1:]] == [
        (StepKind.CHECK, 1, "all well"), (StepKind.RECORD, 1, "1 up up"),
    ]  # fmt: skip


def test_a_concurrent_build_cuts_the_phase() -> None:
    script = f"CREATE TABLE t (a int); {BUILD} ALTER TABLE t ADD b int; ALTER TABLE t ADD c int;"
    assert groups(script) == [1, None, 2, 2, 2]
    assert not phase(script).transactional


def test_after_a_concurrent_build_the_record_stands_alone() -> None:
    assert groups(BUILD) == [None, None]


def test_without_a_transaction_each_statement_has_its_own_where_it_may() -> None:
    script = f"CREATE TABLE t (a int); {BUILD} ALTER TABLE t ADD b int;"
    assert groups(script, transaction=False) == [1, None, 2, 2]


@pytest.mark.parametrize("statement", ["CALL tidy();", "DO $$ BEGIN COMMIT; END $$;"])
def test_what_may_commit_inside_runs_outside_when_the_file_says_so(statement: str) -> None:
    assert groups(statement, transaction=False) == [None, None]
    assert groups(statement) == [1, 1]


@pytest.mark.parametrize("begin", ["BEGIN;", "START TRANSACTION;", "BEGIN READ WRITE;"])
def test_the_files_own_transactions_are_kept(begin: str) -> None:
    script = f"{begin} CREATE TABLE t (); COMMIT; BEGIN; CREATE TABLE u (); COMMIT;"
    assert groups(script) == [1, 2, 2]
    assert "BEGIN" not in {step.sql for step in phase(script).steps}


@pytest.mark.parametrize(
    "begin", ["BEGIN ISOLATION LEVEL SERIALIZABLE;", "START TRANSACTION READ ONLY;"]
)
def test_a_transaction_that_a_run_cannot_give_is_refused(begin: str) -> None:
    (refusal,) = plan(f"{begin} CREATE TABLE t (); COMMIT;").refusals
    assert refusal.startswith("db/1.sql:1:")
    assert "which a run cannot give" in refusal


@pytest.mark.parametrize(
    "setting",
    ["SET search_path = app", "SET ROLE owner", "SET SESSION AUTHORIZATION owner"],
)
def test_a_setting_that_later_statements_need_must_reach_them(setting: str) -> None:
    (refusal,) = plan(f"{setting}; {BUILD}").refusals
    assert refusal.startswith("1: db/1.sql:1: ")
    assert "where every setting begins anew" in refusal
    assert plan(f"{setting}; CREATE TABLE t ();").refusals == ()


@pytest.mark.parametrize(
    "setting",
    ["SET LOCAL search_path = app", "SET lock_timeout = '1s'", "RESET search_path"],
)
def test_other_settings_forbid_nothing(setting: str) -> None:
    assert plan(f"{setting}; {BUILD}").refusals == ()


def test_an_empty_phase_is_only_recorded() -> None:
    (record,) = phase("-- nothing\n").steps
    assert (record.kind, record.group) == (StepKind.RECORD, 0)


def test_a_gate_comes_first_and_belongs_to_no_transaction() -> None:
    made = phase("CREATE TABLE t ();", gate="sure?")
    assert [(step.kind, step.group) for step in made.steps] == [
        (StepKind.GATE, None), (StepKind.SQL, 1), (StepKind.RECORD, 1),
    ]  # fmt: skip
    assert made.transactional


BATCH = Backfill("t", "id", 100)


def test_a_backfill_is_one_step_with_bounds_and_its_record_stands_alone() -> None:
    made = phase("UPDATE t SET a = 1 WHERE id BETWEEN :from AND :to;", backfill=BATCH)
    step, record = made.steps
    assert step.sql == "UPDATE t SET a = 1 WHERE id BETWEEN $1 AND $2"
    assert (step.kind, step.group, record.group) == (StepKind.BACKFILL, None, None)
    assert not made.transactional


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("", "here are 0"),
        ("DELETE FROM t WHERE id BETWEEN :from AND :to; SELECT 1;", "here are 2"),
        ("UPDATE t SET a = 1;", ":from is missing"),
        ("UPDATE t SET a = 1 WHERE id > :from;", ":to is missing"),
    ],
)
def test_a_backfill_that_could_not_go_on_after_an_interruption_is_refused(
    script: str, words: str
) -> None:
    (refusal,) = plan(script, backfill=BATCH).refusals
    assert words in refusal


def test_lines_are_those_of_the_file() -> None:
    made = phase("-- words\n\nCREATE TABLE t ();\n\nCREATE TABLE u ();", line=10)
    assert [step.line for step in made.steps[:2]] == [12, 14]
