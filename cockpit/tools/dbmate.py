"""dbmate: the native markers in a file, one row a version in `schema_migrations`.

Source: github.com/amacneil/dbmate v2.35, `pkg/dbmate/db.go` (order, sections),
`pkg/driver/postgres/postgres.go` (`CreateMigrationsTable`, `InsertMigration`). It takes no lock
and keeps no checksum.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cockpit.database.connection import Reader, Writer
from cockpit.model.history import History
from cockpit.model.ledger import Ledger
from cockpit.model.locks import AdvisoryKey
from cockpit.model.migration import Direction, Migration, MigrationSet
from cockpit.model.plan import PlannedPhase
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.model.target import Identity
from cockpit.tools.history_table import (
    HistoryTable,
    believe_nothing,
    doubted,
    find,
    first_schema,
    qualified,
    told_elsewhere,
)
from cockpit.tools.joined import AppliedRow, head, join, written_by_us
from cockpit.tools.native import Native

_FILES = Native()
_RAILS = "ar_internal_metadata"


@dataclass(frozen=True, slots=True)
class Dbmate:
    """The tool of that name. Its files are native files; only its table tells it apart."""

    table: str = "schema_migrations"

    @property
    def name(self) -> str:
        """As `--tool` spells it."""
        return "dbmate"

    @property
    def shares_layout_of(self) -> str:
        """The tool whose files look the same."""
        return _FILES.name

    def recognises(self, files: Sequence[SourceFile]) -> bool:
        """Never by files alone: `claims` decides, with the database."""
        return False

    def claims(self, reader: Reader, migrations: MigrationSet) -> bool:
        """dbmate's very table is here, and what it names, if anything, these files have."""
        table = find(reader, self.table)
        if not table.exists or not table.readable or not _fits(table):
            return False
        if find(reader, _RAILS, table.schema).exists:
            return False
        named = {row.version for row in self._rows(reader, table)}
        return not named or not named.isdisjoint(migrations.versions)

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
        table = find(reader, self.table)
        if why := doubted(table, "version" in table.columns):
            return believe_nothing(why, table, ledger, migrations)
        rows = self._rows(reader, table) if table.exists else []
        return History(
            records=join(rows, ledger, written_by_us(reader, ledger)),
            head=head(ledger, rows),
            exists=table.exists,
            unfinished=ledger.unfinished,
            problems=told_elsewhere(table),
        )

    def lock_keys(self, reader: Reader, identity: Identity) -> tuple[AdvisoryKey, ...]:
        """dbmate takes no lock."""
        return ()

    def refuses_late(self, migration: Migration) -> str | None:
        """dbmate applies a late migration without a word, unless it is told `--strict`."""
        return None

    def prepare(self, writer: Writer) -> None:
        """The table as `CreateMigrationsTable` makes it, in the session's schema."""
        if not find(writer, self.table).exists:
            table = qualified(first_schema(writer, self.name), self.table)
            writer.execute(f"CREATE TABLE IF NOT EXISTS {table} (version varchar primary key)")

    def mark_in_doubt(self, writer: Writer, phase: PlannedPhase) -> None:
        """dbmate leaves no trace of a migration that it could not finish."""

    def record(self, writer: Writer, phase: PlannedPhase) -> None:
        """The version comes in once all of it is applied, and goes when all of it is undone."""
        if not phase.last_of_version:
            return
        # The migration itself may have moved the path that the table is found by.
        writer.execute("SET LOCAL search_path TO DEFAULT")
        table = qualified(first_schema(writer, self.name), self.table)
        if phase.direction is Direction.UP:
            sql = f"INSERT INTO {table} (version) VALUES (%s)"  # noqa: S608 (quoted)
        else:
            sql = f"DELETE FROM {table} WHERE version = %s"  # noqa: S608 (quoted)
        writer.execute(sql, (phase.version,))

    def record_words(self, phase: PlannedPhase) -> str:
        """The row that comes or goes."""
        if not phase.last_of_version:
            return "the ledger's event"
        verb = "named" if phase.direction is Direction.UP else "no longer named"
        return f"dbmate's history: {phase.version} {verb} in {self.table}"

    def _rows(self, reader: Reader, table: HistoryTable) -> list[AppliedRow]:
        rows = reader.rows(f"SELECT version, xmin::text FROM {table.sql}")  # noqa: S608 (quoted)
        return [AppliedRow(version, transaction) for version, transaction in rows]


def _fits(table: HistoryTable) -> bool:
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
