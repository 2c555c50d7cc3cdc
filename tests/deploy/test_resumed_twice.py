"""Interrupted, resumed, interrupted again: the truth survives every time."""

from cockpit.deploy.session import Session
from cockpit.model.goal import Action, Goal
from cockpit.model.state import State
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project

SCRIPT = (
    "CREATE TABLE orders AS SELECT 1 AS id UNION ALL SELECT 1;\n"
    "CREATE UNIQUE INDEX CONCURRENTLY orders_id ON orders (id);\n"
    "ALTER TABLE orders ADD note text;\n"
)
DOWN = "DROP INDEX CONCURRENTLY orders_id;\nDROP TABLE orders;\n"
VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('orders_id')"


def fails_until_the_rows_are_mended(session: Session, database: Database, version: str) -> None:
    """A unique index over rows that are not: two runs fail, the third one goes to the end."""
    assert run(session).outcome == "failed"
    assert database.execute(VALID) == [(False,)]
    assert run(session).outcome == "failed"
    assert database.execute(VALID) == [(False,)]
    database.execute("DELETE FROM orders WHERE ctid = (SELECT min(ctid) FROM orders)")
    assert run(session).outcome == "done"
    assert database.execute(VALID) == [(True,)]
    states = {s.version: s.state for s in session.look().standings}
    assert states == {version: State.APPLIED}


def test_an_index_that_fails_twice_is_built_at_last(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.native("001", "orders", SCRIPT, DOWN, "transaction:false")
    project.commit()
    fails_until_the_rows_are_mended(session, fresh_database, "001")
    assert run(session, Goal(Action.ROLLBACK)).outcome == "done"
    assert fresh_database.execute("SELECT to_regclass('orders')") == [(None,)]


def test_the_same_in_place_on_golang_migrates_history(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.pair("0001", "orders", SCRIPT, DOWN)
    project.commit()
    row = "SELECT version, dirty FROM schema_migrations"
    assert run(session).outcome == "failed"
    assert fresh_database.execute(row) == [(1, True)]
    fails_until_the_rows_are_mended(session, fresh_database, "0001")
    assert fresh_database.execute(row) == [(1, False)]
    assert run(session, Goal(Action.ROLLBACK)).outcome == "done"
    assert fresh_database.execute(row) == []


def test_a_phase_of_an_earlier_run_is_not_undone_with_the_last_one(
    project: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    project.write(
        "001_note.sql",
        "-- migrate:up phase:expand\nCREATE TABLE orders (id int);\n"
        '-- migrate:up phase:contract gate:"sure?"\nALTER TABLE orders ADD note text;\n'
        "-- migrate:down phase:contract\nALTER TABLE orders DROP note;\n"
        "-- migrate:down phase:expand\nDROP TABLE orders;\n",
    )
    project.commit()
    first = open_here()
    first.arm(None)
    waiting = first.start(first.plan(Goal(Action.APPLY)), lambda event: None, stepwise=True)
    waiting.proceed()
    there = "SELECT 1 FROM pg_class WHERE relname = 'orders'"
    while not fresh_database.execute(there):
        assert waiting.join(0.02) is None
    waiting.hold()
    waiting.join(60)
    second = open_here()
    second.arm(None)
    going_on = second.start(second.plan(Goal(Action.APPLY)), lambda event: None, stepwise=False)
    going_on.proceed()
    outcome = going_on.join(60)
    assert outcome is not None
    assert outcome.outcome == "done"
    plan = second.plan(Goal(Action.ROLLBACK, last_run=True))
    assert [phase.phase for phase in plan.phases] == ["contract"]


def test_what_golang_migrate_applies_again_after_our_rollback_stays_applied(
    project: Project, session: Session, fresh_database: Database
) -> None:
    for number in (1, 2):
        project.pair(f"000{number}", "t", f"CREATE TABLE t{number} ();", f"DROP TABLE t{number};")
    project.commit()
    run(session)
    run(session, Goal(Action.ROLLBACK))
    fresh_database.execute("CREATE TABLE t2 (); UPDATE schema_migrations SET version = 2")
    project.pair("0003", "t", "CREATE TABLE t3 ();", "DROP TABLE t3;")
    project.commit()
    assert run(session).outcome == "done"
    states = {s.version: s.state for s in session.look().standings}
    assert states["0002"] is State.UNVERIFIED
    assert states["0003"] is State.APPLIED
