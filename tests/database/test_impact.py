"""Every statement of a long list: the prediction, and what a real server then did."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cockpit.analysis.impact import predict
from cockpit.database.catalog import read_facts
from cockpit.model.facts import CatalogFacts
from cockpit.model.impact import Impact
from tests.databases import Databases
from tests.sessions import opened

HERE = Path(__file__).with_name("impact")


GIVES_BACK = "; -- gives back: "
"""Behind a statement: tables whose locks it has released when it ends, so that nobody sees them."""


def statements(name: str) -> list[str]:
    """The lines of a file, without comments of their own."""
    lines = (HERE / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith("--")]


COUNTED = "rpfmvSc"
"""Kinds of relations whose locks are compared; indexes follow the planner."""
RELATIONS = """
SELECT c.oid::bigint, n.nspname || '.' || c.relname, c.relkind, c.relfilenode::bigint
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.oid >= 16384 AND n.nspname NOT IN ('pg_toast', 'information_schema')
"""
LOCKS = """
SELECT relation::bigint, mode FROM pg_locks WHERE pid = %s AND locktype = 'relation'
"""
SCANS = """
SELECT oid::bigint, pg_stat_get_xact_numscans(oid)
  FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'm')
"""
MODES = [
    "AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock",
    "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock",
]  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """One database, what its catalog says, and a session that looks on."""

    dsn: str
    facts: CatalogFacts
    watcher: psycopg.Connection[Any]
    names: dict[int, tuple[str, str]]
    """Name and kind by OID, of what is there before any statement."""


@dataclass(frozen=True)
class Observed:
    """What one statement did, as far as it can be seen from outside."""

    locks: dict[str, str]
    rewrites: set[str]
    scans: set[str]


@pytest.fixture(scope="module")
def stage(server: Databases) -> Iterator[Stage]:
    """The schema, loaded and analyzed once: every statement is rolled back."""
    database = server.create()
    try:
        database.execute((HERE / "schema.sql").read_text())
        with (
            opened(database.dsn) as session,
            psycopg.connect(database.dsn, autocommit=True) as watcher,
        ):
            with session.look() as reader:
                facts = read_facts(reader)
            rows = watcher.execute(RELATIONS).fetchall()
            names = {row[0]: (row[1], row[2]) for row in rows}
            yield Stage(database.dsn, facts, watcher, names)
    finally:
        server.drop(database)


def observe(stage: Stage, statement: str) -> Observed:
    """Run it in a transaction of a session that remembers nothing, look, and roll it back."""
    files = _files(stage.watcher)
    actor = psycopg.connect(stage.dsn)
    try:
        actor.execute(statement.encode())
        locks = _locks(stage, actor.info.backend_pid)
        counts: dict[int, int] = dict(actor.execute(SCANS).fetchall())
        changed = {oid for oid, file in _files(actor).items() if files.get(oid, file) != file}
    finally:
        actor.close()
    scanned = {oid for oid, count in counts.items() if count}
    return Observed(locks, _named(stage, changed), _named(stage, scanned - changed))


def _files(connection: psycopg.Connection[Any]) -> dict[int, int]:
    rows = connection.execute(RELATIONS).fetchall()
    return {oid: file for oid, _, kind, file in rows if kind in "rm"}


def _locks(stage: Stage, pid: int) -> dict[str, str]:
    found: dict[str, str] = {}
    for oid, mode in stage.watcher.execute(LOCKS, (pid,)):
        name, kind = stage.names.get(oid, ("", ""))
        if kind in COUNTED and kind:
            known = found.get(name, mode)
            found[name] = max(known, mode, key=MODES.index)
    return found


def _named(stage: Stage, oids: set[int]) -> set[str]:
    return {stage.names[oid][0] for oid in oids if oid in stage.names}


def _counted_locks(stage: Stage, impact: Impact) -> dict[str, str]:
    kinds = dict(stage.names.values())
    return {
        lock.relation: lock.mode.value
        for lock in impact.locks
        if kinds.get(lock.relation, "") in COUNTED
    }


def compare(stage: Stage, line: str) -> None:
    statement, _, given_back = line.removesuffix(";").partition(GIVES_BACK)
    (impact,) = predict([statement], stage.facts)
    observed = observe(stage, statement)
    predicted = _counted_locks(stage, impact)
    for table in filter(None, given_back.split(", ")):
        assert predicted.pop(f"public.{table}"), "a lock that is given back is predicted too"
    assert predicted == observed.locks
    if not statement.startswith("TRUNCATE"):
        assert set(impact.rewrites) == observed.rewrites
        assert set(impact.scans) - observed.rewrites == observed.scans


@pytest.mark.parametrize("statement", statements("statements.sql"))
def test_the_prediction_is_what_the_server_does(stage: Stage, statement: str) -> None:
    compare(stage, statement)


@pytest.mark.parametrize("statement", statements("statements_of_18.sql"))
def test_what_only_18_understands(stage: Stage, statement: str) -> None:
    if stage.facts.major < 18:
        pytest.skip("the syntax is new in 18")
    compare(stage, statement)
