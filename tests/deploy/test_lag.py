"""A real standby that lies behind: it is seen, it slows the backfill, and silence is no consent."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from cockpit.database.connection import Connection
from cockpit.deploy.lag import Lag
from cockpit.deploy.opening import Opening
from cockpit.deploy.running import Running
from cockpit.deploy.session import Session
from cockpit.embedded.server import EmbeddedServer
from cockpit.errors import Unreachable
from cockpit.model.event import Event, StepThrottled
from cockpit.model.goal import Action, Goal
from cockpit.model.target import Environment
from cockpit.model.tuning import Tuning
from cockpit.settings.dsn import parse
from tests.databases import chosen_programs, execute
from tests.projects import FOLDER, Project
from tests.standby import NAME, Standby, standby_of


@pytest.fixture(scope="module")
def primary() -> Iterator[EmbeddedServer]:
    with EmbeddedServer(chosen_programs(), durable=True) as server:
        yield server


@pytest.fixture
def standby(primary: EmbeddedServer) -> Iterator[Standby]:
    execute(primary.dsn(), "DROP TABLE IF EXISTS things; DROP SCHEMA IF EXISTS cockpit CASCADE")
    execute(primary.dsn(), "CREATE TABLE things (id int PRIMARY KEY, done int NOT NULL DEFAULT 0)")
    execute(primary.dsn(), "INSERT INTO things SELECT generate_series(1, 400)")
    with standby_of(primary) as standby:
        yield standby


def connected(dsn: str) -> Connection:
    return Connection.open(parse(dsn), None, application="test", read_only=True)


def nowhere(address: str) -> Connection:
    raise Unreachable(f"{address} is not there.")


def backfill(project: Project) -> None:
    project.write(
        "001_fill.sql",
        "-- migrate:up phase:backfill table:things key:id batch:40 batch-time:200 max-lag:1\n"
        "UPDATE things SET done = done + 1 FROM (SELECT pg_sleep(0.2)) nap "
        "WHERE id BETWEEN :from AND :to;\n",
    )
    project.commit()


def started(
    project: Project, primary: EmbeddedServer, heard: list[Event], *replicas: str
) -> tuple[Session, Running]:
    session = Session(
        Opening(
            project.root, FOLDER, parse(primary.dsn()), Environment.LOCAL, replicas=replicas,
        )
    )  # fmt: skip
    session.arm(None)
    plan = session.plan(Goal(Action.APPLY))
    return session, session.start(plan, heard.append, stepwise=False)


def told(heard: list[Event], words: str) -> None:
    """Come back when the backfill has said that it waits for this."""
    until = time.monotonic() + 60
    while not any(isinstance(e, StepThrottled) and words in e.reason for e in heard):
        assert time.monotonic() < until, heard
        time.sleep(0.02)


def address(standby: Standby) -> str:
    return f"{conninfo_to_dict(standby.dsn)['host']}:5432"


def test_a_standby_that_replays_nothing_is_seen_to_fall_behind(
    primary: EmbeddedServer, standby: Standby
) -> None:
    connection, other = connected(primary.dsn()), connected(standby.dsn)
    lag = Lag((address(standby),), lambda _: other, time.monotonic)
    standby.caught_up()
    lag.measure(connection)
    standby.execute("SELECT pg_wal_replay_pause()")
    until = time.monotonic() + 60
    while (lag.measure(connection).get(NAME) or 0.0) < 0.7:
        execute(primary.dsn(), "UPDATE things SET done = done WHERE id = 1")
        assert time.monotonic() < until
        time.sleep(0.05)
    asked = lag.measure(connection)[address(standby)]
    assert asked is not None
    assert asked > 0.7
    standby.execute("SELECT pg_wal_replay_resume()")
    standby.caught_up()
    while lag.measure(connection)[address(standby)] != 0.0:
        assert time.monotonic() < until
        time.sleep(0.05)
    lag.close()
    connection.close()


def test_a_backfill_waits_for_a_standby_that_lies_behind(
    project: Project, primary: EmbeddedServer, standby: Standby
) -> None:
    standby.lag_by(1500)
    backfill(project)
    heard: list[Event] = []
    session, deployment = started(project, primary, heard)
    told(heard, f"{NAME} lies ")
    outcome = deployment.join(60)
    assert outcome is not None
    assert outcome.outcome == "done"
    assert execute(primary.dsn(), "SELECT min(done), max(done) FROM things") == [(1, 1)]
    session.close()


@pytest.mark.parametrize("name", ["replica-2", "192.0.2.1:5432"], ids=["a name", "an address"])
def test_a_named_replica_that_does_not_answer_makes_it_wait(
    name: str, project: Project, primary: EmbeddedServer, standby: Standby, tmp_path: Path
) -> None:
    backfill(project)
    heard: list[Event] = []
    silent = name if ":" not in name else f"{tmp_path}:5432"
    session, deployment = started(project, primary, heard, silent)
    told(heard, "does not answer, so nobody knows how far it lies behind")
    deployment.hold()
    outcome = deployment.join(60)
    assert outcome is not None
    assert outcome.outcome == "held"
    assert execute(primary.dsn(), "SELECT max(done) FROM things") == [(0,)]
    session.close()


def test_a_named_replica_is_asked_itself(
    project: Project, primary: EmbeddedServer, standby: Standby
) -> None:
    standby.lag_by(60_000)
    backfill(project)
    heard: list[Event] = []
    session, deployment = started(project, primary, heard, address(standby), NAME)
    told(heard, " s behind, 1 s are allowed")
    deployment.tune(Tuning(max_lag=3600))
    outcome = deployment.join(60)
    assert outcome is not None
    assert outcome.outcome == "done"
    session.close()


def test_a_standby_that_goes_away_meanwhile_is_missed(
    project: Project, primary: EmbeddedServer, standby: Standby
) -> None:
    backfill(project)
    heard: list[Event] = []
    session, deployment = started(project, primary, heard)
    until = time.monotonic() + 60
    while execute(primary.dsn(), "SELECT max(done) FROM things") == [(0,)]:
        assert time.monotonic() < until
    standby.cut_off()
    told(heard, f"{NAME} does not answer")
    deployment.hold()
    assert deployment.join(60) is not None
    session.close()
