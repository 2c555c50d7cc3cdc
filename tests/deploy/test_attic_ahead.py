"""What is dropped is copied before its lock is taken; under the lock the copy is made the truth."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from time import monotonic, sleep

import psycopg
import pytest

from cockpit.deploy.opening import Limits
from cockpit.deploy.session import Session
from cockpit.model.attic import Place
from cockpit.model.event import Event, Noted, TryFailed
from cockpit.model.goal import Action, Goal
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project

KEPT = "SELECT * FROM cockpit_attic.e1_t ORDER BY id"
BASE = """
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (id bigint PRIMARY KEY, a text, m mood);
INSERT INTO t SELECT g, 'v' || g, 'ok' FROM generate_series(1, 2000) AS g;
"""
ADD = "ALTER TABLE t ADD a text, ADD m mood;"


@pytest.fixture(params=[Place.DATABASE, Place.FILE])
def place(request: pytest.FixtureRequest) -> Place:
    """Both attics."""
    found: Place = request.param
    return found


@pytest.fixture
def session(open_here: OpenSession, tmp_path: Path) -> Session:
    """One that copies every table beforehand, however small."""
    return open_here(attic=tmp_path / "attic", limits=Limits(copy_beforehand=0))


@pytest.fixture
def ready(project: Project, session: Session) -> Project:
    """The table is there, and the next migration drops two columns of it."""
    project.native("001", "base", BASE)
    project.commit()
    run(session)
    project.native("002", "drop", "ALTER TABLE t DROP a, DROP m;", ADD)
    project.commit()
    return project


def words(events: list[Event]) -> str:
    return " | ".join(event.text for event in events if isinstance(event, Noted))


@contextmanager
def in_the_way(database: Database, written: str, until: Callable[[], bool]) -> Iterator[None]:
    """A session whose lock keeps the drop out until it has written too."""
    with psycopg.connect(database.dsn) as reader:
        reader.execute("SELECT FROM t LIMIT 1")

        def write() -> None:
            last = monotonic() + 30
            while not until():
                assert monotonic() < last
                sleep(0.01)
            for statement in filter(None, written.split("; ")):
                reader.execute(statement.encode())
            reader.commit()

        writer = Thread(target=write)
        writer.start()
        try:
            yield
        finally:
            writer.join()


def drop_while(
    session: Session, database: Database, place: Place, written: str
) -> tuple[list[Event], list[tuple[object, ...]]]:
    """Drop with the data kept; `written` is committed between the copy and the lock."""
    events: list[Event] = []
    tried = lambda: any(isinstance(event, TryFailed) for event in events)  # noqa: E731
    with in_the_way(database, written, tried):
        before = run(session, Goal(Action.APPLY, keep=place), events)
    assert before.outcome == "done"
    return events, database.execute("SELECT id FROM t ORDER BY id")


CHANGES = {
    "nothing": "",
    "an insert": "INSERT INTO t VALUES (9001, 'new', 'sad')",
    "updates": "UPDATE t SET a = 'changed' WHERE id % 7 = 0",
    "deletes": "DELETE FROM t WHERE id % 5 = 0",
    "a key that changes": "UPDATE t SET id = id + 50000 WHERE id = 3",
    "a row for another": "DELETE FROM t WHERE id = 4; INSERT INTO t VALUES (9004, 'x', 'ok')",
    "the same row again": "DELETE FROM t WHERE id = 5; INSERT INTO t VALUES (5, 'y', 'sad')",
    "everything": "TRUNCATE t; INSERT INTO t VALUES (1, 'only', NULL)",
    "a label": "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'",
    "another order": "CLUSTER t USING t_pkey",
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_written_between_the_copy_and_the_lock_is_kept_exactly(
    ready: Project, session: Session, fresh_database: Database, place: Place, change: str
) -> None:
    events, there = drop_while(session, fresh_database, place, CHANGES[change])
    assert "2,000 rows are copied beforehand" in words(events)
    (entry,) = session.attic()
    assert entry.rows == len(there)
    fresh_database.execute("UPDATE t SET id = id")
    assert run(session, Goal(Action.ROLLBACK, restore=True)).outcome == "done"
    assert fresh_database.execute("SELECT count(*), count(a) FROM t") == [(len(there), len(there))]
    changed = {
        "updates": ("SELECT count(*) FROM t WHERE a = 'changed'", 285),
        "an insert": ("SELECT count(*) FROM t WHERE id = 9001 AND m = 'sad'", 1),
        "the same row again": ("SELECT count(*) FROM t WHERE (id, a) = (5, 'y')", 1),
        "a label": ("SELECT count(*) FROM t WHERE m = 'fine'", 2000),
        "everything": ("SELECT count(*) FROM t WHERE a = 'only'", 1),
    }
    if change in changed:
        asked, expected = changed[change]
        assert fresh_database.execute(asked) == [(expected,)]


def test_an_update_of_a_subtransaction_that_was_open_at_the_copy_is_not_missed(
    ready: Project, session: Session, fresh_database: Database
) -> None:
    events: list[Event] = []
    with psycopg.connect(fresh_database.dsn) as writer:
        writer.execute("SELECT txid_current()")
        writer.execute("SAVEPOINT s")
        writer.execute("UPDATE t SET a = 'late' WHERE id <= 3")
        writer.execute("RELEASE s")
        committed = Flag()

        def commit() -> None:
            last = monotonic() + 30
            while not any(isinstance(event, TryFailed) for event in events):
                assert monotonic() < last
                sleep(0.01)
            writer.commit()
            committed.set()

        thread = Thread(target=commit)
        thread.start()
        goal = Goal(Action.APPLY, keep=Place.DATABASE)
        assert run(session, goal, events).outcome == "done"
        thread.join()
    assert committed.is_set()
    kept = fresh_database.execute("SELECT count(*) FROM cockpit_attic.e1_t WHERE a = 'late'")
    assert kept == [(3,)]
    assert len(fresh_database.execute(KEPT)) == 2000


def test_a_drop_that_fails_leaves_nothing_of_the_copy(
    project: Project, session: Session, fresh_database: Database, place: Place, tmp_path: Path
) -> None:
    project.native("001", "base", BASE)
    project.native("002", "drop", "ALTER TABLE t DROP a; SELECT 1 / 0;")
    project.commit()
    run(session, Goal(Action.APPLY, to_version="001"))
    events: list[Event] = []
    assert run(session, Goal(Action.APPLY, keep=place), events).outcome == "failed"
    assert "are copied beforehand" in words(events)
    assert session.attic() == ()
    left = "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace('cockpit_attic')"
    assert fresh_database.execute(left) == [(0,)]
    assert list((tmp_path / "attic").glob("*")) == []


def test_what_a_killed_run_copied_is_cleared_away_by_the_next_copy(
    ready: Project, session: Session, fresh_database: Database
) -> None:
    fresh_database.execute(
        "CREATE SCHEMA cockpit_attic; CREATE TABLE cockpit_attic.e1_t (id int);"
        "COMMENT ON TABLE cockpit_attic.e1_t IS 'Copied beforehand by the cockpit, for a drop';"
    )
    assert run(session, Goal(Action.APPLY, keep=Place.DATABASE)).outcome == "done"
    assert len(fresh_database.execute(KEPT)) == 2000


def test_steps_before_the_drop_that_change_the_rows_count(
    project: Project, session: Session, fresh_database: Database, place: Place
) -> None:
    project.native("001", "base", BASE)
    project.commit()
    run(session)
    project.native(
        "002", "drop",
        "UPDATE t SET a = 'then' WHERE id = 1; ALTER TABLE t RENAME a TO x;"
        "ALTER TABLE t ADD a text DEFAULT 'another'; ALTER TABLE t DROP a;",
        "ALTER TABLE t ADD a text;",
    )  # fmt: skip
    project.commit()
    goal = Goal(Action.APPLY, keep=place)
    assert run(session, goal).outcome == "done"
    fresh_database.execute("ALTER TABLE t DROP x")
    assert run(session, Goal(Action.ROLLBACK, restore=True)).outcome == "done"
    assert fresh_database.execute("SELECT count(*) FROM t WHERE a = 'another'") == [(2000,)]
