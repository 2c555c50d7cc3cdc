"""A session does what it says: reads only, begins only what it ends, and keeps secrets."""

import traceback

import psycopg
import pytest

from cockpit.database.connection import Connection
from cockpit.database.identity import read_identity
from cockpit.errors import DatabaseError, Unreachable
from cockpit.settings.dsn import parse
from cockpit.settings.secret import Secret
from tests.databases import Database
from tests.sessions import Connect

PLANTED = "pl4nted-s3cret"


def test_a_read_only_session_refuses_to_write(connect: Connect) -> None:
    session = connect(read_only=True)
    with pytest.raises(DatabaseError) as refused:
        session.execute("CREATE TABLE t ()")
    assert refused.value.sqlstate == "25006"
    assert session.rows("SELECT 1") == [(1,)]


def test_a_look_refuses_to_write_on_a_session_that_may(connect: Connect) -> None:
    session = connect()
    with pytest.raises(DatabaseError, match="read-only transaction"), session.look() as look:
        look.execute("CREATE TABLE t ()")
    assert session.execute("CREATE TABLE t ()") is None


def test_dates_are_read_however_the_database_writes_them(
    connect: Connect, fresh_database: Database
) -> None:
    fresh_database.execute(f"""
      ALTER DATABASE {fresh_database.name} SET DateStyle = 'German, DMY';
      ALTER DATABASE {fresh_database.name} SET IntervalStyle = 'sql_standard';
    """)
    session = connect()
    moment, span = session.rows("SELECT '03.02.2024 12:00'::timestamp, interval '1 02:03'")[0]
    assert (moment.day, moment.month) == (3, 2)
    assert span.total_seconds() == 93780


def test_a_look_is_one_moment(connect: Connect, fresh_database: Database) -> None:
    fresh_database.execute("CREATE TABLE t AS SELECT 1 AS a")
    with connect(read_only=True).look() as look:
        before = look.rows("TABLE t")
        fresh_database.execute("INSERT INTO t VALUES (2)")
        assert look.rows("TABLE t") == before


def test_a_look_does_not_wait_long_for_a_lock(connect: Connect, fresh_database: Database) -> None:
    fresh_database.execute("CREATE TABLE t ()")
    with psycopg.connect(fresh_database.dsn) as holder:
        holder.execute("LOCK TABLE t")
        with pytest.raises(DatabaseError) as told, connect(read_only=True).look() as look:
            look.rows("TABLE t")
    assert told.value.sqlstate == "55P03"


def test_a_look_leaves_no_setting_behind(connect: Connect) -> None:
    session = connect(read_only=True)
    before = session.rows("SHOW statement_timeout")
    with session.look() as look:
        assert look.rows("SHOW statement_timeout") == [("5s",)]
    assert session.rows("SHOW statement_timeout") == before != [("5s",)]


def test_a_transaction_is_kept_whole_or_not_at_all(
    connect: Connect, fresh_database: Database
) -> None:
    session = connect()
    with session.transaction():
        session.execute("CREATE TABLE kept ()")
    with pytest.raises(DatabaseError), session.transaction():
        session.execute("CREATE TABLE lost AS SELECT 1/0")
    names = "SELECT to_regclass('kept')::text, to_regclass('lost')::text"
    assert fresh_database.execute(names) == [("kept", None)]


def test_a_failure_that_was_swallowed_is_not_committed_in_silence(connect: Connect) -> None:
    session = connect()
    session.execute("BEGIN")
    session.execute("CREATE TABLE t ()")
    with pytest.raises(DatabaseError, match="division by zero"):
        session.execute("SELECT 1/0")
    with pytest.raises(DatabaseError, match="rolled back what it was asked to commit"):
        session.execute("COMMIT")
    assert session.rows("SELECT to_regclass('t')") == [(None,)]


def test_what_another_part_left_open_is_undone_and_not_committed(connect: Connect) -> None:
    session = connect()
    session.execute("BEGIN")
    session.execute("CREATE TABLE half ()")
    with pytest.raises(DatabaseError, match="still open"), session.transaction():
        pytest.fail("nothing is begun")
    assert session.rows("SELECT to_regclass('half')") == [(None,)]
    with session.transaction():
        session.execute("CREATE TABLE whole ()")


def test_a_session_that_the_server_ended_is_closed_and_unreachable(connect: Connect) -> None:
    session, other = connect(), connect()
    other.rows("SELECT pg_terminate_backend(%s, 5000)", (session.announced_pid,))
    with pytest.raises(Unreachable):
        session.rows("SELECT 1")
    assert session.closed
    session.roll_back()


def test_a_statement_can_be_cancelled_from_another_thread(connect: Connect) -> None:
    from threading import Thread

    session, other = connect(), connect()
    running = "SELECT FROM pg_stat_activity WHERE pid = %s AND query LIKE '%%pg_sleep%%'"

    def cancel_once_it_runs() -> None:
        while not other.rows(running, (session.announced_pid,)):
            other.rows("SELECT pg_stat_clear_snapshot()::text")
        session.cancel()

    Thread(target=cancel_once_it_runs, daemon=True).start()
    with pytest.raises(DatabaseError) as told:
        session.execute("SELECT pg_sleep(300)")
    assert told.value.sqlstate == "57014"
    assert not session.closed
    assert not isinstance(told.value, Unreachable)


def test_bounds_of_a_batch_take_the_types_of_the_statement(connect: Connect) -> None:
    session = connect()
    session.execute("CREATE TABLE t AS SELECT i AS id FROM generate_series(1, 10) i")
    assert session.execute_bound("DELETE FROM t WHERE id BETWEEN $1 AND $2", ("3", "5")) == 3


def test_a_percent_sign_in_a_statement_is_just_one(connect: Connect) -> None:
    assert connect().rows("SELECT 'a%sb', 7 % 4") == [("a%sb", 3)]


def test_rows_of_a_statement_of_unknown_kind(connect: Connect) -> None:
    session = connect()
    assert session.answers("SELECT true") == [(True,)]
    assert session.answers("CREATE TABLE t ()") is None


def test_notices_are_passed_on(connect: Connect) -> None:
    session = connect()
    heard: list[str] = []
    session.on_notice(heard.append)
    session.execute("DO $$ BEGIN RAISE WARNING 'look out'; END $$")
    assert heard == ["WARNING: look out"]


def test_the_place_names_neither_user_nor_folder(
    connect: Connect, fresh_database: Database
) -> None:
    place = connect().place
    assert place.startswith(f"{fresh_database.name}@")
    assert "/" not in place


def test_the_identity_is_read_from_the_server(connect: Connect, fresh_database: Database) -> None:
    identity = read_identity(connect(read_only=True))
    ((oid, version),) = fresh_database.execute(
        "SELECT oid::bigint, current_setting('server_version_num')::int FROM pg_database "
        "WHERE datname = current_database()"
    )
    assert (identity.database, identity.database_oid) == (fresh_database.name, oid)
    assert (identity.server_version, identity.in_recovery) == (version, False)
    assert identity.system_identifier.isdecimal()


def test_a_role_without_the_privilege_has_no_system_identifier(
    connect: Connect, fresh_database: Database
) -> None:
    fresh_database.execute("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
    session = connect()
    session.execute("SET ROLE pg_monitor")
    assert read_identity(session).system_identifier == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"host": "127.0.0.1", "port": "1"},
        {"dbname": "there_is_none"},
        {"user": "there_is_none"},
        {"pasword": PLANTED},
        {"sslmode": "verify-full", "host": "localhost", "port": "1"},
        {"options": "-c no_such_setting=1"},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_a_planted_password_is_in_no_error(
    fresh_database: Database, changes: dict[str, str]
) -> None:
    pairs = parse(fresh_database.dsn)
    text = " ".join(f"{k}='{v}'" for k, v in (dict(pairs.parameters) | changes).items())
    dsn = parse(f"{text} password='{PLANTED}'")
    with pytest.raises(DatabaseError) as told:
        Connection.open(dsn, Secret(PLANTED), application="t", read_only=True)
    shown = "".join(traceback.format_exception(told.value))
    assert PLANTED not in shown
    assert told.value.what


def test_the_time_to_connect_is_the_operators_when_given(fresh_database: Database) -> None:
    dsn = parse(f"{fresh_database.dsn} connect_timeout=3")
    session = Connection.open(dsn, None, application="t", read_only=False, connect_timeout=9)
    assert session._raw.info.get_parameters()["connect_timeout"] == "3"
    session.close()
