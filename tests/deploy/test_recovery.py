"""After a timeout, a full disk, a server that went down: what is told is true; resuming ends it."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from cockpit.deploy.opening import Limits, Opening
from cockpit.deploy.session import Session
from cockpit.embedded.server import EmbeddedServer
from cockpit.model.event import Event, PhaseFailed, TryFailed
from cockpit.model.state import State
from cockpit.model.target import Environment
from cockpit.settings.dsn import parse
from tests.databases import Database, chosen_programs, execute
from tests.deploy.conftest import OpenSession, run
from tests.deploy.small_disk import SmallDisk, small_disk
from tests.projects import FOLDER, Project

SHORT = Limits(statement_timeout=timedelta(milliseconds=600))
SLOW = """
CREATE FUNCTION slow(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_sleep(0.01); RETURN n; END $$
"""
THINGS = "CREATE TABLE things (id int PRIMARY KEY, done int NOT NULL DEFAULT 0)"
BACKFILL = (
    "-- migrate:up phase:backfill table:things key:id batch:{batch}\n"
    "UPDATE things SET {set} WHERE id BETWEEN :from AND :to;\n"
)


def states(session: Session) -> dict[str, State]:
    return {standing.version: standing.state for standing in session.look().standings}


def test_a_transaction_over_its_statement_timeout_is_undone_and_says_what_helps(
    project: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    project.native("001", "a", "CREATE TABLE a ();", "DROP TABLE a;")
    project.native("002", "b", "CREATE TABLE b ();\nSELECT pg_sleep(1.2);", "DROP TABLE b;")
    project.commit()
    heard: list[Event] = []
    outcome = run(open_here(limits=SHORT), events=heard)
    assert outcome.outcome == "failed"
    assert outcome.kept == "001 applied"
    assert outcome.undone.startswith("all of 002 up")
    assert "statement_timeout of 0.6 s was over: raise it" in outcome.next_step
    assert fresh_database.execute("SELECT to_regclass('b')") == [(None,)]
    (failed,) = [event for event in heard if isinstance(event, PhaseFailed)]
    assert failed.sqlstate == "57014"
    session = open_here()
    assert states(session) == {"001": State.APPLIED, "002": State.FAILED}
    assert run(session).outcome == "done"


def test_a_concurrent_build_over_its_statement_timeout_leaves_what_is_named_and_cleared(
    project: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    fresh_database.execute(SLOW)
    fresh_database.execute(f"{THINGS}; INSERT INTO things SELECT generate_series(1, 100)")
    project.native(
        "001", "index", "CREATE INDEX CONCURRENTLY slowly ON things (slow(id));",
        "DROP INDEX CONCURRENTLY slowly;", "transaction:false",
    )  # fmt: skip
    project.commit()
    outcome = run(open_here(limits=SHORT))
    assert outcome.outcome == "failed"
    assert "index public.slowly is there but INVALID" in outcome.undone
    session = open_here()
    left = session.look().unfinished
    assert left is not None
    assert "slowly is there but INVALID" in left.kept
    assert "cockpit resume" in left.next_step
    assert run(session).outcome == "done"
    valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'slowly'::regclass"
    assert fresh_database.execute(valid) == [(True,)]


def test_a_batch_over_its_statement_timeout_is_tried_again_at_half_its_size(
    project: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    fresh_database.execute(SLOW)
    fresh_database.execute(f"{THINGS}; INSERT INTO things SELECT generate_series(1, 120)")
    project.write("001_fill.sql", BACKFILL.format(batch=100, set="done = done + slow(id) - id + 1"))
    project.commit()
    heard: list[Event] = []
    assert run(open_here(limits=SHORT), events=heard).outcome == "done"
    assert any(isinstance(e, TryFailed) and e.sqlstate == "57014" for e in heard)
    assert fresh_database.execute("SELECT min(done), max(done) FROM things") == [(1, 1)]


@pytest.fixture
def on_small_disk(tmp_path: Path) -> Iterator[tuple[EmbeddedServer, SmallDisk]]:
    """A server of its own with a tablespace `small` of 4 MB."""
    with EmbeddedServer(chosen_programs(), durable=True) as server:
        place = server.private_folder / "small"
        with small_disk(place, 4) as disk:
            space = place / "space"
            space.mkdir()
            server.confinement.give(space)
            server.confinement.give(place)
            execute_alone(server, f"CREATE TABLESPACE small LOCATION '{space}'")
            yield server, disk
            server.halt()


def execute_alone(server: EmbeddedServer, statement: str) -> None:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute(statement.encode())


def opened(project: Project, server: EmbeddedServer) -> Session:
    return Session(
        Opening(
            repository=project.root, folder=FOLDER, dsn=parse(server.dsn()),
            environment=Environment.LOCAL,
        )
    )  # fmt: skip


WIDE = "repeat(md5(n::text), 30)"


def test_a_full_disk_undoes_the_transaction_and_nothing_else(
    project: Project, on_small_disk: tuple[EmbeddedServer, SmallDisk]
) -> None:
    server, disk = on_small_disk
    project.native("001", "a", "CREATE TABLE a (id int);", "DROP TABLE a;")
    fill = f"INSERT INTO wide SELECT n, {WIDE} FROM generate_series(1, 8000) n;"
    table = "CREATE TABLE wide (id int, words text) TABLESPACE small;\n"
    project.native("002", "wide", table + fill, "DROP TABLE wide;")
    project.commit()
    session = opened(project, server)
    outcome = run(session)
    assert outcome.outcome == "failed"
    assert outcome.kept == "001 applied"
    assert outcome.undone.startswith("all of 002 up")
    assert "disk is full: make room there" in outcome.next_step
    assert states(session) == {"001": State.APPLIED, "002": State.FAILED}
    assert execute(server.dsn(), "SELECT to_regclass('wide')") == [(None,)]
    disk.make_room()
    assert run(session).outcome == "done"
    assert execute(server.dsn(), "SELECT count(*) FROM wide") == [(8000,)]
    session.close()


def test_a_disk_that_fills_up_during_a_backfill_keeps_its_batches(
    project: Project, on_small_disk: tuple[EmbeddedServer, SmallDisk]
) -> None:
    server, disk = on_small_disk
    execute(
        server.dsn(),
        "CREATE TABLE things (id int PRIMARY KEY, done int NOT NULL DEFAULT 0, words text) "
        "TABLESPACE small; INSERT INTO things SELECT generate_series(1, 8000)",
    )
    words = WIDE.replace("n::text", "id::text")
    project.write(
        "001_fill.sql", BACKFILL.format(batch=200, set=f"done = done + 1, words = {words}")
    )
    project.commit()
    session = opened(project, server)
    outcome = run(session)
    assert outcome.outcome == "failed"
    assert "every backfill batch that was committed" in outcome.kept
    (done,) = execute(server.dsn(), "SELECT count(*) FROM things WHERE done = 1")[0]
    assert 0 < done < 8000
    left = session.look().unfinished
    assert left is not None
    assert f"{done} rows backfilled" in left.kept
    disk.make_room()
    assert run(session).outcome == "done"
    assert execute(server.dsn(), "SELECT min(done), max(done) FROM things") == [(1, 1)]
    session.close()


def test_a_server_that_goes_down_for_lack_of_room_is_asked_when_it_is_back(
    project: Project, tmp_path: Path
) -> None:
    """PostgreSQL ends with a PANIC when its log (WAL) finds no room."""
    with EmbeddedServer(chosen_programs(), durable=True) as server:
        execute(server.dsn(), "CREATE TABLE told ()")
        server.halt()
        log = server.private_folder / "data" / "pg_wal"
        kept = server.private_folder / "wal"
        with small_disk(kept, 12) as disk:
            shutil.move(log, kept / "log")
            log.symlink_to(kept / "log")
            server.confinement.give(kept)
            server.restart()
            project.native("001", "a", "CREATE TABLE a (id int);", "DROP TABLE a;")
            fill = f"CREATE TABLE wide AS SELECT n, {WIDE} AS w FROM generate_series(1, 40000) n;"
            project.native("002", "wide", fill, "DROP TABLE wide;")
            project.commit()
            session = opened(project, server)
            outcome = run(session)
            assert outcome.outcome == "failed"
            assert outcome.kept == "001 applied"
            assert outcome.undone.startswith(("not known: 002 up", "all of 002 up"))
            disk.make_room()
            server.restart()
            after = opened(project, server)
            board = after.look()
            assert board.unfinished is not None
            assert "001: applied before it broke off" in board.unfinished.kept
            assert states(after) == {"001": State.APPLIED, "002": State.PENDING}
            assert run(after).outcome == "done"
            assert execute(server.dsn(), "SELECT count(*) FROM wide") == [(40000,)]
            session.close()
            after.close()
            server.halt()
