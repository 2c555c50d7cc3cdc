"""Backfills over every kind of key: nothing twice, nothing missed, slowed when asked to."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cockpit.deploy.pace import Meter, next_size
from cockpit.deploy.running import Running
from cockpit.deploy.session import Session
from cockpit.model.event import Event, StepProgress, StepThrottled
from cockpit.model.goal import Action, Goal
from cockpit.model.state import State
from tests.databases import Database
from tests.deploy.conftest import run
from tests.projects import Project

ROWS = 1_000
KEYS = {
    "integer": ("id int PRIMARY KEY", "n", "id", "id BETWEEN :from AND :to"),
    "uuid": ("id uuid PRIMARY KEY", "gen_random_uuid()", "id", "id BETWEEN :from AND :to"),
    "text": ('id text COLLATE "C" PRIMARY KEY', "md5(n::text)", "id", "id BETWEEN :from AND :to"),
    "composite": (
        "a int, b int, PRIMARY KEY (a, b)", "n / 37, n % 37", '"a, b"',
        "(a, b) BETWEEN (:from_a, :from_b) AND (:to_a, :to_b)",
    ),
    "no key": ("a int", "n", "ctid", "ctid BETWEEN :from AND :to AND done = 0"),
}  # fmt: skip
APPLY = Goal(Action.APPLY)


def filled(project: Project, key: str, options: str = "batch:70") -> None:
    """A table with that key, then a backfill that counts how often each row was met."""
    columns, values, names, where = KEYS[key]
    project.native(
        "001", "things",
        f"CREATE TABLE things ({columns}, done int NOT NULL DEFAULT 0);\n"
        f"INSERT INTO things SELECT {values} FROM generate_series(1, {ROWS}) n;",
    )  # fmt: skip
    project.write(
        "002_fill.sql",
        f"-- migrate:up phase:backfill table:things key:{names} {options}\n"
        f"UPDATE things SET done = done + 1 WHERE {where};\n"
        '-- migrate:check "all are done"\n'
        "SELECT NOT EXISTS (SELECT FROM things WHERE done = 0);\n",
    )
    project.commit()


def met(database: Database) -> list[tuple[Any, ...]]:
    return database.execute("SELECT min(done), max(done), count(*) FROM things")


def started(session: Session, hear: Callable[[Event], None]) -> Running:
    session.arm(None)
    return session.start(session.plan(APPLY), hear, stepwise=False)


@pytest.mark.parametrize("key", KEYS)
def test_every_row_is_met_once(
    key: str, project: Project, session: Session, fresh_database: Database
) -> None:
    filled(project, key)
    assert run(session).outcome == "done"
    assert met(fresh_database) == [(1, 1, ROWS)]


@pytest.mark.parametrize("key", KEYS)
def test_a_held_backfill_goes_on_behind_its_last_batch(
    key: str, project: Project, session: Session, fresh_database: Database
) -> None:
    filled(project, key, "batch:50 batch-time:1")
    seen: list[Event] = []

    def hear(event: Event) -> None:
        seen.append(event)
        if sum(isinstance(e, StepProgress) for e in seen) == 2:
            deployment.hold()

    session.arm(None)
    plan = session.plan(APPLY)
    deployment = session.start(plan, hear, stepwise=True)
    deployment.proceed()
    while not any(isinstance(event, StepProgress) for event in seen):
        deployment.proceed()
        time.sleep(0.01)
    outcome = deployment.join(60)
    assert outcome is not None
    assert outcome.outcome == "held"
    standing = session.look().find("002")
    assert standing is not None
    assert standing.state is State.PARTIAL
    low, high, _ = met(fresh_database)[0]
    assert (low, high) == (0, 1)
    (kept,) = fresh_database.execute("SELECT count(*) FROM things WHERE done = 1")[0]
    assert f"every backfill batch that was committed, {kept:,} rows in this run" in outcome.kept
    session.release_lock()
    fresh_database.execute("ANALYZE things")
    resumed: list[Event] = []
    assert run(session, events=resumed).outcome == "done"
    before, after = (
        [event.progress for event in events if isinstance(event, StepProgress)]
        for events in (seen, resumed)
    )
    assert (after[0].done or 0) > (before[-1].done or 0)
    assert (after[0].total or 0) >= ROWS
    assert met(fresh_database) == [(1, 1, ROWS)]


def test_it_waits_while_the_files_query_says_true(
    project: Project, session: Session, fresh_database: Database
) -> None:
    fresh_database.execute("CREATE TABLE busy ()")
    fresh_database.execute("INSERT INTO busy DEFAULT VALUES")
    filled(project, "integer", 'batch:500 pause-while:"SELECT EXISTS (SELECT FROM busy)"')
    heard: list[Event] = []
    deployment = started(session, heard.append)
    while not any(isinstance(event, StepThrottled) for event in heard):
        assert deployment.join(0.05) is None
    assert met(fresh_database) == [(0, 0, ROWS)]
    fresh_database.execute("DELETE FROM busy")
    outcome = deployment.join(60)
    assert outcome is not None
    assert outcome.outcome == "done"
    assert met(fresh_database) == [(1, 1, ROWS)]


def test_the_operator_pauses_resumes_and_sets_the_batch(
    project: Project, session: Session, fresh_database: Database
) -> None:
    filled(project, "integer", "batch:10 batch-time:5")
    heard: list[Event] = []

    def hear(event: Event) -> None:
        heard.append(event)
        if isinstance(event, StepProgress) and not deployment.tuning.batch:
            deployment.tune(replace(deployment.tuning, paused=True, batch=100))

    session.arm(None)
    deployment = session.start(session.plan(APPLY), hear, stepwise=True)
    while not any(isinstance(event, StepThrottled) for event in heard):
        deployment.proceed()
        time.sleep(0.01)
    paused_at = met(fresh_database)[0]
    assert deployment.join(0.3) is None
    assert met(fresh_database)[0] == paused_at
    deployment.tune(replace(deployment.tuning, paused=False))
    while deployment.join(0.05) is None:
        deployment.proceed()
    assert met(fresh_database) == [(1, 1, ROWS)]
    sizes = [event.batch for event in heard if isinstance(event, StepProgress)]
    assert 100 in sizes


@pytest.mark.parametrize(
    ("size", "took", "target", "following"),
    [
        (1000, 0.5, 0.5, 1000),
        (1000, 0.25, 0.5, 2000),
        (1000, 0.01, 0.5, 2000),
        (1000, 1.0, 0.5, 500),
        (1000, 9.0, 0.5, 500),
        (10, 9.0, 0.5, 10),
        (1_000_000, 0.1, 0.5, 1_000_000),
    ],
)
def test_a_batch_is_fitted_to_its_time_by_halves_and_doubles(
    size: int, took: float, target: float, following: int
) -> None:
    assert next_size(size, took, target) == following


def test_rate_and_time_left_come_from_counted_rows() -> None:
    meter = Meter(began=0.0, total=1000)
    assert meter.eta is None
    meter.count(1.0, 100, 100)
    meter.count(2.0, 100, 90)
    assert meter.per_second == 100.0
    assert meter.eta is not None
    assert meter.eta.total_seconds() == 8.0
    assert meter.changed == 190
