"""Whatever a role, a database or a clock was set to, a run is what it says it is."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Condition

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from cockpit.deploy.context import SystemClock
from cockpit.deploy.opening import Limits
from cockpit.deploy.session import Session
from cockpit.errors import Refused
from cockpit.model.attic import Place
from cockpit.model.event import Event, Noted, PhaseStarted
from cockpit.model.goal import Action, Goal
from cockpit.model.ledger_chain import first_break
from cockpit.model.ledger_event import LedgerEvent
from cockpit.model.state import State
from cockpit.settings.dsn import parse
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project

SETTINGS = {
    "statement_timeout": "'60ms'",
    "idle_in_transaction_session_timeout": "'40ms'",
    "idle_session_timeout": "'150ms'",
    "lock_timeout": "'1ms'",
    "default_transaction_read_only": "on",
    "default_transaction_isolation": "serializable",
    "default_transaction_deferrable": "on",
    "row_security": "off",
    "search_path": "nowhere, public",
    "DateStyle": "'German, DMY'",
    "standard_conforming_strings": "off",
}
MIXED = """
-- migrate:up phase:expand
CREATE TABLE t (id int PRIMARY KEY, a text, b text);
INSERT INTO t SELECT g, 'x' FROM generate_series(1, 500) AS g;
SELECT pg_sleep(0.2);
-- migrate:up phase:index transaction:false
CREATE INDEX CONCURRENTLY t_a ON t (a);
-- migrate:up phase:backfill table:t key:id batch:100
UPDATE t SET b = a WHERE id BETWEEN :from AND :to;
-- migrate:down phase:expand
DROP TABLE t;
"""


class Shifted(SystemClock):
    """A machine whose clock is wrong."""

    def __init__(self, by: timedelta) -> None:
        self._by = by

    def now(self) -> datetime:
        return datetime.now(UTC) + self._by

    def wait(self, condition: Condition, seconds: float) -> None:
        condition.wait(seconds)


@pytest.fixture
def hostile(fresh_database: Database) -> Database:
    """Everything is set for the database, as an administrator does it for the application."""
    alter = f"ALTER DATABASE {fresh_database.name} SET"
    fresh_database.execute(";".join(f"{alter} {name} = {v}" for name, v in SETTINGS.items()))
    return fresh_database


@pytest.fixture
def deployer(fresh_database: Database) -> Iterator[str]:
    """A role that is no superuser, and so is refused a connection too many."""
    role = f"deployer_{fresh_database.name}"
    fresh_database.execute(f"CREATE ROLE {role} LOGIN")
    fresh_database.execute(f"GRANT ALL ON DATABASE {fresh_database.name} TO {role}")
    fresh_database.execute(f"GRANT ALL ON SCHEMA public TO {role}")
    yield role
    fresh_database.execute(f"REASSIGN OWNED BY {role} TO postgres; DROP OWNED BY {role}")
    fresh_database.execute(f"DROP ROLE {role}")


def words(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, Noted)]


@pytest.mark.usefixtures("hostile")
def test_settings_of_the_database_decide_nothing_of_a_run(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.write("001_mixed.sql", MIXED)
    project.commit()
    assert run(session).outcome == "done"
    assert session.look().standings[0].state is State.APPLIED
    with psycopg.connect(fresh_database.dsn, options="-c statement_timeout=0") as there:
        assert there.execute("SELECT count(b) FROM t").fetchall() == [(500,)]
    assert first_break(session.events()[::-1]) is None


@pytest.mark.usefixtures("hostile")
def test_a_lock_that_is_held_at_a_gate_outlives_the_limit_for_idle_sessions(
    project: Project, session: Session
) -> None:
    project.native("001", "a", "CREATE TABLE a ();", "DROP TABLE a;")
    project.commit()
    session.look()
    session.arm(None)
    deployment = session.start(session.plan(Goal(Action.APPLY)), lambda event: None, stepwise=True)
    deadline = time.monotonic() + 0.5
    while time.monotonic() < deadline:
        assert deployment.outcome is None
        time.sleep(0.02)
    deployment.proceed()
    outcome = deployment.join(60)
    assert outcome is not None
    assert outcome.outcome == "done"


def test_what_is_kept_is_what_was_there_under_the_lock_also_where_snapshots_are_kept(
    project: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    fresh_database.execute(
        f"ALTER DATABASE {fresh_database.name} SET default_transaction_isolation = serializable"
    )
    session = open_here(limits=Limits(lock_timeout=timedelta(seconds=20)))
    project.native("001", "t", "CREATE TABLE t (id int PRIMARY KEY, a text);", "DROP TABLE t;")
    project.commit()
    assert run(session).outcome == "done"
    project.native("002", "drop", "ALTER TABLE t DROP a;", "ALTER TABLE t ADD a text;")
    project.commit()
    with psycopg.connect(fresh_database.dsn) as writer:
        writer.execute("INSERT INTO t VALUES (1, 'late')")
        session.look()
        session.arm(None)
        goal = Goal(Action.APPLY, keep=Place.DATABASE)
        deployment = session.start(session.plan(goal), lambda event: None, stepwise=False)
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 't'::regclass"
        deadline = time.monotonic() + 60
        while fresh_database.execute(waiting) != [(1,)]:
            assert time.monotonic() < deadline
        writer.commit()
    outcome = deployment.join(60)
    assert outcome is not None
    assert outcome.outcome == "done"
    assert fresh_database.execute("SELECT a FROM cockpit_attic.e1_t") == [("late",)]


def test_names_that_are_found_before_the_catalogs_are_refused(
    project: Project, session: Session, fresh_database: Database
) -> None:
    fresh_database.execute(
        "CREATE SCHEMA evil; CREATE FUNCTION evil.now() RETURNS timestamptz LANGUAGE sql "
        "AS 'SELECT NULL::timestamptz'"
    )
    fresh_database.execute(
        f"ALTER DATABASE {fresh_database.name} SET search_path = evil, pg_catalog, public"
    )
    project.native("001", "a", "CREATE TABLE public.a ();", "DROP TABLE public.a;")
    project.commit()
    session.look()
    session.arm(None)
    plan = session.plan(Goal(Action.APPLY))
    with pytest.raises(Refused, match="evil before pg_catalog"):
        session.start(plan, lambda event: None, stepwise=False)
    assert fresh_database.execute("SELECT to_regclass('public.a') IS NULL") == [(True,)]


def test_two_machines_whose_clocks_are_hours_apart_share_one_history(
    project: Project, open_here: OpenSession, tmp_path: Path
) -> None:
    ahead = open_here(Shifted(timedelta(hours=1)), journal=tmp_path / "ahead")
    behind = open_here(Shifted(timedelta(hours=-1)), journal=tmp_path / "behind")
    for number, session in enumerate([ahead, behind, ahead, behind], start=1):
        project.native(f"{number:03}", "t", f"CREATE TABLE t{number} ();", f"DROP TABLE t{number};")
        project.commit()
        assert run(session).outcome == "done"
    for session in (ahead, behind):
        board = session.look()
        assert {standing.state for standing in board.standings} == {State.APPLIED}
        assert board.unfinished is None
        assert board.schema_drift == ()
        at = [event.at for event in session.events()]
        assert at == sorted(at, reverse=True)
        assert abs(at[0] - datetime.now(UTC)) < timedelta(minutes=5)
    assert run(behind, Goal(Action.ROLLBACK, last_run=True)).outcome == "done"
    assert ahead.look().standings[-1].state is State.ROLLED_BACK


def test_no_connection_more_in_the_middle_of_a_run_costs_the_watching_and_not_the_run(
    project: Project, open_here: OpenSession, fresh_database: Database, deployer: str
) -> None:
    dsn = make_conninfo(fresh_database.dsn, user=deployer)
    session = open_here(dsn=parse(dsn))
    project.native("001", "slow", "CREATE TABLE a (); SELECT pg_sleep(3);", "DROP TABLE a;")
    project.commit()
    events: list[Event] = []

    def hear(event: Event) -> None:
        events.append(event)
        if isinstance(event, PhaseStarted):
            fresh_database.execute(f"ALTER ROLE {deployer} CONNECTION LIMIT 0")
            fresh_database.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity, LATERAL ("
                "SELECT count(*) FROM pg_locks l WHERE l.pid = pg_stat_activity.pid "
                "AND l.locktype = 'advisory') AS held (locks) "
                f"WHERE usename = '{deployer}' AND held.locks = 0"
            )

    session.look()
    session.arm(None)
    deployment = session.start(session.plan(Goal(Action.APPLY)), hear, stepwise=False)
    outcome = deployment.join(60)
    fresh_database.execute(f"ALTER ROLE {deployer} CONNECTION LIMIT -1")
    assert outcome is not None
    assert outcome.outcome == "done"
    too_many = [text for text in words(events) if "too many connections" in text]
    assert len(too_many) == 1


def test_a_forged_event_that_fits_the_chain_is_a_claim_and_the_catalog_contradicts_it(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.native("001", "a", "CREATE TABLE a ();", "DROP TABLE a;")
    project.native("002", "b", "CREATE TABLE b ();", "DROP TABLE b;")
    project.commit()
    run(session, Goal(Action.APPLY, to_version="001"))
    done = next(event for event in session.events() if event.version == "001")
    newest = session.events(limit=1)[0]
    file = session.look().standings[1].migration
    assert file is not None
    forged = LedgerEvent(
        seq=newest.seq + 1, at=newest.at, run="forged", event=done.event, version="002", name="b",
        phase="up", direction=done.direction, checksum=file.checksum, actor="mallory",
        client="psql", detail={"phases": ["up"]},
    ).chained(newest.hash)  # fmt: skip
    fresh_database.execute(
        "INSERT INTO cockpit.ledger (seq, at, run, event, version, name, phase, direction, "
        "checksum, actor, client, detail, previous_hash, hash) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '{\"phases\": [\"up\"]}', %s, %s)",
        forged.seq, forged.at, forged.run, forged.event.value, forged.version, forged.name,
        forged.phase, forged.direction and forged.direction.value, forged.checksum, forged.actor,
        forged.client, forged.previous_hash, forged.hash,
    )  # fmt: skip
    assert first_break(session.events()[::-1]) is None
    assert session.look().standings[1].state is State.APPLIED
    (diagnosis,) = session.diagnose(("002",))
    assert "not there" in str(diagnosis) or "ABSENT" in str(diagnosis).upper()
    assert run(session, Goal(Action.ROLLBACK, only="002")).outcome == "failed"
