"""Who is in the way, who waits behind us, and how far the server is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from cockpit.database import activity
from cockpit.database.connection import Connection
from cockpit.errors import DatabaseError
from tests.databases import Database
from tests.sessions import Connect

Until = Callable[[Callable[[], object]], None]


@contextmanager
def in_background(act: Callable[[], object]) -> Iterator[Thread]:
    """Run it beside the test; what it raises when it is cancelled does not matter."""

    def quietly() -> None:
        try:
            act()
        except DatabaseError as error:
            assert error.sqlstate in ("57014", "57P01")  # noqa: PT017

    thread = Thread(target=quietly)
    thread.start()
    try:
        yield thread
    finally:
        thread.join(60)
        assert not thread.is_alive()


def until(happens: Callable[[], object]) -> None:
    """Look again until it is so; the session-wide timeout of the suite ends what never is."""
    for _ in range(2000):
        if happens():
            return
    pytest.fail("it never happened")


@pytest.fixture
def reader(connect: Connect, fresh_database: Database) -> Connection:
    """A session that only looks, on a database with a table."""
    fresh_database.execute("CREATE TABLE orders (id int)")
    return connect(read_only=True)


def hold(connect: Connect, statement: str = "SELECT FROM orders") -> Connection:
    session = connect()
    session.execute("BEGIN")
    session.execute(statement)
    return session


def test_nobody_is_in_the_way(reader: Connection, connect: Connect) -> None:
    pid = connect().announced_pid
    assert activity.blockers(reader, pid) == ()
    assert activity.wants(reader, pid) is None
    assert activity.queued_behind(reader, pid) == 0
    assert activity.progress(reader, pid) is None


def test_blockers_wanted_lock_and_queue(reader: Connection, connect: Connect) -> None:
    blocker, waiting, behind = hold(connect), connect(), connect()
    pid = waiting.announced_pid
    with in_background(lambda: waiting.execute("ALTER TABLE orders ADD note text")):
        until(lambda: activity.blockers(reader, pid))
        (facts,) = activity.blockers(reader, pid)
        assert (facts.pid, facts.state) == (blocker.announced_pid, "idle in transaction")
        assert facts.query == "SELECT FROM orders"
        assert facts.transaction_age is not None
        assert activity.wants(reader, pid) == ("AccessExclusiveLock", "orders")
        with in_background(lambda: behind.execute("SELECT FROM orders")):
            until(lambda: activity.queued_behind(reader, pid) == 1)
            blocker.roll_back()


def test_the_oldest_transaction_comes_first(reader: Connection, connect: Connect) -> None:
    older, younger, waiting = hold(connect), hold(connect), connect()
    pid = waiting.announced_pid
    with in_background(lambda: waiting.execute("TRUNCATE orders")):
        until(lambda: len(activity.blockers(reader, pid)) == 2)
        pids = [facts.pid for facts in activity.blockers(reader, pid)]
        assert pids == [older.announced_pid, younger.announced_pid]
        older.roll_back()
        younger.roll_back()


def test_sessions_of_a_relation_and_of_the_whole_database(
    reader: Connection, connect: Connect
) -> None:
    holder, idle = hold(connect), connect()
    of_orders = activity.sessions(reader, ["orders"])
    assert [facts.pid for facts in of_orders] == [holder.announced_pid]
    everybody = {facts.pid for facts in activity.sessions(reader)}
    assert everybody == {holder.announced_pid, idle.announced_pid}
    holder.roll_back()


def test_a_session_is_told_with_its_strongest_lock(reader: Connection, connect: Connect) -> None:
    weak = hold(connect)
    strong = hold(connect, "INSERT INTO orders VALUES (1)")
    holds = {facts.pid: facts.holds for facts in activity.sessions(reader)}
    assert holds[weak.announced_pid] == "ACCESS SHARE on orders"
    assert holds[strong.announced_pid] == "ROW EXCLUSIVE on orders"


def test_sessions_of_another_database_are_left_out(
    reader: Connection, connect: Connect, new_database: Callable[[], Database]
) -> None:
    connect(dsn=new_database().dsn)
    assert activity.sessions(reader) == ()


def test_a_prepared_transaction_has_no_session_and_is_named(
    reader: Connection, connect: Connect
) -> None:
    if reader.rows("SHOW max_prepared_transactions") == [("0",)]:
        pytest.skip("max_prepared_transactions is 0 on this server")
    hold(connect).execute("PREPARE TRANSACTION 'forgotten'")
    waiting = connect()
    pid = waiting.announced_pid
    with in_background(lambda: waiting.execute("TRUNCATE orders")):
        until(lambda: activity.blockers(reader, pid))
        (facts,) = activity.blockers(reader, pid)
        assert (facts.pid, facts.application) == (0, "prepared transaction forgotten")
        connect().execute("ROLLBACK PREPARED 'forgotten'")


def test_the_query_about_prepared_transactions_runs_everywhere(reader: Connection) -> None:
    assert activity.blockers(reader, 0) == ()


def test_a_statement_is_cancelled_and_a_session_ended(reader: Connection, connect: Connect) -> None:
    busy, other = connect(), connect()
    running = "SELECT FROM pg_stat_activity WHERE pid = %s AND wait_event = 'PgSleep'"
    with in_background(lambda: busy.execute("SELECT pg_sleep(30)")):
        until(lambda: reader.rows(running, (busy.announced_pid,)))
        assert activity.cancel(other, busy.announced_pid)
    assert activity.terminate(other, busy.announced_pid)
    until(lambda: busy.announced_pid not in {f.pid for f in activity.sessions(reader)})


def test_the_servers_own_progress(reader: Connection, connect: Connect) -> None:
    builder, blocker = connect(), connect()
    blocker.execute("BEGIN")
    blocker.execute("INSERT INTO orders VALUES (1)")
    pid = builder.announced_pid
    with in_background(
        lambda: builder.execute("CREATE INDEX CONCURRENTLY orders_id ON orders (id)")
    ):
        until(lambda: activity.progress(reader, pid))
        seen = activity.progress(reader, pid)
        assert seen is not None
        assert (seen.command, seen.total, seen.fraction) == ("CREATE INDEX", None, None)
        assert seen.phase.startswith("waiting for")
        blocker.roll_back()
