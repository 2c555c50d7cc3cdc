"""The fixtures keep their word: tests rely on nothing being shared."""

from collections.abc import Callable

import psycopg
import pytest

from tests.databases import Database, Databases


@pytest.mark.parametrize("turn", [1, 2])
def test_a_fresh_database_is_empty_each_time(fresh_database: Database, turn: int) -> None:
    assert fresh_database.execute("SELECT to_regclass('leftover')") == [(None,)]
    fresh_database.execute("CREATE TABLE leftover (turn int)")


def test_new_databases_do_not_see_each_other(new_database: Callable[[], Database]) -> None:
    staging, production = new_database(), new_database()
    staging.execute("CREATE TABLE only_here ()")
    assert production.execute("SELECT to_regclass('only_here')") == [(None,)]


def test_a_database_is_dropped_though_somebody_is_still_connected(server: Databases) -> None:
    with server.fresh() as database:
        lingering = psycopg.connect(database.dsn)
    with pytest.raises(psycopg.OperationalError):
        lingering.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(database.dsn)


def test_a_copy_has_what_its_template_has(server: Databases) -> None:
    with server.fresh() as template:
        template.execute("CREATE TABLE inherited ()")
        with server.fresh(template.name) as copy:
            assert copy.execute("SELECT to_regclass('inherited')::text") == [("inherited",)]


def test_several_statements_give_the_rows_of_the_last(fresh_database: Database) -> None:
    rows = fresh_database.execute("CREATE TABLE t (a int); INSERT INTO t VALUES (1); TABLE t")
    assert rows == [(1,)]
    assert fresh_database.execute("SELECT a FROM t WHERE a = %s", 1) == [(1,)]
