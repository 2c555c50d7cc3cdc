"""A role without pg_read_all_stats cannot see what others do, and must know they are there."""

import time
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from cockpit.database import activity
from cockpit.database.connection import Connection
from cockpit.database.readonly import hidden_sessions
from cockpit.deploy.lag import Lag
from cockpit.deploy.throttle import reason_to_wait
from cockpit.model.migration import Backfill, ReadOnly
from cockpit.model.tuning import Tuning
from tests.databases import Database
from tests.sessions import Connect


@pytest.fixture
def plain(fresh_database: Database) -> Iterator[str]:
    """The address of the database for a role that owns a table and may see nothing else."""
    role = f"plain_{fresh_database.name}"
    fresh_database.execute(
        f"CREATE ROLE {role} LOGIN;CREATE TABLE orders (id int); ALTER TABLE orders OWNER TO {role}"
    )
    yield make_conninfo(fresh_database.dsn, user=role)
    fresh_database.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


@pytest.fixture
def looker(plain: str, connect: Connect) -> Connection:
    """A session of that role."""
    return connect(dsn=plain, read_only=True)


def reading(connect: Connect) -> Connection:
    """Somebody else's transaction with a snapshot."""
    session = connect()
    session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    session.execute("SELECT FROM orders")
    return session


def test_it_is_listed_and_said_to_be_hidden(looker: Connection, connect: Connect) -> None:
    other = reading(connect)
    [facts] = activity.sessions(looker)
    assert (facts.pid, facts.hidden, facts.query, facts.endable) == (
        other.announced_pid, True, "", False,
    )  # fmt: skip
    assert facts.place == "hidden from this role"
    assert facts.holds == "ACCESS SHARE on orders"


def test_its_own_sessions_are_not_hidden(looker: Connection, connect: Connect, plain: str) -> None:
    other = connect(dsn=plain)
    [facts] = activity.sessions(looker)
    assert (facts.pid, facts.hidden, facts.endable) == (other.announced_pid, False, True)


def test_who_may_signal_backends_may_end_it_unless_it_is_a_superusers(
    looker: Connection, connect: Connect, fresh_database: Database
) -> None:
    name = fresh_database.name
    fresh_database.execute(f"GRANT pg_signal_backend TO plain_{name}; CREATE ROLE app_{name} LOGIN")
    mighty = connect()
    other = connect(dsn=make_conninfo(fresh_database.dsn, user=f"app_{name}"))
    endable = {facts.pid: facts.endable for facts in activity.sessions(looker)}
    assert endable == {mighty.announced_pid: False, other.announced_pid: True}
    other.close()
    fresh_database.execute(f"DROP ROLE app_{name}")


def test_a_snapshot_of_unknown_age_counts_when_it_is_still_there_a_second_later(
    looker: Connection, connect: Connect, plain: str
) -> None:
    pid = connect(dsn=plain).announced_pid
    assert activity.older_transactions(looker, pid) == ()
    other = reading(connect)
    [facts] = activity.older_transactions(looker, pid)
    assert facts.pid == other.announced_pid
    other.roll_back()
    assert activity.older_transactions(looker, pid) == ()


def test_one_in_a_transaction_counts_as_active(looker: Connection, connect: Connect) -> None:
    spec = Backfill("orders", "id", 1000, max_active=1)
    lag = Lag((), lambda address: looker, time.monotonic)
    assert reason_to_wait(looker, spec, Tuning(), lag) is None
    sessions = [reading(connect), reading(connect)]
    reason = reason_to_wait(looker, spec, Tuning(), lag)
    assert reason == "2 sessions are active, 1 are allowed"
    for session in sessions:
        session.roll_back()


def test_a_read_only_window_knows_that_it_cannot_see_them(
    looker: Connection, fresh_database: Database
) -> None:
    assert hidden_sessions(looker, ReadOnly(())) == 0
    with psycopg.connect(fresh_database.dsn):
        assert hidden_sessions(looker, ReadOnly(())) == 1
        assert hidden_sessions(looker, ReadOnly(("nobody",))) == 0
