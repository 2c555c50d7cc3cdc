"""A whole life of a schema, on a real server, through the engine alone."""

from datetime import timedelta

import pytest

from cockpit.deploy.opening import Limits
from cockpit.deploy.session import Session
from cockpit.errors import HeldByAnother, Protected, StalePlan
from cockpit.model.event import Event, PhaseFailed, PhaseFinished, TryFailed
from cockpit.model.goal import Action, Goal
from cockpit.model.state import State
from cockpit.model.target import Environment
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project

APPLY = Goal(Action.APPLY)


def states(session: Session) -> dict[str, State]:
    """Version to state, from a fresh look."""
    return {standing.version: standing.state for standing in session.look().standings}


def relations(database: Database) -> set[str]:
    """Names of tables and indexes in schema public."""
    rows = database.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    )
    return {row[0] for row in rows}


def three_tables(project: Project) -> None:
    project.native("001", "customers", "CREATE TABLE customers (id int);", "DROP TABLE customers;")
    project.commit("Add customers", tag="v1.0")
    project.native("002", "orders", "CREATE TABLE orders (id int);", "DROP TABLE orders;")
    project.native("003", "items", "CREATE TABLE items (id int);", "DROP TABLE items;")
    project.commit("Add orders and items", tag="v1.1")


def test_looking_at_a_virgin_database_creates_nothing(
    project: Project, session: Session, fresh_database: Database
) -> None:
    three_tables(project)
    count = "SELECT count(*), (SELECT count(*) FROM pg_namespace) FROM pg_class"
    before = fresh_database.execute(count)
    assert set(states(session).values()) == {State.PENDING}
    session.plan(APPLY)
    session.events()
    session.sessions()
    assert fresh_database.execute(count) == before


def test_everything_pending_is_applied_and_recorded(
    project: Project, session: Session, fresh_database: Database
) -> None:
    three_tables(project)
    outcome = run(session)
    assert (outcome.outcome, outcome.exit_code) == ("done", 0)
    assert relations(fresh_database) == {"customers", "orders", "items"}
    assert set(states(session).values()) == {State.APPLIED}
    assert session.plan(APPLY).empty


def test_writing_needs_a_grant(project: Project, session: Session) -> None:
    three_tables(project)
    plan = session.plan(APPLY)
    with pytest.raises(Protected, match="Read-only"):
        session.start(plan, lambda event: None, stepwise=False)


def test_a_protected_target_wants_its_name_typed(project: Project, open_here: OpenSession) -> None:
    three_tables(project)
    session = open_here(environment=Environment.PRODUCTION, target="orders-prod")
    with pytest.raises(Protected, match="orders-prod"):
        session.arm(None)
    with pytest.raises(Protected, match="orders-prod"):
        session.arm("yes")
    assert session.arm("orders-prod").name == "orders-prod"


def test_an_unknown_database_is_treated_as_production(
    project: Project, open_here: OpenSession
) -> None:
    three_tables(project)
    session = open_here(environment=Environment.UNKNOWN)
    with pytest.raises(Protected):
        session.arm(None)


def test_a_walkthrough_cannot_be_armed(project: Project, open_here: OpenSession) -> None:
    three_tables(project)
    with pytest.raises(Protected, match="walkthrough"):
        open_here(walkthrough=True).arm(None)


def test_a_marker_that_says_otherwise_makes_writing_impossible(
    project: Project, open_here: OpenSession
) -> None:
    three_tables(project)
    run(open_here(environment=Environment.STAGING, target="orders-staging"))
    session = open_here(environment=Environment.LOCAL)
    assert "staging" in session.look().standpoint.disagreement
    with pytest.raises(Protected, match="staging"):
        session.arm("orders-staging")
    assert any("staging" in refusal for refusal in session.plan(APPLY).refusals)


def test_that_no_protection_is_needed_is_not_kept_of_a_database_without_a_name(
    project: Project, open_here: OpenSession
) -> None:
    """Said once on a command line that may have named the wrong one."""
    three_tables(project)
    run(open_here(environment=Environment.LOCAL, target=None))
    assert open_here(environment=Environment.UNKNOWN).look().standpoint.protected


def test_that_no_protection_is_needed_is_kept_of_a_target_that_the_settings_name(
    project: Project, open_here: OpenSession
) -> None:
    three_tables(project)
    run(open_here(environment=Environment.LOCAL, target="orders-dev"))
    assert not open_here(environment=Environment.UNKNOWN).look().standpoint.protected


def test_that_it_is_production_is_kept_also_of_a_database_without_a_name(
    project: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    three_tables(project)
    run(open_here(environment=Environment.PRODUCTION, target=None))
    standpoint = open_here(environment=Environment.UNKNOWN).look().standpoint
    assert standpoint.marked is Environment.PRODUCTION


def test_a_failing_phase_is_undone_whole_and_told(
    project: Project, session: Session, fresh_database: Database
) -> None:
    three_tables(project)
    project.native("004", "bad", "CREATE TABLE half (id int);\nSELECT 1/0;", "DROP TABLE half;")
    project.commit()
    events: list[Event] = []
    outcome = run(session, events=events)
    assert (outcome.outcome, outcome.exit_code) == ("failed", 8)
    assert "half" not in relations(fresh_database)
    failure = next(event for event in events if isinstance(event, PhaseFailed))
    assert failure.sqlstate == "22012"
    assert failure.line == 3
    assert "rolled back" in failure.undone
    assert "001" in outcome.kept
    assert states(session)["004"] is State.FAILED
    assert "division by zero" in next(s.why for s in session.look().standings if s.version == "004")


def test_a_mended_file_is_applied_after_its_failure(project: Project, session: Session) -> None:
    project.native("001", "bad", "SELECT 1/0;")
    project.commit()
    run(session)
    project.native("001", "bad", "SELECT 1;")
    project.commit()
    assert run(session).outcome == "done"
    assert states(session) == {"001": State.APPLIED}


def test_the_way_down_comes_from_the_ledger_after_the_checkout_went_back(
    project: Project, session: Session, fresh_database: Database
) -> None:
    three_tables(project)
    run(session)
    project.git("checkout", "-q", "v1.0")
    assert states(session) == {
        "001": State.APPLIED, "002": State.MISSING, "003": State.MISSING,
    }  # fmt: skip
    plan = session.plan(Goal(Action.ROLLBACK, to_tag="v1.0"))
    assert [(p.version, p.origin) for p in plan.phases] == [
        ("003", "the ledger"), ("002", "the ledger"),
    ]  # fmt: skip
    assert run(session, Goal(Action.ROLLBACK, to_tag="v1.0")).outcome == "done"
    assert relations(fresh_database) == {"customers"}
    assert states(session) == {"001": State.APPLIED}


def test_redo_runs_the_edited_file(
    project: Project, session: Session, fresh_database: Database
) -> None:
    three_tables(project)
    run(session)
    project.native("003", "items", "CREATE TABLE things (id int);", "DROP TABLE things;")
    assert states(session)["003"] is State.DRIFTED
    assert run(session, Goal(Action.REDO)).outcome == "done"
    assert relations(fresh_database) == {"customers", "orders", "things"}
    assert states(session)["003"] is State.APPLIED


def test_a_rolled_back_version_is_pending_again_with_its_history(
    project: Project, session: Session
) -> None:
    three_tables(project)
    run(session)
    run(session, Goal(Action.ROLLBACK))
    assert states(session)["003"] is State.ROLLED_BACK
    assert run(session).outcome == "done"
    assert states(session)["003"] is State.APPLIED


def test_a_plan_is_refused_when_somebody_was_faster(
    project: Project, open_here: OpenSession
) -> None:
    three_tables(project)
    first, second = open_here(), open_here()
    plan = second.plan(APPLY)
    run(first)
    second.arm(None)
    with pytest.raises(StalePlan, match="history has changed"):
        second.start(plan, lambda event: None, stepwise=False)


def test_only_one_holds_the_deployment_lock(project: Project, open_here: OpenSession) -> None:
    three_tables(project)
    first, second = open_here(), open_here()
    first.arm(None)
    holder = first.take_lock()
    second.arm(None)
    with pytest.raises(HeldByAnother, match=str(holder.pid)):
        second.take_lock()
    seen = second.look().holder
    assert seen is not None
    assert (seen.pid, seen.ours) == (holder.pid, False)
    first.release_lock()
    assert second.take_lock().ours


def test_a_blocked_step_gives_up_each_try_and_gets_through_in_the_end(
    project: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    import threading

    import psycopg

    session = open_here(limits=Limits(lock_timeout=timedelta(milliseconds=300), lock_tries=60))
    three_tables(project)
    run(session)
    project.native("004", "column", "ALTER TABLE orders ADD note text;")
    project.commit()
    events: list[Event] = []
    gave_up = threading.Event()

    def hear(event: Event) -> None:
        events.append(event)
        if isinstance(event, TryFailed) and event.blockers:
            gave_up.set()

    with psycopg.connect(fresh_database.dsn) as blocker:
        blocker.execute("SELECT * FROM orders")
        session.arm(None)
        deployment = session.start(session.plan(APPLY), hear, stepwise=False)
        assert gave_up.wait(30)
        blocker.rollback()
    outcome = deployment.join(60)
    assert outcome is not None
    assert outcome.outcome == "done"
    failed_tries = [event for event in events if isinstance(event, TryFailed)]
    assert {event.sqlstate for event in failed_tries} == {"55P03"}


def test_an_index_is_built_concurrently_outside_of_a_transaction(
    project: Project, session: Session, fresh_database: Database
) -> None:
    three_tables(project)
    project.native(
        "004", "index", "CREATE INDEX CONCURRENTLY orders_id ON orders (id);",
        "DROP INDEX CONCURRENTLY orders_id;", "transaction:false",
    )  # fmt: skip
    project.commit()
    assert run(session).outcome == "done"
    assert "orders_id" in relations(fresh_database)
    kinds = [event.event.value for event in session.events() if event.version == "004"]
    assert kinds == ["phase finished", "step finished", "step started"]
    assert run(session, Goal(Action.ROLLBACK)).outcome == "done"
    assert "orders_id" not in relations(fresh_database)


def test_phases_are_run_one_by_one_when_asked_for(project: Project, session: Session) -> None:
    three_tables(project)
    session.arm(None)
    events: list[Event] = []
    deployment = session.start(session.plan(APPLY), events.append, stepwise=True)
    deployment.proceed()
    while not any(isinstance(event, PhaseFinished) for event in events):
        assert deployment.join(0.05) is None
    deployment.hold()
    outcome = deployment.join(60)
    assert outcome is not None
    assert outcome.outcome == "held"
    assert states(session) == {
        "001": State.APPLIED, "002": State.PENDING, "003": State.PENDING,
    }  # fmt: skip
