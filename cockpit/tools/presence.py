"""Tools whose table names what is applied: a row comes with a migration and goes with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cockpit.database.connection import Reader, Row, Writer
from cockpit.model.history import History, Record
from cockpit.model.ledger import Ledger
from cockpit.model.migration import MigrationSet
from cockpit.tools.history_table import (
    HistoryTable,
    believe_nothing,
    doubted,
    find,
    first_schema,
    qualified,
    quoted,
    told_elsewhere,
)
from cockpit.tools.joined import AppliedRow, head, join, written_by_us

ReadRow = Callable[[Row], AppliedRow]


@dataclass(frozen=True, slots=True)
class PresenceTable:
    """One tool's table, by the statements that the tool itself sends."""

    tool: str
    name: str
    create: str
    """What follows `CREATE TABLE name`."""
    query: str
    """What to read from `{table}`, for one `ReadRow`."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """What the table must have to be believed, name to type."""
    schema: str | None = None
    """The schema that the tool makes for it; None where it uses the session's own."""

    def find(self, reader: Reader) -> HistoryTable:
        """Where it is now: in the tool's schema, else in the session's first one."""
        if self.schema is not None and (own := find(reader, self.name, self.schema)).exists:
            return own
        return find(reader, self.name)

    def rows(self, reader: Reader, table: HistoryTable, read: ReadRow) -> list[AppliedRow]:
        """Every version that it names; none where there is no table."""
        if not table.exists:
            return []
        return [read(row) for row in reader.rows(self.query.format(table=table.sql))]

    def observe(
        self, reader: Reader, ledger: Ledger, migrations: MigrationSet, read: ReadRow
    ) -> History:
        """The rows, joined with what our ledger knows of the same versions."""
        table = self.find(reader)
        if why := doubted(table, table.has(**self.columns)):
            return believe_nothing(why, table, ledger, migrations)
        rows = self.rows(reader, table, read)
        return History(
            records=_noted(join(rows, ledger, written_by_us(reader, ledger)), migrations, self),
            head=head(ledger, rows),
            exists=table.exists,
            unfinished=ledger.unfinished,
            stopped=ledger.stopped,
            problems=told_elsewhere(table),
        )

    def fits(self, reader: Reader) -> bool:
        """Exactly this table is here, and may be read."""
        table = self.find(reader)
        return table.exists and table.readable and table.has(**self.columns)

    def prepare(self, writer: Writer) -> bool:
        """Create it as the tool does, where the tool would. False when it was there."""
        if self.find(writer).exists:
            return False
        if self.schema is not None:
            writer.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(self.schema)}")
        writer.execute(f"CREATE TABLE {self._place(writer)} {self.create}")
        return True

    def write(self, writer: Writer, sql: str, parameters: Sequence[Any]) -> int:
        """Run a statement with the table's name in the place of `{table}`; how many rows it met."""
        # The migration itself may have moved the path that the table is found by.
        writer.execute("SET LOCAL search_path TO DEFAULT")
        return writer.execute(sql.format(table=self._place(writer)), parameters) or 0

    def _place(self, writer: Writer) -> str:
        if self.schema is not None:
            table = self.find(writer)
            return table.sql if table.exists else qualified(self.schema, self.name)
        return qualified(first_schema(writer, self.tool), self.name)


def _noted(
    records: tuple[Record, ...], migrations: MigrationSet, table: PresenceTable
) -> tuple[Record, ...]:
    """A version that no file has is called by the row that is left of it."""
    known = set(migrations.versions)
    return tuple(
        record
        if record.version in known or record.note
        else replace(record, note=f"its row in {table.name} is all that is left of it")
        for record in records
    )
