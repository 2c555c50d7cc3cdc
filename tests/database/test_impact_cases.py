"""Many more statements, each where another schema meets it: prediction against a real server.

One in ten runs with the other tests, and all of `corners` and `depot`; `pytest -m long` runs
them all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import psycopg
import pytest

from cockpit.analysis.impact import predict
from cockpit.database.catalog import read_facts
from cockpit.model.locks import LockMode
from cockpit.sql.statements import split
from tests.database.test_impact import COUNTED, LOCKS, MODES, RELATIONS
from tests.databases import Database, Databases
from tests.sessions import opened

HERE = Path(__file__).with_name("impact") / "cases"
WEAK = LockMode.ROW_SHARE.rank
"""Locks up to here may be given back before anybody sees them."""


@dataclass(frozen=True)
class Case:
    """One line of a file."""

    schema: str
    setup: str
    earlier: str
    statement: str
    since: int = 14
    open_ended: bool = False
    """Data or the planner decide which partitions are routed to, and what is read."""

    @classmethod
    def of(cls, schema: str, line: str) -> "Case":
        """`SETUP @@ EARLIER @@ STATEMENT`."""
        setup, earlier, statement = (["", "", *line.split("@@")])[-3:]
        if line.count("@@") == 2:
            setup, earlier, statement = line.split("@@")
        statement = statement.strip()
        open_ended = statement.startswith("~")
        statement = statement.lstrip("~ ")
        since = 14
        if statement[:2].isdigit() and statement[2:3] == "+":
            since, statement = int(statement[:2]), statement[3:].strip()
        return cls(schema, setup.strip(), earlier.strip(), statement, since, open_ended)

    def __str__(self) -> str:
        return f"{self.statement[:60]} {crc32((self.setup + self.earlier).encode()) % 1000}"


def cases(schema: str) -> list[Case]:
    """The lines of a file, without comments."""
    lines = (HERE / f"{schema}.txt").read_text().splitlines()
    return [Case.of(schema, line) for line in lines if line and not line.startswith("--")]


ALL = [case for schema in ("office", "levels") for case in cases(schema)]
CORNERS = [case for schema in ("corners", "depot") for case in cases(schema)]


@pytest.fixture(scope="module")
def templates(server: Databases) -> Iterator[dict[str, Database]]:
    """Each schema, loaded and analyzed once."""
    made: dict[str, Database] = {}
    try:
        for schema in ("office", "levels", "corners", "depot"):
            made[schema] = server.create()
            made[schema].execute((HERE / f"{schema}.sql").read_text())
        yield made
    finally:
        for database in made.values():
            server.drop(database)


@pytest.mark.parametrize("case", [*ALL[::10], *CORNERS], ids=str)
def test_the_prediction_is_what_the_server_does(
    case: Case, server: Databases, templates: dict[str, Database]
) -> None:
    compare(case, server, templates)


@pytest.mark.long
@pytest.mark.parametrize("case", ALL, ids=str)
def test_every_prediction_is_what_the_server_does(
    case: Case, server: Databases, templates: dict[str, Database]
) -> None:
    compare(case, server, templates)


def compare(case: Case, server: Databases, templates: dict[str, Database]) -> None:
    if server.version < case.since:
        pytest.skip(f"the syntax is new in {case.since}")
    with server.fresh(templates[case.schema].name) as database:
        if case.setup:
            database.execute(case.setup)
        with opened(database.dsn) as session, session.look() as reader:
            facts = read_facts(reader)
        earlier = [one.sql for one in split(case.earlier, path="case")]
        impact = predict([*earlier, case.statement], facts)[-1]
        fails = any(note.startswith("fails: ") for note in impact.notes)
        seen = observe(database, earlier, case.statement)
        if seen is None:
            return
        assert not fails, impact.notes
        kinds = dict(seen.names.values())
        locks = {
            lock.relation: lock.mode.value
            for lock in impact.locks
            if kinds.get(lock.relation, "") in COUNTED and kinds.get(lock.relation)
        }
        for relation, mode in seen.locks.items():
            known = locks.get(relation)
            if known is None and relation in seen.before:
                continue
            assert known is not None, f"{relation} is locked {mode}"
            assert known == mode or (
                relation in seen.before and MODES.index(known) < MODES.index(mode)
            )
        if case.open_ended:
            return
        unseen = {r for r, m in locks.items() if r not in seen.locks and LockMode(m).rank > WEAK}
        assert not unseen
        assert set(impact.rewrites) - seen.emptied == seen.rewrites - seen.emptied


@dataclass(frozen=True)
class Seen:
    """What one statement did, as a second session and the catalog show it."""

    names: dict[int, tuple[str, str]]
    before: set[str]
    """Relations that earlier statements of the transaction hold locks on."""
    locks: dict[str, str]
    rewrites: set[str]
    emptied: set[str]


def observe(database: Database, earlier: list[str], statement: str) -> Seen | None:
    """Run it in a transaction and roll it back; None when the server refuses it."""
    with (
        psycopg.connect(database.dsn, autocommit=True) as watcher,
        psycopg.connect(database.dsn) as actor,
    ):
        rows = watcher.execute(RELATIONS).fetchall()
        names = {row[0]: (row[1], row[2]) for row in rows}
        files = {oid: file for oid, _, kind, file in rows if kind in "rm"}
        pid = actor.info.backend_pid
        try:
            for one in earlier:
                actor.execute(one.encode())
            before = set(_locks(watcher, pid, names))
            actor.execute(statement.encode())
        except psycopg.Error:
            return None
        locks = _locks(watcher, pid, names)
        after = {r[0]: r[3] for r in actor.execute(RELATIONS).fetchall()}
        actor.rollback()
    changed = {oid for oid, file in files.items() if after.get(oid, file) != file}
    rewritten = {names[oid][0] for oid in changed}
    emptied = rewritten if "TRUNCATE" in statement.upper() or "NO DATA" in statement else set()
    return Seen(names, before, locks, rewritten, emptied)


def _locks(
    watcher: psycopg.Connection[tuple[object, ...]], pid: int, names: dict[int, tuple[str, str]]
) -> dict[str, str]:
    found: dict[str, str] = {}
    for oid, mode in watcher.execute(LOCKS, (pid,)).fetchall():
        name, kind = names.get(int(str(oid)), ("", ""))
        if kind and kind in COUNTED:
            found[name] = max(found.get(name, str(mode)), str(mode), key=MODES.index)
    return found
