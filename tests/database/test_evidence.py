"""What the catalog shows of a step whose end was never recorded, on a real server."""

import pytest

from cockpit.database.connection import Connection
from cockpit.database.evidence import examine
from cockpit.errors import DatabaseError
from cockpit.model.evidence import Evidence, Verdict
from cockpit.sql.effect import effect_of
from tests.databases import Database
from tests.sessions import Connect

BUILD = "CREATE UNIQUE INDEX CONCURRENTLY orders_id ON orders (id)"


@pytest.fixture
def session(connect: Connect, fresh_database: Database) -> Connection:
    """A session on a database with a table that has one id twice."""
    fresh_database.execute(
        "CREATE TABLE orders (id int, note text); INSERT INTO orders VALUES (1), (1)"
    )
    return connect()


def evidence(session: Connection, sql: str) -> Evidence:
    with session.look() as reader:
        return examine(reader, effect_of(sql))


def verdict(session: Connection, sql: str) -> Verdict:
    return evidence(session, sql).verdict


def test_an_index_that_was_never_begun(session: Connection) -> None:
    assert verdict(session, BUILD) is Verdict.NOT_DONE


def test_an_index_that_is_there(session: Connection) -> None:
    session.execute("DELETE FROM orders")
    session.execute(BUILD)
    assert verdict(session, BUILD) is Verdict.DONE
    assert verdict(session, BUILD.replace("orders_id ON", "public.orders_id ON", 0)) is Verdict.DONE


def test_an_index_that_was_cut_off_is_invalid_and_its_remedy_clears_it(
    session: Connection,
) -> None:
    with pytest.raises(DatabaseError, match="could not create unique index"):
        session.execute(BUILD)
    found = evidence(session, BUILD)
    assert found.verdict is Verdict.INVALID
    assert found.remedy == "DROP INDEX CONCURRENTLY public.orders_id"
    assert not found.completes
    session.execute(found.remedy)
    assert verdict(session, BUILD) is Verdict.NOT_DONE


def test_names_that_need_quotes(session: Connection) -> None:
    session.execute('CREATE SCHEMA "My App"; ')
    session.execute('CREATE TABLE "My App"."T" ("A" int)')
    build = 'CREATE INDEX CONCURRENTLY "T""A" ON "My App"."T" ("A")'
    assert verdict(session, build) is Verdict.NOT_DONE
    session.execute(build)
    assert verdict(session, build) is Verdict.DONE
    drop = 'DROP INDEX CONCURRENTLY "My App"."T""A"'
    assert verdict(session, drop) is Verdict.NOT_DONE
    session.execute(drop)
    assert verdict(session, drop) is Verdict.DONE


@pytest.mark.parametrize(
    "namesake",
    [
        "CREATE INDEX orders_id ON orders (id)",
        "CREATE UNIQUE INDEX orders_id ON orders (note)",
        "CREATE UNIQUE INDEX orders_id ON orders (id) WHERE id > 0",
        "CREATE UNIQUE INDEX orders_id ON orders (id) INCLUDE (note)",
        "CREATE UNIQUE INDEX orders_id ON other (id)",
    ],
)
def test_a_namesake_proves_nothing(session: Connection, namesake: str) -> None:
    session.execute("DELETE FROM orders")
    session.execute("CREATE TABLE other (id int)")
    session.execute(namesake)
    found = evidence(session, BUILD)
    assert found.verdict is Verdict.NOT_DONE
    assert found.words.startswith("another index is named public.orders_id: CREATE")


@pytest.mark.parametrize(
    "build",
    [
        "CREATE INDEX CONCURRENTLY i ON orders USING hash (id)",
        "CREATE INDEX CONCURRENTLY i ON orders (lower(note), id DESC NULLS LAST)",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON public.orders (id) INCLUDE (note)",
        "CREATE INDEX CONCURRENTLY i ON orders (id) WHERE note IS NOT NULL AND id > 3",
        "CREATE INDEX CONCURRENTLY i ON orders (note text_pattern_ops) WITH (fillfactor = 50)",
    ],
)
def test_the_server_says_an_index_as_the_file_does(session: Connection, build: str) -> None:
    session.execute(build)
    assert verdict(session, build) is Verdict.DONE


def test_a_label(session: Connection) -> None:
    session.execute("CREATE TYPE mood AS ENUM ('calm')")
    add = "ALTER TYPE mood ADD VALUE 'glad'"
    assert verdict(session, add) is Verdict.NOT_DONE
    session.execute(add)
    assert verdict(session, add) is Verdict.DONE


DETACH = "ALTER TABLE parent DETACH PARTITION child CONCURRENTLY"


@pytest.fixture
def partitioned(session: Connection) -> Connection:
    """The same with a partitioned table."""
    session.execute("CREATE TABLE parent (id int) PARTITION BY LIST (id)")
    session.execute("CREATE TABLE child PARTITION OF parent FOR VALUES IN (1)")
    return session


def test_a_partition_that_is_still_attached_or_detached(partitioned: Connection) -> None:
    assert verdict(partitioned, DETACH) is Verdict.NOT_DONE
    partitioned.execute(DETACH)
    assert verdict(partitioned, DETACH) is Verdict.DONE


def test_a_partition_that_is_gone_tells_nothing(partitioned: Connection) -> None:
    partitioned.execute("DROP TABLE child")
    assert verdict(partitioned, DETACH) is Verdict.UNKNOWN


def test_a_partition_that_is_half_detached_is_ended_by_its_remedy(
    partitioned: Connection, connect: Connect
) -> None:
    holder = connect()
    holder.execute("BEGIN")
    holder.execute("SELECT FROM parent")
    partitioned.execute("SET lock_timeout = '100ms'")
    with pytest.raises(DatabaseError):
        partitioned.execute(DETACH)
    holder.roll_back()
    found = evidence(partitioned, DETACH)
    assert (found.verdict, found.completes) == (Verdict.INVALID, True)
    partitioned.execute(found.remedy)
    assert verdict(partitioned, DETACH) is Verdict.DONE


@pytest.mark.parametrize("sql", ["VACUUM orders", "REINDEX TABLE CONCURRENTLY orders"])
def test_maintenance_may_be_run_again(session: Connection, sql: str) -> None:
    assert verdict(session, sql) is Verdict.NOT_DONE


@pytest.mark.parametrize(
    "sql",
    ["CALL tidy()", "CREATE INDEX CONCURRENTLY ON orders (id)", "not SQL", "SELECT 1; SELECT 2",
     "ALTER TYPE mood RENAME VALUE 'a' TO 'b'", "ALTER SYSTEM SET work_mem = '1GB'"],
)  # fmt: skip
def test_what_leaves_no_name_is_unknown(session: Connection, sql: str) -> None:
    assert verdict(session, sql) is Verdict.UNKNOWN
