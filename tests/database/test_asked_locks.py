"""The proof that a statement asks for a lock which nobody sees afterwards."""

from typing import Any

import psycopg
import pytest

from cockpit.model.locks import LockMode
from tests.benchmarks.asked_locks import in_the_way, is_asked_for
from tests.databases import Databases

SCHEMA = """
CREATE TYPE place AS (x int, y int);
CREATE TABLE town (id int);
CREATE TABLE road (id int)
"""
LOCKS_PLACE = "CREATE TABLE visit (at place)"


def asks(server: Databases, statement: str, name: str, mode: LockMode) -> bool:
    """Whether the statement is seen waiting for the mode on that relation."""
    with (
        server.fresh() as database,
        psycopg.connect(database.dsn, autocommit=True) as teller,
    ):
        teller.execute(SCHEMA)
        return is_asked_for(teller, statement, _relation(teller, name), mode, None)


def _relation(teller: psycopg.Connection[Any], name: str) -> tuple[int, str]:
    rows = teller.execute("SELECT oid, relkind FROM pg_class WHERE relname = %s", (name,))
    oid, kind = rows.fetchall()[0]
    return oid, kind


def test_a_lock_that_is_given_back_at_once_is_proved(server: Databases) -> None:
    assert asks(server, LOCKS_PLACE, "place", LockMode.ACCESS_SHARE)


def test_a_lock_that_is_kept_is_proved_too(server: Databases) -> None:
    statement = "CREATE INDEX ON town (id)"
    assert asks(server, statement, "town", LockMode.SHARE)


def test_a_table_that_is_not_touched_is_not_said_to_be_locked(server: Databases) -> None:
    assert not asks(server, LOCKS_PLACE, "town", LockMode.ACCESS_SHARE)


def test_a_weaker_lock_does_not_prove_a_stronger_one(server: Databases) -> None:
    assert not asks(server, "INSERT INTO town VALUES (1)", "town", LockMode.SHARE)


@pytest.mark.parametrize(
    ("asked", "seen", "held"),
    [
        (LockMode.ACCESS_SHARE, None, LockMode.ACCESS_EXCLUSIVE),
        (LockMode.SHARE, LockMode.ACCESS_SHARE, LockMode.ROW_EXCLUSIVE),
        (LockMode.SHARE_ROW_EXCLUSIVE, LockMode.SHARE, LockMode.SHARE),
        (LockMode.EXCLUSIVE, LockMode.SHARE_ROW_EXCLUSIVE, LockMode.ROW_SHARE),
        (LockMode.ROW_EXCLUSIVE, LockMode.SHARE_UPDATE_EXCLUSIVE, None),
    ],
)
def test_what_is_held_stops_the_one_and_not_the_other(
    asked: LockMode, seen: LockMode | None, held: LockMode | None
) -> None:
    assert in_the_way(asked, seen) is held
