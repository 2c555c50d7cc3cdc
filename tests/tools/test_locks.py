"""Which tool holds its deployment lock in this database, whoever's files we look at."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from cockpit.database import deployment_lock
from cockpit.database.identity import read_identity
from cockpit.model.locks import AdvisoryKey, LockHolder
from cockpit.tools.flyway import java_hash, lock_key
from cockpit.tools.golang_migrate import advisory_key
from cockpit.tools.locks import known_keys, shut_out, table_locks, verdict, with_verdicts
from tests.databases import Database
from tests.deploy.conftest import OpenSession
from tests.projects import Project
from tests.sessions import Connect


def held(connect: Connect) -> tuple[LockHolder, ...]:
    with connect(read_only=True).look() as reader:
        keys = known_keys(reader, read_identity(reader))
        return (*deployment_lock.observe(reader, keys), *table_locks(reader))


@pytest.fixture
def other(fresh_database: Database) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(fresh_database.dsn, autocommit=True) as connection:
        yield connection


def test_keys_are_those_that_the_tools_were_seen_to_take_vectors() -> None:
    assert java_hash('"public"."flyway_schema_history"') == 2125624436
    assert lock_key("public", "flyway_schema_history") == 77433833903597
    assert advisory_key("gm", "public", "schema_migrations") == 1418081039
    assert advisory_key("/gm", "public", "schema_migrations") == 3596941855


def test_it_is_said_whom_our_lock_keeps_out_and_whom_not() -> None:
    ours = deployment_lock.COCKPIT_KEY
    assert shut_out("cockpit", [ours]) == "other cockpits"
    assert shut_out("dbmate", [ours]) == "other cockpits; dbmate takes no lock and goes on"
    assert shut_out("flyway", [ours, AdvisoryKey("flyway", 1)]) == "other cockpits and flyway"
    assert shut_out("liquibase", [ours], by_row=True) == "other cockpits and liquibase"
    library = AdvisoryKey("goose", 1, "library")
    assert "programs with goose inside; its command takes no lock" in shut_out("goose", [library])
    command = AdvisoryKey("golang-migrate", 1, "command line")
    embedded = AdvisoryKey("golang-migrate", 2, "library")
    assert shut_out("golang-migrate", [command, embedded]) == "other cockpits and golang-migrate"


def test_every_key_is_known_and_no_two_tools_share_one(connect: Connect) -> None:
    with connect(read_only=True).look() as reader:
        keys = known_keys(reader, read_identity(reader))
    assert len({key.key for key in keys}) == len(keys)
    assert {key.tool for key in keys} >= {
        "atlas", "flyway", "golang-migrate", "goose", "node-pg-migrate", "prisma", "rails",
        "reshape", "sqitch", "sqlx",
    }  # fmt: skip


def test_each_of_them_is_shown_when_it_is_held(
    connect: Connect, other: psycopg.Connection[tuple[object, ...]]
) -> None:
    with connect(read_only=True).look() as reader:
        keys = known_keys(reader, read_identity(reader))
    for key in keys:
        other.execute("SELECT pg_advisory_lock(%s)", (key.key,))
    found = held(connect)
    assert {(holder.key.tool, holder.key.key) for holder in found} == {
        (key.tool, key.key) for key in keys
    }
    assert {holder.pid for holder in found} == {other.info.backend_pid}


def test_a_row_of_liquibase_is_shown_and_never_called_stale(
    connect: Connect, fresh_database: Database
) -> None:
    fresh_database.execute(
        "CREATE TABLE databasechangeloglock (id int PRIMARY KEY, locked boolean NOT NULL, "
        "lockgranted timestamp, lockedby varchar(255));"
        "INSERT INTO databasechangeloglock VALUES (1, true, now(), 'ci-7 (10.9.8.7)')"
    )
    (holder,) = held(connect)
    assert (holder.key.tool, holder.user, holder.pid) == ("liquibase", "ci-7 (10.9.8.7)", 0)
    assert "cannot be told" in holder.state
    assert "no session from 10.9.8.7" in holder.state
    fresh_database.execute("UPDATE databasechangeloglock SET locked = false")
    assert held(connect) == ()


def test_a_row_of_knex_is_shown_without_an_owner(
    connect: Connect, fresh_database: Database
) -> None:
    fresh_database.execute(
        "CREATE TABLE knex_migrations_lock (index serial PRIMARY KEY, is_locked int);"
        "INSERT INTO knex_migrations_lock (is_locked) VALUES (1)"
    )
    (holder,) = held(connect)
    assert (holder.key.tool, holder.place) == ("knex", "public.knex_migrations_lock")


def test_ectos_table_lock_is_shown(
    connect: Connect, other: psycopg.Connection[tuple[object, ...]]
) -> None:
    other.execute("CREATE TABLE schema_migrations (version bigint, inserted_at timestamp)")
    with other.transaction():
        other.execute("LOCK TABLE schema_migrations IN SHARE UPDATE EXCLUSIVE MODE")
        (holder,) = held(connect)
    assert (holder.key.tool, holder.pid) == ("ecto", other.info.backend_pid)


@pytest.mark.parametrize(
    ("state", "seconds", "application", "word"),
    [
        ("active", 900.0, "flyway", "works"),
        ("idle", 3.0, "flyway", "alive"),
        ("idle in transaction", 3.0, "flyway", "CONCURRENTLY"),
        ("idle", 900.0, "pgbouncer", "behind a pooler: probably stranded"),
        ("idle", 900.0, "migrate", "forgotten"),
        (None, None, None, "may not see"),
    ],
)
def test_a_sessions_state_says_what_its_lock_is_worth(
    state: str | None, seconds: float | None, application: str | None, word: str
) -> None:
    assert word in verdict(state, seconds, application)


def test_the_board_shows_a_lock_of_a_tool_that_is_not_the_projects(
    project: Project,
    open_here: OpenSession,
    other: psycopg.Connection[tuple[object, ...]],
) -> None:
    project.native("001", "a", "SELECT 1;")
    project.commit()
    other.execute("SELECT pg_advisory_lock(72707369)")
    (holder,) = open_here().look().holders
    assert (holder.key.tool, holder.verdict) == ("prisma", "alive: idle between two statements")


def test_of_a_holder_that_waits_it_is_told_for_whom(
    connect: Connect, other: psycopg.Connection[tuple[object, ...]], fresh_database: Database
) -> None:
    fresh_database.execute("CREATE TABLE orders (id int)")
    other.execute("SET application_name = 'forgotten'")
    other.execute("BEGIN")
    other.execute("LOCK orders")
    holder, looker = connect(), connect(read_only=True)
    deployment_lock.take(holder, [deployment_lock.COCKPIT_KEY])
    deadline = time.monotonic() + 60
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(holder.execute, "TRUNCATE orders")
        told = ""
        while not told.startswith("its session waits for") and time.monotonic() < deadline:
            with looker.look() as reader:
                found = deployment_lock.observe(reader, [deployment_lock.COCKPIT_KEY])
                told = with_verdicts(reader, found)[0].verdict
        other.rollback()
        waiting.result(60)
    assert told == f"its session waits for {other.info.backend_pid} forgotten"
