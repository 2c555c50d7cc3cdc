"""sql-migrate: any `.sql` file with `-- +migrate` markers; the file's name is its identity.

Source: github.com/rubenv/sql-migrate v1.8, `sqlparse/sqlparse.go` (markers), `migrate.go`
(`Less`, `MigrationRecord`, `PlanMigration`). It takes no lock and keeps no checksum.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cockpit.database.connection import Reader, Row, Writer
from cockpit.model.history import History
from cockpit.model.ledger import Ledger
from cockpit.model.migration import Direction, Migration, MigrationSet
from cockpit.model.plan import PlannedPhase
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.tools.joined import AppliedRow
from cockpit.tools.plain_migration import Side, marked_side, plain_migration, text_of
from cockpit.tools.presence import PresenceTable
from cockpit.tools.row_keeper import RowKeeper

_EXTENSION = ".sql"
_NUMBER = re.compile(r"^\d+")
_MARKER = re.compile(rb"^-- \+migrate\s+Up", re.MULTILINE)
_COMMAND = "-- +migrate"
_TABLE = PresenceTable(
    tool="sql-migrate",
    name="gorp_migrations",
    create='("id" text not null primary key, "applied_at" timestamp with time zone)',
    query="SELECT id, xmin::text, applied_at FROM {table}",
    columns={"id": "text", "applied_at": "timestamp with time zone"},
)


@dataclass(frozen=True, slots=True)
class SqlMigrate(RowKeeper):
    """The tool of that name."""

    table: PresenceTable = _TABLE

    @property
    def name(self) -> str:
        """As `--tool` spells it."""
        return "sql-migrate"

    def recognises(self, files: Sequence[SourceFile]) -> bool:
        """A SQL file with its marker is here."""
        return any(_MARKER.search(f.content) for f in files if f.name.endswith(_EXTENSION))

    def order_key(self, version: str) -> tuple[object, ...]:
        """By the number it begins with, then by name; names without a number come last."""
        number = _NUMBER.match(version)
        return (0, int(number[0]), version) if number else (1, 0, version)

    def version_of(self, name: str) -> str | None:
        """The file's name without its extension."""
        stem = name.removesuffix(_EXTENSION)
        return stem if stem != name and _NUMBER.match(stem) else None

    def read(self, files: Sequence[SourceFile]) -> MigrationSet:
        """In the tool's order. A file without its markers makes the tool refuse the folder."""
        migrations: list[Migration] = []
        problems: list[Problem] = []
        for file in files:
            if not file.name.endswith(_EXTENSION):
                continue
            text = text_of(file)
            if isinstance(text, Problem):
                problems.append(text)
                continue
            up, down = _sides(text, file.path)
            if up is None and down is None:
                problems.append(_unmarked(file))
                continue
            migrations.append(_migration(file, up, down))
        migrations.sort(key=lambda migration: self.order_key(migration.version))
        return MigrationSet(tuple(migrations), tuple(problems))

    def observe(self, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> History:
        """An id is applied when the table has it; one without a file makes the tool refuse."""
        history = self.table.observe(reader, ledger, migrations, _row)
        known = set(migrations.versions)
        told = tuple(
            record
            if record.version in known
            else replace(record, note="sql-migrate refuses to run while its file is gone")
            for record in history.records
        )
        return replace(history, records=told)

    def applied(self, writer: Writer, phase: PlannedPhase) -> None:
        """A row with the file's name."""
        sql = "INSERT INTO {table} (id, applied_at) VALUES (%s, clock_timestamp())"
        self.table.write(writer, sql, (phase.version + _EXTENSION,))

    def undone(self, writer: Writer, phase: PlannedPhase) -> None:
        """No such row."""
        sql = "DELETE FROM {table} WHERE id = %s"
        self.table.write(writer, sql, (phase.version + _EXTENSION,))

    def row_words(self, phase: PlannedPhase) -> str:
        """What becomes of the row, which has the file's name."""
        verb = "named" if phase.direction is Direction.UP else "no longer named"
        return f"{phase.version}{_EXTENSION} {verb} in {self.table.name}"


def _migration(file: SourceFile, up: Side | None, down: Side | None) -> Migration:
    version = file.name.removesuffix(_EXTENSION)
    number = _NUMBER.match(version)
    name = version[number.end() :].lstrip("-_") if number else version
    return plain_migration(version, name, (file,), up, down)


def _sides(text: str, path: str) -> tuple[Side | None, Side | None]:
    """Sections in any number and order; each side says for itself that it wants no transaction."""
    current: Direction | None = None
    lines: list[tuple[Direction | None, str]] = []
    without: set[Direction] = set()
    for line in text.splitlines():
        words = line.removeprefix(_COMMAND).split() if line.startswith(_COMMAND) else []
        if words and words[0] in ("Up", "Down"):
            current = Direction(words[0].lower())
            without |= {current} if "notransaction" in words else set()
        lines.append((current, line))
    up = marked_side(lines, Direction.UP, path)
    down = marked_side(lines, Direction.DOWN, path)
    return (
        replace(up, transaction=Direction.UP not in without) if up else None,
        replace(down, transaction=Direction.DOWN not in without) if down else None,
    )


def _row(row: Row) -> AppliedRow:
    name, transaction, at = row
    return AppliedRow(name.removesuffix(_EXTENSION), transaction, applied_at=at)


def _unmarked(file: SourceFile) -> Problem:
    return Problem(
        "sql-migrate refuses the folder: this file has no -- +migrate Up",
        path=file.path,
        next_step="Begin it with one, or move it elsewhere.",
    )
