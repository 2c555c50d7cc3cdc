"""The ledger on a real server: no trace before the first write, no rewriting after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta
from threading import Thread
from typing import Any

import psycopg
import pytest

from cockpit.database import ledger
from cockpit.database.connection import Connection
from cockpit.errors import CockpitError, DatabaseError, PrivilegeMissing
from cockpit.model.ledger import GENESIS, Ledger, LedgerEvent, fold
from cockpit.model.ledger_chain import first_break
from cockpit.model.target import Environment, Marker
from tests.databases import Database
from tests.sessions import Connect
from tests.unit.model.events import Story

MARKER = Marker("orders", Environment.STAGING, "7001")


def drafts(count: int = 1) -> list[LedgerEvent]:
    story = Story()
    for number in range(count):
        story.applied(
            str(number), checksum="é", undo="DROP TABLE t; -- %s", duration=timedelta(days=1.5),
            detail={"phases": ["up"], "error": "ü → \\", "rows": 7, "reason": None},
        )  # fmt: skip
    return story.events


@pytest.fixture
def writer(connect: Connect) -> Connection:
    """A session on a database with a ledger."""
    session = connect()
    with session.transaction():
        ledger.create(session, MARKER)
    return session


def append(writer: Connection, count: int = 1) -> tuple[LedgerEvent, ...]:
    with writer.transaction():
        return ledger.append(writer, drafts(count))


CATALOG = "SELECT (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_namespace)"


def test_looking_creates_nothing(connect: Connect, fresh_database: Database) -> None:
    before = fresh_database.execute(CATALOG)
    with connect(read_only=True).look() as reader:
        assert not ledger.exists(reader)
        assert ledger.read_events(reader) == ()
        assert ledger.read_ledger(reader) == Ledger()
        assert ledger.read_marker(reader) is None
    assert fresh_database.execute(CATALOG) == before


def test_events_come_back_as_they_were_written(writer: Connection) -> None:
    written = append(writer, 3)
    assert ledger.read_events(writer) == written
    assert [event.seq for event in written] == [1, 2, 3]
    assert written[0].previous_hash == GENESIS
    assert {event.at.tzinfo for event in written} == {UTC}
    assert first_break(ledger.read_events(writer)) is None


def test_an_undone_transaction_leaves_no_event_and_no_gap(writer: Connection) -> None:
    writer.execute("BEGIN")
    ledger.append(writer, drafts())
    writer.roll_back()
    assert [event.seq for event in append(writer)] == [1]


def test_the_newest_few_come_newest_first(writer: Connection) -> None:
    append(writer, 5)
    assert [event.seq for event in ledger.read_events(writer, newest=2)] == [5, 4]


def test_only_what_is_new_is_read_again(writer: Connection) -> None:
    (first,) = append(writer)
    assert ledger.read_events_after(writer, first) == ()
    (second,) = append(writer)
    assert ledger.read_events_after(writer, first) == (second,)
    assert ledger.read_events_after(writer, None) == (first, second)


def test_a_past_that_is_gone_is_noticed(writer: Connection) -> None:
    (first,) = append(writer)
    other = drafts()[0].chained("somewhere else")
    assert ledger.read_events_after(writer, other) is None
    assert ledger.read_events_after(writer, first) == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cockpit.ledger SET actor = 'me'",
        "DELETE FROM cockpit.ledger",
        "TRUNCATE cockpit.ledger",
        "SET session_replication_role = replica; DELETE FROM cockpit.ledger",
    ],
)
def test_nobody_rewrites_it_not_even_its_owner(
    writer: Connection, fresh_database: Database, statement: str
) -> None:
    append(writer)
    with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
        fresh_database.execute(statement)
    assert len(ledger.read_events(writer)) == 1


@contextmanager
def by_force(database: Database) -> Iterator[Database]:
    """As somebody who takes the trigger away."""
    database.execute("ALTER TABLE cockpit.ledger DISABLE TRIGGER append_only")
    yield database
    database.execute("ALTER TABLE cockpit.ledger ENABLE ALWAYS TRIGGER append_only")


def test_what_is_changed_by_force_breaks_the_chain(
    writer: Connection, fresh_database: Database
) -> None:
    append(writer, 3)
    with by_force(fresh_database) as forced:
        forced.execute("UPDATE cockpit.ledger SET script = 'other' WHERE seq = 2")
    broken = first_break(ledger.read_events(writer))
    assert broken is not None
    assert (broken.seq, broken.why) == (2, "its content is not what was hashed when it was written")


@pytest.mark.parametrize(
    "change",
    ["event = 'run dreamt'", "detail = '[1]'", """detail = '{"rows": "many"}'""",
     """detail = '{"undo": {"checks": [1]}}'"""],
)  # fmt: skip
def test_a_row_that_nobody_can_read_is_named(
    writer: Connection, fresh_database: Database, change: str
) -> None:
    append(writer, 2)
    with by_force(fresh_database) as forced:
        forced.execute(f"UPDATE cockpit.ledger SET {change} WHERE seq = 2")
    with pytest.raises(DatabaseError, match=r"Event 2 of the ledger \(.*\) cannot be read") as told:
        ledger.read_events(writer)
    assert "newest cockpit" in told.value.next_step


def test_a_time_beyond_the_calendar_is_an_error_and_no_traceback(
    writer: Connection, fresh_database: Database
) -> None:
    append(writer)
    with by_force(fresh_database) as forced:
        forced.execute("UPDATE cockpit.ledger SET at = 'infinity'")
    with pytest.raises(CockpitError):
        ledger.read_events(writer)


def test_two_writers_cannot_fork_the_chain(writer: Connection, connect: Connect) -> None:
    append(writer)
    rival = connect()
    failures: list[CockpitError] = []

    def race() -> None:
        try:
            append(rival)
        except CockpitError as error:
            failures.append(error)

    writer.execute("BEGIN")
    ledger.append(writer, drafts())
    thread = Thread(target=race)
    thread.start()
    while not writer.rows("SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"):
        assert thread.is_alive()
    writer.execute("COMMIT")
    thread.join(60)
    assert [getattr(error, "sqlstate", None) for error in failures] == ["23505"]
    events = ledger.read_events(writer)
    assert (len(events), first_break(events)) == (2, None)


def test_the_fold_of_what_is_stored_is_the_fold_of_what_was_written(writer: Connection) -> None:
    written = append(writer, 3)
    assert ledger.read_ledger(writer) == fold(written)


def test_the_view_tells_people_with_only_psql(writer: Connection, fresh_database: Database) -> None:
    append(writer)
    rows = fresh_database.execute("SELECT version, event, actor, error FROM cockpit.history")
    assert rows == [("0", "phase finished", "ana@bastion", "ü → \\")]


def test_the_database_says_what_it_is(writer: Connection) -> None:
    assert ledger.read_marker(writer) == MARKER
    other = Marker("orders-prod", Environment.PRODUCTION, "7002")
    with writer.transaction():
        ledger.mark(writer, other)
    assert ledger.read_marker(writer) == other


def test_without_a_word_about_it_it_says_nothing(connect: Connect) -> None:
    session = connect()
    with session.transaction():
        ledger.create(session, None)
    assert ledger.read_marker(session) is None


def test_an_unknown_word_for_its_environment_counts_as_production(
    writer: Connection, fresh_database: Database
) -> None:
    fresh_database.execute("UPDATE cockpit.environment SET environment = 'prod'")
    marker = ledger.read_marker(writer)
    assert marker is not None
    assert (marker.environment, marker.environment.protected) == (Environment.UNKNOWN, True)


@pytest.fixture
def clerk(fresh_database: Database) -> Iterator[str]:
    """A role that may do nothing here."""
    name = f"clerk_{fresh_database.name}"
    fresh_database.execute(f"CREATE ROLE {name}")
    yield name
    fresh_database.execute(f"DROP OWNED BY {name}; DROP ROLE {name}")


@pytest.mark.parametrize("ask", [ledger.exists, ledger.read_events, ledger.read_marker])
def test_a_role_that_may_not_read_is_told_what_to_grant(
    writer: Connection, clerk: str, ask: Any
) -> None:
    writer.execute(f"SET ROLE {clerk}")
    with pytest.raises(PrivilegeMissing, match="permission denied for schema cockpit") as told:
        ask(writer)
    assert told.value.next_step.startswith("GRANT USAGE ON SCHEMA cockpit")


def test_a_role_that_may_not_read_the_table_is_told_too(
    writer: Connection, clerk: str, fresh_database: Database
) -> None:
    fresh_database.execute(f"GRANT USAGE ON SCHEMA cockpit TO {clerk}")
    writer.execute(f"SET ROLE {clerk}")
    with pytest.raises(PrivilegeMissing, match="permission denied for table ledger") as told:
        ledger.read_events(writer)
    assert "SELECT" in told.value.next_step


def test_a_role_that_may_not_create_is_told_what_it_needs(connect: Connect, clerk: str) -> None:
    session = connect()
    session.execute(f"SET ROLE {clerk}")
    with pytest.raises(PrivilegeMissing) as told, session.transaction():
        ledger.create(session, MARKER)
    assert "needs CREATE on this database" in told.value.next_step


def test_a_schema_that_was_made_for_it_is_enough(
    connect: Connect, clerk: str, fresh_database: Database
) -> None:
    fresh_database.execute(f"CREATE SCHEMA cockpit AUTHORIZATION {clerk}")
    session = connect()
    session.execute(f"SET ROLE {clerk}")
    with session.transaction():
        ledger.create(session, MARKER)
    assert ledger.exists(session)
