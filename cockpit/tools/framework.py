"""A tool whose migrations are programs: only its own command knows and runs their statements.

Identity, graph and state are read without running anything. The statements are asked for (`--sql`,
`sqlmigrate`) in the project's own environment, and the migration is run there, under the cockpit's
lock and timeouts.
"""

import json
from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from cockpit.database.connection import Reader
from cockpit.model.migration import Direction, Migration, MigrationSet
from cockpit.tools.protocol import Tool

Arguments = tuple[str, ...]


@runtime_checkable
class Framework(Tool, Protocol):
    """One such tool."""

    @property
    def example(self) -> str:
        """How `tool_command` usually looks: `.venv/bin/alembic`."""

    @property
    def history(self) -> str:
        """The qualified, quoted name of its table, to be locked while a connection is proved."""

    def asks(self, migration: Migration, direction: Direction) -> Arguments:
        """Arguments that make its command print the statements and send none."""

    def said(self, output: str, migration: Migration, direction: Direction) -> str:
        """The statements out of what it printed, without those for its own table."""

    def runs(self, migration: Migration, direction: Direction) -> Arguments:
        """Arguments that make its command apply or undo this one migration."""

    def reads(self) -> Arguments:
        """Arguments that make its command read its table and nothing else."""

    def trace(self, reader: Reader, version: str, migrations: MigrationSet) -> str:
        """`xmin` of the row that says that this version is applied, or that says what it came
        from where its own row was moved back; empty when none does."""

    def holds(self, reader: Reader, version: str, migrations: MigrationSet) -> bool:
        """Whether its table says that this version is applied, now. Reads only."""


def metadata_of(migration: Migration) -> Mapping[str, object]:
    """What the reader of the files kept for the command line."""
    found: Mapping[str, object] = json.loads(migration.metadata or "{}")
    return found
