"""node-pg-migrate: `<number>_<name>.sql` with two comments as markers, or a program.

Source: github.com/salsita/node-pg-migrate v8, `src/sqlMigration.ts` (markers), `src/migration.ts`
(order, history rows), `src/runner.ts` (table, lock, `checkOrder`). A file's name without its
extension is its identity. Programs (`.js`, `.ts`, ...) are shown and never run.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cockpit.database.connection import Reader, Row, Writer
from cockpit.model.history import History
from cockpit.model.ledger import Ledger
from cockpit.model.locks import AdvisoryKey
from cockpit.model.migration import Migration, MigrationSet
from cockpit.model.plan import PlannedPhase
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.model.target import Identity
from cockpit.tools.joined import AppliedRow
from cockpit.tools.plain_migration import Side, is_program, plain_migration, text_of
from cockpit.tools.presence import PresenceTable
from cockpit.tools.row_keeper import RowKeeper

LOCK_KEY = 7241865325823964
_FILE = re.compile(r"^((\d+)_(.+))\.(sql|js|cjs|mjs|ts|cts|mts)$")
_MARKER = re.compile(r"^\s*--[\s-]*(up|down)\s+migration", re.IGNORECASE | re.MULTILINE)
_PROGRAM = re.compile(rb"\bpgm\b")
_TABLE = PresenceTable(
    tool="node-pg-migrate",
    name="pgmigrations",
    create="(id SERIAL PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL)",
    query="""
SELECT name, xmin::text, row_number() OVER (ORDER BY run_on, id), run_on::timestamptz FROM {table}
""",
    columns={"id": "integer", "name": "character varying", "run_on": "timestamp without time zone"},
)


@dataclass(frozen=True, slots=True)
class NodePgMigrate(RowKeeper):
    """The tool of that name."""

    table: PresenceTable = _TABLE

    @property
    def name(self) -> str:
        """As `--tool` spells it."""
        return "node-pg-migrate"

    def recognises(self, files: Sequence[SourceFile]) -> bool:
        """A SQL file with its markers, or a program that speaks to `pgm`."""
        return any(_is_ours(file) for file in files)

    def order_key(self, version: str) -> tuple[object, ...]:
        """By the moment that the number stands for, then by name."""
        number, _, name = version.partition("_")
        return (_moment(number), number, name)

    def version_of(self, name: str) -> str | None:
        """The file's name without its extension."""
        match = _FILE.match(name)
        return match[1] if match else None

    def read(self, files: Sequence[SourceFile]) -> MigrationSet:
        """In the tool's order. A file without markers is all up and has no way down."""
        migrations: list[Migration] = []
        problems: list[Problem] = []
        for file in files:
            match = _FILE.match(file.name)
            if match is None:
                continue
            if match[4] != "sql":
                migrations.append(plain_migration(match[1], match[3], (file,), None, None))
                problems.append(is_program(file, match[1], self.name))
                continue
            text = text_of(file)
            if isinstance(text, Problem):
                problems.append(text)
                continue
            up, down = _sides(text, file.path)
            migrations.append(plain_migration(match[1], match[3], (file,), up, down))
        migrations.sort(key=lambda migration: self.order_key(migration.version))
        return MigrationSet(tuple(migrations), tuple(problems))

    def observe(self, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> History:
        """A name is applied when the table has it; where the order differs, the tool refuses."""
        history = self.table.observe(reader, ledger, migrations, _row)
        applied = [r.version for r in history.records if r.recorded.value == "applied"]
        found = _out_of_order(applied, migrations.versions)
        return replace(history, problems=(*history.problems, *found))

    def lock_keys(self, reader: Reader, identity: Identity) -> tuple[AdvisoryKey, ...]:
        """One number for every database."""
        return (AdvisoryKey(self.name, LOCK_KEY),)

    def refuses_late(self, migration: Migration) -> str | None:
        """The tool compares row by row with the files, and stops at the first difference."""
        return (
            f"node-pg-migrate refuses every run once {migration.version} stands in its table after "
            "a newer one. Give it a newer number, or run only it and use --no-check-order there."
        )

    def applied(self, writer: Writer, phase: PlannedPhase) -> None:
        """A row with the name and the moment."""
        sql = "INSERT INTO {table} (name, run_on) VALUES (%s, NOW())"
        self.table.write(writer, sql, (phase.version,))

    def undone(self, writer: Writer, phase: PlannedPhase) -> None:
        """No such row."""
        self.table.write(writer, "DELETE FROM {table} WHERE name = %s", (phase.version,))


def _is_ours(file: SourceFile) -> bool:
    match = _FILE.match(file.name)
    # Pairs are other tools': golang-migrate's may well say "-- Down migration" in a comment.
    if match is None or file.name.endswith((".up.sql", ".down.sql")):
        return False
    if match[4] != "sql":
        return bool(_PROGRAM.search(file.content))
    return bool(_MARKER.search(file.content.decode(errors="replace")))


def _sides(text: str, path: str) -> tuple[Side, Side | None]:
    """As `getActions` cuts the file: at the first marker of each kind."""
    starts: dict[str, int] = {}
    for match in _MARKER.finditer(text):
        starts.setdefault(match[1].lower(), match.start())
    up, down = starts.get("up"), starts.get("down")
    if down is None:
        return _side(text, up or 0, None, path), None
    if up is None:
        return _side(text, 0, None, path), _side(text, down, None, path)
    return (
        _side(text, up, down if down > up else None, path),
        _side(text, down, up if up > down else None, path),
    )


def _side(text: str, start: int, end: int | None, path: str) -> Side:
    # A marker's match may begin with the blank lines before it.
    return Side(text[start:end], path, line=text.count("\n", 0, start) + 1)


def _moment(number: str) -> int:
    """Milliseconds since 1970, also of 17 digits that spell a moment; 0 of what is no number."""
    if len(number) != 17 or not number.isdecimal():
        return int(number) if number.isdecimal() else 0
    try:
        moment = datetime.strptime(number[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return int(number)
    return int(moment.timestamp()) * 1000 + int(number[14:])


def _row(row: Row) -> AppliedRow:
    name, transaction, order, run_on = row
    return AppliedRow(name, transaction, order=order, applied_at=run_on)


def _out_of_order(applied: Sequence[str], files: Sequence[str]) -> tuple[Problem, ...]:
    """`checkOrder`: the i-th row must be the i-th file."""
    for row, file in zip(applied, files, strict=False):
        if row != file:
            return (
                Problem(
                    f"node-pg-migrate refuses to run here: it expects {file} where its table has "
                    f"{row}",
                    path="pgmigrations",
                    next_step="Apply what is missing before it, or use --no-check-order there.",
                    blocks_writing=False,
                ),
            )
    return ()
