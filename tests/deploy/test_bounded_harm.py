"""What the application may feel, and what a stopped concurrent build leaves."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg

from cockpit.deploy.opening import Limits
from cockpit.deploy.session import Session
from cockpit.model.event import (
    Event,
    Noted,
    PhaseFinished,
    RunFinished,
    StepStarted,
    StepWaiting,
)
from cockpit.model.goal import Action, Goal
from cockpit.model.state import State
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project

UNIQUE = "CREATE UNIQUE INDEX CONCURRENTLY things_id ON things (id);"


def things(project: Project, session: Session) -> None:
    project.native("001", "things", "CREATE TABLE things (id int);", "DROP TABLE things;")
    project.commit()
    run(session)


def test_an_invalid_index_is_named_cleared_and_built_again(
    project: Project, session: Session, fresh_database: Database
) -> None:
    things(project, session)
    fresh_database.execute("INSERT INTO things VALUES (1), (1)")
    project.native("002", "unique", UNIQUE, options="transaction:false")
    project.commit()
    outcome = run(session)
    assert outcome.outcome == "failed"
    assert "things_id is there but INVALID" in outcome.undone
    assert "DROP INDEX CONCURRENTLY public.things_id" in outcome.next_step
    fresh_database.execute("DELETE FROM things")
    plan = session.plan(Goal(Action.APPLY))
    assert [step.sql for step in plan.steps][:2] == [
        "DROP INDEX CONCURRENTLY public.things_id",
        UNIQUE.removesuffix(";"),
    ]
    assert run(session).outcome == "done"
    assert fresh_database.execute(
        "SELECT indisvalid FROM pg_index WHERE indexrelid = 'things_id'::regclass"
    ) == [(True,)]


def test_concurrently_is_held_back_while_an_older_transaction_is_open(
    project: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    session = open_here(limits=Limits(snapshot_patience=timedelta(seconds=0.2)))
    things(project, session)
    project.native("002", "unique", UNIQUE, options="transaction:false")
    project.commit()
    with psycopg.connect(fresh_database.dsn, application_name="forgotten") as old:
        old.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        old.execute("SELECT 1")
        time.sleep(1.1)
        events: list[Event] = []
        outcome = run(session, events=events)
    assert outcome.outcome == "failed"
    assert any(
        blocker.application == "forgotten"
        for event in events
        if isinstance(event, StepWaiting)
        for blocker in event.blockers
    )
    assert fresh_database.execute("SELECT to_regclass('things_id')") == [(None,)]
    assert run(session).outcome == "done"


def test_an_index_stays_in_use_while_somebody_would_keep_its_drop_waiting(
    project: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    session = open_here(limits=Limits(snapshot_patience=timedelta(seconds=0.2)))
    project.native("001", "things", "CREATE TABLE things (id int); CREATE INDEX a ON things (id);")
    project.commit()
    assert run(session).outcome == "done"
    project.native("002", "drop", "DROP INDEX CONCURRENTLY a;", options="transaction:false")
    project.commit()
    with psycopg.connect(fresh_database.dsn) as old:
        old.execute("SELECT FROM things")
        time.sleep(1.1)
        assert run(session).outcome == "failed"
        valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'a'::regclass"
        assert fresh_database.execute(valid) == [(True,)]
    assert run(session).outcome == "done"
    assert fresh_database.execute("SELECT to_regclass('a')") == [(None,)]


def test_after_the_last_try_the_session_in_the_way_is_named(
    project: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    limits = Limits(lock_timeout=timedelta(milliseconds=700), lock_tries=2)
    session = open_here(limits=limits)
    things(project, session)
    project.native("002", "more", "ALTER TABLE things ADD more int;", "SELECT 1;")
    project.commit()
    with psycopg.connect(fresh_database.dsn, application_name="forgotten") as old:
        old.execute("SELECT * FROM things")
        outcome = run(session)
        pid = old.info.backend_pid
    assert outcome.outcome == "failed"
    assert outcome.next_step.startswith(f"In the way: pid {pid} forgotten (idle in transaction")
    assert outcome.next_step.endswith("Wait for its end, or end it, then resume.")


def test_the_ways_back_after_a_failure_are_those_that_there_are(
    project: Project, session: Session
) -> None:
    project.native("001", "a", "CREATE TABLE a ();", "DROP TABLE a;")
    project.native(
        "002", "b",
        "CREATE TABLE b (id int);\nCREATE INDEX CONCURRENTLY b_id ON b (id);\nSELECT 1/0;",
        "DROP TABLE b;", "transaction:false",
    )  # fmt: skip
    project.commit()
    assert run(session).next_step.endswith(
        "then resume, or roll back 002 alone, or roll back what this run has finished."
    )
    assert run(session).next_step.endswith("then resume, or roll back 002 alone.")


def test_a_lock_held_too_long_is_given_up_and_not_tried_again(
    project: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    limits = Limits(hold_limit=timedelta(seconds=0.3), lock_tries=3)
    session = open_here(limits=limits)
    things(project, session)
    project.native("002", "slow", "ALTER TABLE things ADD note text;\nSELECT pg_sleep(60);")
    project.commit()

    over = threading.Event()

    def application() -> None:
        while not over.is_set():
            fresh_database.execute("SELECT count(*) FROM things")
            time.sleep(0.05)

    reader = threading.Thread(target=application)
    reader.start()
    events: list[Event] = []
    began = time.monotonic()
    outcome = run(session, events=events)
    assert time.monotonic() - began < 30
    over.set()
    reader.join()
    assert outcome.outcome == "failed"
    assert any("held too long" in event.text for event in events if isinstance(event, Noted))
    states = {s.version: s.state for s in session.look().standings}
    assert states == {"001": State.APPLIED, "002": State.FAILED}
    columns = fresh_database.execute(
        "SELECT count(*) FROM pg_attribute WHERE attrelid = 'things'::regclass AND attnum > 0"
    )
    assert columns == [(1,)]


SLEEPING = (
    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND state = 'active' "
    "AND datname = current_database() AND pid <> pg_backend_pid()"
)


def is_cancelled(outcome: RunFinished | None) -> None:
    assert outcome is not None
    assert (outcome.outcome, outcome.exit_code) == ("cancelled", 8)
    assert "rolled back" in outcome.undone


def test_a_cancel_never_meets_what_is_recorded_of_the_end(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.native("001", "quick", "SELECT 1;")
    project.commit()
    session.arm(None)
    events: list[Event] = []
    with ThreadPoolExecutor(1) as operator:

        def hammering() -> None:
            while deployment.outcome is None:
                deployment.cancel()

        def hear(event: Event) -> None:
            events.append(event)
            if isinstance(event, PhaseFinished):
                operator.submit(hammering)

        deployment = session.start(session.plan(Goal(Action.APPLY)), hear, stepwise=False)
        outcome = deployment.join(20)
    assert outcome is not None
    assert outcome.outcome == "done"
    assert not [event.text for event in events if isinstance(event, Noted)]
    ended = "SELECT detail ? 'schema' FROM cockpit.ledger WHERE event = 'run finished'"
    assert fresh_database.execute(ended) == [(True,)]


def test_a_cancel_from_the_operator_ends_the_run_as_cancelled(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.native("001", "slow", "SELECT pg_sleep(600);")
    project.commit()
    session.arm(None)
    plan = session.plan(Goal(Action.APPLY))
    deployment = session.start(plan, lambda event: None, stepwise=False)
    until = time.monotonic() + 60
    while fresh_database.execute(SLEEPING) != [(1,)]:
        assert time.monotonic() < until
        time.sleep(0.02)
    deployment.cancel()
    is_cancelled(deployment.join(60))


def test_a_cancel_that_comes_before_the_statement_has_reached_the_server_is_not_lost(
    project: Project, session: Session
) -> None:
    project.native("001", "slow", "SELECT pg_sleep(600);")
    project.commit()
    session.arm(None)
    known = threading.Event()

    def hear(event: Event) -> None:
        if isinstance(event, StepStarted):
            assert known.wait(60)
            deployment.cancel()

    deployment = session.start(session.plan(Goal(Action.APPLY)), hear, stepwise=False)
    known.set()
    is_cancelled(deployment.join(60))
