"""A real autovacuum in the way of a migration."""

import time
from collections.abc import Iterator

import pytest
from psycopg.conninfo import make_conninfo

from cockpit.deploy.opening import Limits, Opening
from cockpit.deploy.session import Session
from cockpit.embedded.server import EmbeddedServer
from cockpit.model.event import Event, Noted, TryFailed
from cockpit.model.target import Environment
from cockpit.settings.dsn import parse
from tests.databases import chosen_programs, execute
from tests.deploy.conftest import run
from tests.projects import FOLDER, Project

EAGER = {
    "autovacuum": "on",
    "autovacuum_naptime": "1s",
    "autovacuum_vacuum_threshold": "0",
    "autovacuum_vacuum_scale_factor": "0",
    "autovacuum_vacuum_cost_delay": "100ms",
    "autovacuum_vacuum_cost_limit": "1",
}
"""It starts at once and works through a small table for minutes."""
AT_WORK = """
SELECT count(*) FROM pg_stat_activity
 WHERE backend_type = 'autovacuum worker' AND query LIKE '%public.busy%'
"""


@pytest.fixture(scope="module")
def eager() -> Iterator[EmbeddedServer]:
    with EmbeddedServer(chosen_programs(), settings=EAGER) as server:
        yield server


@pytest.fixture
def vacuumed(eager: EmbeddedServer) -> str:
    """A table that autovacuum is at work on."""
    dsn = eager.dsn()
    execute(dsn, "DROP TABLE IF EXISTS busy; DROP SCHEMA IF EXISTS cockpit CASCADE")
    execute(
        dsn, "CREATE TABLE busy AS SELECT i, repeat('x', 500) x FROM generate_series(1, 20000) i"
    )
    execute(dsn, "DELETE FROM busy WHERE i % 2 = 0")
    at_work(dsn)
    return dsn


def at_work(dsn: str) -> None:
    """Come back while autovacuum is in the table."""
    limit = time.monotonic() + 60
    while execute(dsn, AT_WORK) == [(0,)]:
        assert time.monotonic() < limit, "autovacuum never came"
        time.sleep(0.1)


def test_autovacuum_gives_way_within_a_try(project: Project, vacuumed: str) -> None:
    project.native("001", "column", "ALTER TABLE busy ADD COLUMN note text;")
    project.commit()
    session = Session(Opening(project.root, FOLDER, parse(vacuumed), Environment.LOCAL))
    events: list[Event] = []
    outcome = run(session, events=events)
    session.close()
    assert outcome.outcome == "done"
    assert [event for event in events if isinstance(event, TryFailed)] == []


def test_a_role_that_may_not_ask_is_told_what_would_help(project: Project, vacuumed: str) -> None:
    execute(vacuumed, "DROP ROLE IF EXISTS plain")
    execute(vacuumed, "CREATE ROLE plain LOGIN")
    execute(vacuumed, "GRANT CREATE ON DATABASE postgres TO plain; ALTER TABLE busy OWNER TO plain")
    project.native("001", "column", "ALTER TABLE busy ADD COLUMN note text;")
    project.commit()
    plain = parse(make_conninfo(vacuumed, user="plain"))
    at_work(vacuumed)
    limits = Limits(lock_tries=2)
    session = Session(Opening(project.root, FOLDER, plain, Environment.LOCAL, limits=limits))
    events: list[Event] = []
    outcome = run(session, events=events)
    session.close()
    execute(vacuumed, "DROP OWNED BY plain CASCADE; DROP ROLE plain")
    assert outcome.outcome == "failed"
    assert any(isinstance(e, Noted) and "GRANT SET ON PARAMETER" in e.text for e in events)
