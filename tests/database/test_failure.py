"""The server's errors in the operator's words, at the place where they are."""

import pytest

from cockpit.database.connection import Connection
from cockpit.errors import DatabaseError, PrivilegeMissing, Unreachable
from tests.databases import Database
from tests.sessions import Connect


@pytest.fixture
def session(connect: Connect) -> Connection:
    """A session that may write."""
    return connect()


def failure(session: Connection, sql: str) -> DatabaseError:
    with pytest.raises(DatabaseError) as told:
        session.execute(sql)
    return told.value


@pytest.mark.parametrize(
    ("sql", "line", "column"),
    [
        ("SELECT nothing", 1, 8),
        ("SELECT 1,\n       nothing", 2, 8),
        ("SELECT 'ä€😀', nothing", 1, 15),
        ("SELECT 'ä\n€', nothing", 2, 5),
        ("\n\n\tSELECT nothing", 3, 9),
        ("SELECT 1,\r\n  nothing", 2, 3),
    ],
)
def test_line_and_column_are_those_of_the_statement(
    session: Connection, sql: str, line: int, column: int
) -> None:
    error = failure(session, sql)
    assert (error.line, error.column, error.sqlstate) == (line, column, "42703")
    assert error.what == 'column "nothing" does not exist'
    assert error.statement == sql


def test_an_error_without_a_place_has_none(session: Connection) -> None:
    error = failure(session, "SELECT 1/0")
    assert (error.line, error.column, error.sqlstate) == (None, None, "22012")


def test_the_servers_detail_and_hint_are_kept(session: Connection) -> None:
    session.execute("CREATE TABLE t (a int UNIQUE)")
    session.execute("INSERT INTO t VALUES (1)")
    assert failure(session, "INSERT INTO t VALUES (1)").what == (
        'duplicate key value violates unique constraint "t_a_key" (Key (a)=(1) already exists.)'
    )
    assert "explicit type casts" in failure(session, "SELECT date '2026-01-01' + now()").next_step


def test_nobody_is_told_to_drop_what_he_has_not_named(session: Connection) -> None:
    session.execute("CREATE TABLE t (a int)")
    session.execute("CREATE VIEW v AS SELECT a FROM t")
    error = failure(session, "DROP TABLE t")
    assert error.sqlstate == "2BP01"
    assert "CASCADE" not in error.next_step


def test_a_missing_privilege_is_one(session: Connection) -> None:
    session.execute("CREATE TABLE secrets ()")
    session.execute("SET ROLE pg_monitor")
    error = failure(session, "TABLE secrets")
    assert isinstance(error, PrivilegeMissing)
    assert error.what == "permission denied for table secrets"


def test_a_timeout_that_ends_the_session_is_a_lost_one(
    session: Connection, fresh_database: Database
) -> None:
    session.execute("SET idle_in_transaction_session_timeout = 1")
    session.execute("BEGIN")
    count = f"SELECT count(*) FROM pg_stat_activity WHERE pid = {session.announced_pid}"
    while fresh_database.execute(count) == [(1,)]:
        pass
    error = failure(session, "SELECT 1")
    assert isinstance(error, Unreachable)
    assert error.kept == "What was committed before is kept."


def test_a_statement_that_took_too_long_leaves_the_session(session: Connection) -> None:
    session.execute("SET statement_timeout = 1")
    error = failure(session, "SELECT pg_sleep(5)")
    assert (error.sqlstate, isinstance(error, Unreachable)) == ("57014", False)
    assert not session.closed


def test_what_this_side_refuses_is_an_error_too(session: Connection) -> None:
    assert failure(session, "COPY pg_class TO STDOUT").sqlstate is None
