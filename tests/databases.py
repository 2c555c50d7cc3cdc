"""Real databases for tests: one server for a test worker, a fresh database for a test."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from cockpit.embedded import binaries
from cockpit.embedded.binaries import Binaries
from cockpit.embedded.server import EmbeddedServer

SERVER_VARIABLE = "COCKPIT_TEST_DSN"
"""A server to use instead of an embedded one; its role must be allowed to create databases."""
PROGRAMS_VARIABLE = "COCKPIT_TEST_PG_BIN"
"""The folder with the PostgreSQL programs to start, instead of the `embedded` extra's."""

EMPTY = "template0"
_SETTINGS = {"max_prepared_transactions": "2"}
"""So that a prepared transaction can stand in the way."""


@dataclass(frozen=True, slots=True)
class Database:
    """One database on the test server."""

    name: str
    dsn: str

    def execute(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Run it on a connection of its own and commit. Rows of the last result; often none."""
        return execute(self.dsn, statement, *parameters)


class Databases:
    """Makes and drops databases on one server. Names are unique to this process."""

    def __init__(self, server_dsn: str) -> None:
        self.server_dsn = server_dsn
        self._numbers = count(1)
        with self._connect() as connection:
            self.version: int = connection.info.server_version // 10000

    def create(self, template: str = EMPTY) -> Database:
        """A copy of the template (6 ms in memory). Nobody may be connected to the template."""
        name = f"cockpit_test_{os.getpid()}_{next(self._numbers)}"
        self._copy(template, name)
        return Database(name, make_conninfo(self.server_dsn, dbname=name))

    def refill(self, database: Database, template: Database) -> None:
        """Make it a copy of the template, under its own name. Sessions that are in it end."""
        self.drop(database)
        self._copy(template.name, database.name)

    def drop(self, database: Database) -> None:
        """Drop it, and end every session that is still in it."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", database.name)

    @contextmanager
    def fresh(self, template: str = EMPTY) -> Iterator[Database]:
        """A database that is dropped at the end of the block."""
        database = self.create(template)
        try:
            yield database
        finally:
            self.drop(database)

    def _copy(self, template: str, name: str) -> None:
        # The default of PostgreSQL 15 and later copies through the log: half as slow again.
        how: LiteralString = "" if self.version < 15 else " STRATEGY file_copy"
        self._run("CREATE DATABASE {} TEMPLATE {}" + how, name, template)

    def _run(self, statement: LiteralString, *names: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self.server_dsn, autocommit=True)


def execute(dsn: str, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
    """Run SQL on a connection of its own and commit. Rows of the last result; often none.

    Without parameters the text may hold several statements, sent as one string.
    """
    with psycopg.connect(dsn) as connection:
        cursor = connection.execute(statement.encode(), parameters or None)
        while cursor.nextset():
            pass
        return cursor.fetchall() if cursor.description else []


def chosen_programs() -> Binaries:
    """The PostgreSQL that the environment names, else the newest of the `embedded` extra."""
    folder = os.environ.get(PROGRAMS_VARIABLE)
    return binaries.find(Path(folder) if folder else None)


@contextmanager
def server() -> Iterator[str]:
    """The connection string of the test server, which runs at least until the end of the block."""
    if given := os.environ.get(SERVER_VARIABLE):
        yield given
        return
    with EmbeddedServer(chosen_programs(), settings=_SETTINGS) as embedded:
        yield embedded.dsn()


def described() -> str:
    """Which server the tests will use, for the head of their report."""
    if given := os.environ.get(SERVER_VARIABLE):
        with psycopg.connect(given) as connection:
            return f"{connection.info.parameter_status('server_version')} from {SERVER_VARIABLE}"
    programs = chosen_programs()
    return f"{programs.version} from {programs.folder}"
