"""The example of a rule: what must be there first, what is reported, what PostgreSQL says."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import psycopg

from cockpit.analysis.hazards import Studied, examine
from cockpit.analysis.hazards.placing import Placed, placed, study
from cockpit.analysis.hazards.rule import Rule
from cockpit.analysis.hazards.studied import Runner
from cockpit.database.catalog import read_facts
from cockpit.model.facts import CatalogFacts
from cockpit.model.hazard import Hazard
from cockpit.model.migration import Direction, Phase
from cockpit.sql.transaction import transaction_control

FOLDER = Path(__file__).parent
FOREIGN = Runner(bounds_locks=False, opens_transaction=True)
"""The strictest runner: a tool that sets no timeouts and opens a transaction for a file."""


@dataclass(frozen=True, slots=True)
class Example:
    """The folder of one rule."""

    rule: Rule

    @property
    def folder(self) -> Path:
        """`tests/rules/<rule>`."""
        return FOLDER / self.rule.NAME.replace("-", "_")

    @property
    def setup(self) -> str:
        """What must be in the database before either example."""
        return self._text("setup.sql")

    @property
    def error(self) -> str:
        """The SQLSTATE that BAD ends with; empty when it runs."""
        return self._text("error.txt").split(" ", 1)[0].strip()

    @property
    def expected(self) -> str:
        """Every hazard that BAD is reported for, as `told` writes it."""
        return self._text("expected.txt")

    def _text(self, name: str) -> str:
        path = self.folder / name
        return path.read_text() if path.exists() else ""


class Cursor:
    """Reads facts through a plain connection, as the catalog reader wants it."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def rows(self, sql: Any, *parameters: object) -> list[tuple[Any, ...]]:
        """Every row of one query."""
        text = sql.encode() if isinstance(sql, str) else sql
        return self._connection.execute(text, parameters or None).fetchall()


def facts_of(dsn: str) -> CatalogFacts:
    """The facts of a database as it is, the size of tables left open: examples have no rows."""
    with psycopg.connect(dsn) as connection:
        facts = read_facts(Cursor(connection))
    unsized = tuple(replace(relation, bytes=None) for relation in facts.relations)
    return replace(facts, relations=unsized)


def statements(sql: str) -> tuple[Placed, ...]:
    """The statements of an example."""
    return placed(Phase("up", Direction.UP, sql, "example.sql"), one_string=ONE_STRING in sql)


ONE_STRING = "-- sent as one string"


def reported(rule: Rule, sql: str, facts: CatalogFacts | None) -> list[Hazard]:
    """What this rule says about an example."""
    studied = study(statements(sql), facts, facts.major if facts else 18)
    found = examine(studied, facts, runner=FOREIGN, optional=frozenset({rule.NAME}))
    return [h for hazards in found for h in hazards if h.rule == rule.NAME]


def told(hazards: list[Hazard]) -> str:
    """Hazards as `expected.txt` holds them."""
    return "\n".join(f"{h.severity.name} {h.message}\n{h.safer}\n" for h in hazards)


def run(dsn: str, sql: str) -> Iterator[tuple[Studied, dict[str, set[str]]]]:
    """Execute an example as a runner would; each statement with the locks held after it.

    Locks are those of the statement's transaction, seen from a second connection; none for a
    statement outside of a transaction.
    """
    found = statements(sql)
    own = any(transaction_control(item.statement) for item in found)
    facts = facts_of(dsn)
    studied = study(found, facts, facts.major)
    with psycopg.connect(dsn, autocommit=True) as worker, psycopg.connect(dsn) as watcher:
        for transaction, members in groupby(studied, key=lambda item: item.transaction):
            with _transaction(worker, opens=transaction is not None and not own):
                for item in members:
                    worker.execute(item.sql.encode())
                    yield item, _locks(watcher, worker.info.backend_pid)


@contextmanager
def _transaction(connection: psycopg.Connection[Any], *, opens: bool) -> Iterator[None]:
    if not opens:
        yield
        return
    with connection.transaction():
        yield


def _locks(watcher: psycopg.Connection[Any], pid: int) -> dict[str, set[str]]:
    rows = watcher.execute(
        "SELECT l.relation::regclass::text, l.mode FROM pg_catalog.pg_locks l "
        "WHERE l.pid = %s AND l.locktype = 'relation' AND l.granted",
        [pid],
    ).fetchall()
    watcher.rollback()
    held: dict[str, set[str]] = {}
    for relation, mode in rows:
        held.setdefault(relation.split(".")[-1].strip('"'), set()).add(mode)
    return held
