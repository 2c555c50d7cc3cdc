"""Phases over days: each goes forward and back on its own, also one that broke off half way."""

import pytest

from cockpit.deploy.session import Session
from cockpit.model.event import Event, Noted
from cockpit.model.goal import Action, Goal
from cockpit.model.ledger import EventKind
from cockpit.model.state import State
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project

UP = Goal(Action.APPLY)
WHOLE = """\
-- migrate:up phase:expand
CREATE TABLE users (id int PRIMARY KEY, name text);
INSERT INTO users SELECT g, 'n' || g FROM generate_series(1, 100) AS g;
ALTER TABLE users ADD COLUMN first text;
-- migrate:up phase:backfill table:users key:id batch:10
UPDATE users SET first = name WHERE id BETWEEN :from AND :to;
-- migrate:up phase:contract gate:"every server runs v2" gate-sql:"SELECT count(*) > 0 FROM ready"
ALTER TABLE users DROP COLUMN name;
-- migrate:down phase:contract
ALTER TABLE users ADD COLUMN name text;
UPDATE users SET name = first;
-- migrate:down phase:expand
DROP TABLE users;
"""


def back(phase: str | None = None, *, half_way: bool = False) -> Goal:
    return Goal(Action.ROLLBACK, only="001", phase=phase, half_way=half_way)


def done(session: Session) -> tuple[str, ...]:
    record = session.look().standings[0].record
    return record.done if record else ()


def told(events: list[Event]) -> str:
    return " | ".join(event.text for event in events if isinstance(event, Noted))


def test_the_gate_waits_for_its_query_and_another_operator_contracts_next_week(
    project: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    project.write("001_split.sql", WHOLE)
    project.commit()
    fresh_database.execute("CREATE TABLE ready ()")
    today = open_here()
    events: list[Event] = []
    assert run(today, UP, events).outcome == "waits at gate"
    assert 'gate "every server runs v2": its query says False, not true' in told(events)
    (standing,) = today.look().standings
    assert (standing.state, done(today)) == (State.PARTIAL, ("expand", "backfill"))
    assert 'It waits until its query says so: "every server runs v2".' in standing.why
    today.close()
    fresh_database.execute("INSERT INTO ready DEFAULT VALUES")
    next_week = open_here()
    assert run(next_week, UP).outcome == "done"
    opened = next(e for e in next_week.events() if e.event is EventKind.GATE_CONFIRMED)
    assert opened.detail["query"] == "SELECT count(*) > 0 FROM ready"


def test_what_a_gate_keeps_from_being_applied_is_named_and_still_pending(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.write("001_split.sql", WHOLE)
    project.write("002_tags.sql", "-- migrate:up\nCREATE TABLE tags ();\n")
    project.commit()
    fresh_database.execute("CREATE TABLE ready ()")
    ended = run(session, UP)
    assert (ended.outcome, ended.exit_code) == ("waits at gate", 3)
    assert ended.next_step.startswith("Not applied, because of the gate before: 002.")
    assert run(session, Goal(Action.APPLY, only="002")).exit_code == 0
    assert (again := run(session, UP)).exit_code == 0
    assert again.next_step == "Run it again when the gate may be passed."


def test_a_query_that_fails_opens_nothing(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.write("001_split.sql", WHOLE)
    project.commit()
    assert run(session, UP).outcome == "failed"
    assert done(session) == ("expand", "backfill")


def test_each_phase_is_rolled_back_on_its_own_and_comes_again(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.write("001_split.sql", WHOLE)
    project.commit()
    fresh_database.execute("CREATE TABLE ready (); INSERT INTO ready DEFAULT VALUES")
    assert run(session, UP).outcome == "done"
    for phase, left in (
        ("contract", ("expand", "backfill")), ("backfill", ("expand",)), ("expand", ()),
    ):  # fmt: skip
        assert run(session, back(phase)).outcome == "done"
        assert done(session) == left
    assert run(session, UP).outcome == "done"
    assert fresh_database.execute("SELECT count(first) FROM users") == [(100,)]


def test_a_backfill_that_broke_off_and_cannot_be_resumed_goes_back(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.write("001_split.sql", WHOLE.replace("first = name", "first = 1 / (55 - id)"))
    project.commit()
    assert run(session, UP).outcome == "failed"
    assert fresh_database.execute("SELECT count(first) BETWEEN 1 AND 54 FROM users") == [(True,)]
    assert run(session, back()).outcome == "done"
    assert fresh_database.execute("SELECT to_regclass('users') IS NULL") == [(True,)]
    assert session.look().standings[0].state is State.ROLLED_BACK


INDEXES = """\
-- migrate:up transaction:false
CREATE TABLE t (a int, b int);
INSERT INTO t SELECT 1, g FROM generate_series(1, 9) AS g;
CREATE INDEX CONCURRENTLY t_b ON t (b);
CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a);
ALTER TABLE t ADD COLUMN c int;
-- migrate:down transaction:false
ALTER TABLE t DROP COLUMN c;
DROP INDEX CONCURRENTLY t_a;
DROP INDEX CONCURRENTLY t_b;
DROP TABLE t;
"""


def test_a_phase_that_can_never_be_finished_goes_back_by_what_is_there(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.write("001_indexes.sql", INDEXES)
    project.commit()
    assert run(session, UP).outcome == "failed"
    assert fresh_database.execute("SELECT indisvalid FROM pg_index").count((False,)) == 1
    plan = session.plan(back())
    assert plan.refusals == ()
    assert any("column c of t is not there" in note for note in plan.notes)
    assert run(session, back()).outcome == "done"
    assert fresh_database.execute("SELECT to_regclass('t') IS NULL") == [(True,)]
    assert session.look().standings[0].state is State.ROLLED_BACK


def test_the_way_back_of_half_a_phase_that_breaks_off_itself_is_finished_by_what_is_there(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.write("001_indexes.sql", INDEXES)
    project.commit()
    run(session, UP)
    fresh_database.execute("CREATE VIEW v AS SELECT a FROM t")
    assert run(session, back()).outcome == "failed"
    fresh_database.execute("DROP VIEW v")
    assert run(session, back()).outcome == "done"
    assert fresh_database.execute("SELECT to_regclass('t') IS NULL") == [(True,)]
    assert session.look().standings[0].state is State.ROLLED_BACK


def test_changed_rows_are_undone_only_when_the_operator_says_so(
    project: Project, session: Session, fresh_database: Database
) -> None:
    fresh_database.execute("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2)")
    project.native(
        "001", "twice", "UPDATE t SET a = a * 10; CREATE UNIQUE INDEX CONCURRENTLY i ON t ((1));",
        "DROP INDEX i; UPDATE t SET a = a / 10;", "transaction:false",
    )  # fmt: skip
    project.commit()
    assert run(session, UP).outcome == "failed"
    (refusal,) = session.plan(back()).refusals
    assert "add --half-way to run it all the same" in refusal
    assert run(session, back(half_way=True)).outcome == "done"
    assert fresh_database.execute("SELECT sum(a) FROM t") == [(3,)]


def test_an_unfinished_phase_above_finished_ones_goes_back_alone(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.write("001_split.sql", WHOLE.replace("first = name", "first = 1 / (55 - id)"))
    project.commit()
    run(session, UP)
    assert run(session, back("backfill")).outcome == "done"
    assert done(session) == ("expand",)
    assert session.look().standings[0].state is State.PARTIAL


@pytest.mark.parametrize("goal", [back(), Goal(Action.ROLLBACK)], ids=["only", "last"])
def test_a_phase_without_a_way_down_says_so(project: Project, session: Session, goal: Goal) -> None:
    project.write("001_indexes.sql", INDEXES.split("-- migrate:down")[0])
    project.commit()
    run(session, UP)
    (refusal,) = session.plan(goal).refusals
    assert "has no way down" in refusal
