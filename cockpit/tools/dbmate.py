"""dbmate: the native markers in a file, one row a version in `schema_migrations`.

Source: github.com/amacneil/dbmate v2.35, `pkg/dbmate/db.go` (order, sections),
`pkg/driver/postgres/postgres.go` (`CreateMigrationsTable`, `InsertMigration`). It takes no lock
and keeps no checksum.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cockpit.database.connection import Reader, Row, Writer
from cockpit.model.history import History
from cockpit.model.ledger import Ledger
from cockpit.model.migration import Migration, MigrationSet
from cockpit.model.plan import PlannedPhase
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.tools.history_table import HistoryTable, find
from cockpit.tools.joined import AppliedRow
from cockpit.tools.native import Native
from cockpit.tools.presence import PresenceTable
from cockpit.tools.row_keeper import RowKeeper

_FILES = Native()
_RAILS = "ar_internal_metadata"
_TABLE = PresenceTable(
    tool="dbmate",
    name="schema_migrations",
    create="(version varchar primary key)",
    query="SELECT version, xmin::text FROM {table}",
    columns={"version": "character varying"},
)


@dataclass(frozen=True, slots=True)
class Dbmate(RowKeeper):
    """The tool of that name. Its files are native files; only its table tells it apart."""

    table: PresenceTable = _TABLE

    @property
    def name(self) -> str:
        """As `--tool` spells it."""
        return "dbmate"

    @property
    def shares_layout_of(self) -> tuple[str, ...]:
        """The tool whose files look the same."""
        return (_FILES.name,)

    def recognises(self, files: Sequence[SourceFile]) -> bool:
        """Never by files alone: `claims` decides, with the database."""
        return False

    def claims(self, reader: Reader, files: Sequence[SourceFile]) -> bool:
        """dbmate's very table is here, and what it names, if anything, these files have."""
        table = self.table.find(reader)
        if not table.readable or not _is_dbmates(table):
            return False
        if find(reader, _RAILS, table.schema).exists:
            return False
        named = {row.version for row in self.table.rows(reader, table, _row)}
        here = {self.version_of(file.name) for file in files if _FILES.recognises([file])}
        return bool(here) and (not named or not named.isdisjoint(here))

    def order_key(self, version: str) -> tuple[object, ...]:
        """Text order, as dbmate sorts file names."""
        return _FILES.order_key(version)

    def version_of(self, name: str) -> str | None:
        """The digits a SQL file's name begins with."""
        return _FILES.version_of(name)

    def read(self, files: Sequence[SourceFile]) -> MigrationSet:
        """As the native tool reads them, and what dbmate would not understand of it."""
        read = _FILES.read(files)
        phased = tuple(_phased(m) for m in read.migrations if len(m.up) > 1)
        return replace(read, problems=(*read.problems, *phased))

    def observe(self, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> History:
        """A version is applied when the table names it."""
        return self.table.observe(reader, ledger, migrations, _row)

    def refuses_late(self, migration: Migration) -> str | None:
        """dbmate applies a late migration without a word, unless it is told `--strict`."""
        return None

    def applied(self, writer: Writer, phase: PlannedPhase) -> None:
        """A row with the version."""
        self.table.write(writer, "INSERT INTO {table} (version) VALUES (%s)", (phase.version,))

    def undone(self, writer: Writer, phase: PlannedPhase) -> None:
        """No such row."""
        self.table.write(writer, "DELETE FROM {table} WHERE version = %s", (phase.version,))


def _row(row: Row) -> AppliedRow:
    version, transaction = row
    return AppliedRow(version, transaction)


def _is_dbmates(table: HistoryTable) -> bool:
    return dict(table.columns) == {"version": "character varying"}


def _phased(migration: Migration) -> Problem:
    return Problem(
        f"dbmate itself stops at the second `-- migrate:up` of {migration.version}: it writes the "
        "version once for each of them, and the second time the row is there already",
        path=migration.path,
        version=migration.version,
        next_step="Apply it with the cockpit only, or make one migration of each phase.",
        blocks_writing=False,
    )
