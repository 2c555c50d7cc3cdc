"""golang-migrate: `<number>_<name>.up.sql` beside `.down.sql`, one row of history, a dirty flag.

Source: github.com/golang-migrate/migrate v4.19, `source/parse.go` (file names),
`database/postgres/postgres.go` (`SetVersion`, `Lock`), `database/util.go`
(`GenerateAdvisoryLockId`), `migrate.go` (`runMigrations`).
"""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cockpit.database.connection import Reader, Writer
from cockpit.errors import DatabaseError
from cockpit.model.history import History
from cockpit.model.ledger import Ledger
from cockpit.model.locks import AdvisoryKey
from cockpit.model.migration import Direction, Migration, MigrationSet, Phase
from cockpit.model.plan import PlannedPhase
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.model.target import Identity
from cockpit.source.checksum import native_checksum
from cockpit.tools.golang_row import NIL, spread

_FILE = re.compile(r"^([0-9]+)_(.*)\.(up|down)\.(.*)$")
_SALT = 1486364155
_TABLE = "schema_migrations"
_LARGEST = 2**63 - 1
"""Of the column `version`. golang-migrate passes over numbers beyond 64 bits without a word."""
_TABLES = """
SELECT n.nspname, n.nspname IS NOT DISTINCT FROM coalesce(%s, current_schema()),
       bool_or(a.attname = 'version' AND a.atttypid IN ('bigint'::regtype, 'integer'::regtype))
       AND bool_or(a.attname = 'dirty' AND a.atttypid = 'boolean'::regtype)
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relname = %s AND c.relkind IN ('r', 'p')
 GROUP BY n.nspname ORDER BY n.nspname
"""


@dataclass(frozen=True, slots=True)
class GolangMigrate:
    """The tool of that name, by its file layout and the table its postgres driver keeps."""

    table: str = _TABLE
    schema: str | None = None
    """Where the table is; None: the session's schema, as golang-migrate looks for it."""

    @property
    def name(self) -> str:
        """As `--tool` spells it."""
        return "golang-migrate"

    def recognises(self, files: Sequence[SourceFile]) -> bool:
        """Numbered `.up.` files are here."""
        return any(self.version_of(file.name) for file in files)

    def order_key(self, version: str) -> tuple[object, ...]:
        """Versions are unsigned 64-bit integers."""
        return (int(version),)

    def version_of(self, name: str) -> str | None:
        """The number of an `.up.` file, as it is written."""
        match = _FILE.match(name)
        return match[1] if match and match[3] == "up" else None

    def read(self, files: Sequence[SourceFile]) -> MigrationSet:
        """One migration a number. Two files for one number and direction are a problem."""
        sides: dict[tuple[int, Direction], SourceFile] = {}
        problems: list[Problem] = []
        for file in sorted(files, key=lambda f: f.name):
            match = _FILE.match(file.name)
            if match is None:
                continue
            key = (int(match[1]), Direction(match[3]))
            if key[0] > _LARGEST:
                problems.append(_too_large(file))
            elif key in sides:
                problems.append(_duplicate(file, sides[key]))
            else:
                sides[key] = file
        migrations = []
        for number in sorted({number for number, _ in sides}):
            up, down = sides.get((number, Direction.UP)), sides.get((number, Direction.DOWN))
            if up is None:
                problems.append(_no_up(number, down))
                continue
            migration, problem = _migration(number, up, down)
            problems += [problem] if problem else []
            migrations += [migration] if migration else []
        return MigrationSet(tuple(migrations), tuple(problems))

    def observe(self, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> History:
        """The one row, spread over the files it stands for, joined with our own evidence."""
        here, fits, elsewhere = self._found(reader)
        if here is None:
            history = spread(NIL, False, ledger, migrations, f"{ledger.head}/none", self.table)
            return replace(history, exists=False, problems=self._elsewhere(elsewhere))
        if not fits:
            words = "this is not golang-migrate's table: it has no bigint version and boolean dirty"
            return _believe_nothing(words, ledger, migrations, f"{here}.{self.table}")
        rows = reader.rows(f"SELECT version, dirty FROM {self._qualified(here)}")  # noqa: S608
        if len(rows) > 1:
            words = f"{len(rows)} rows where golang-migrate keeps one; nothing is believed"
            return _believe_nothing(words, ledger, migrations, f"{here}.{self.table}")
        newest, dirty = rows[0] if rows else (NIL, False)
        head = f"{ledger.head}/{sorted(rows)}"
        return spread(max(int(newest), NIL), bool(dirty), ledger, migrations, head, self.table)

    def lock_keys(self, reader: Reader, identity: Identity) -> tuple[AdvisoryKey, ...]:
        """Two keys: the command line hashes `/name`, a program that embeds it hashes `name`."""
        schema = self.schema or reader.rows("SELECT current_schema()")[0][0] or ""
        return (
            AdvisoryKey(
                self.name, advisory_key(f"/{identity.database}", schema, self.table), "command line"
            ),
            AdvisoryKey(self.name, advisory_key(identity.database, schema, self.table), "library"),
        )

    def refuses_late(self, migration: Migration) -> str | None:
        """One row cannot say that an older version was added later."""
        return (
            f"golang-migrate skips {migration.version} silently: a newer version is applied. "
            "Give it a new number, or run only it; its history cannot show that it ran."
        )

    def prepare(self, writer: Writer) -> None:
        """The table as the driver's `ensureVersionTable` creates it, in the session's schema."""
        here, _, _ = self._found(writer)
        if here is None:
            table = self._qualified(self.schema or _schema(writer))
            writer.execute(
                f"CREATE TABLE IF NOT EXISTS {table} "
                "(version bigint not null primary key, dirty boolean not null)"
            )

    def mark_in_doubt(self, writer: Writer, phase: PlannedPhase) -> None:
        """The target version with the dirty flag, as golang-migrate sets it before every file."""
        self._set(writer, self._after(phase), dirty=True)

    def record(self, writer: Writer, phase: PlannedPhase) -> None:
        """The target version, clean; written once the whole migration has gone its way."""
        if phase.last_of_version:
            self._set(writer, self._after(phase), dirty=False)

    def record_words(self, phase: PlannedPhase) -> str:
        """The row as it will stand."""
        if not phase.last_of_version:
            return "the ledger's event"
        version = self._after(phase)
        row = f"version {version}, clean" if version is not None else "no row"
        return f"golang-migrate's history: {row}"

    @staticmethod
    def _after(phase: PlannedPhase) -> int | None:
        """The newest version in force after the phase; None when nothing is."""
        return int(phase.previous_version) if phase.previous_version is not None else None

    def _set(self, writer: Writer, version: int | None, *, dirty: bool) -> None:
        """`SetVersion`: TRUNCATE, then one row; the nil version is -1 and only kept when dirty."""
        # The migration itself may have moved the path that the table is found by.
        writer.execute("SET LOCAL search_path TO DEFAULT")
        table = self._qualified(self.schema or _schema(writer))
        writer.execute(f"TRUNCATE {table}")
        if version is not None or dirty:
            writer.execute(
                f"INSERT INTO {table} (version, dirty) VALUES (%s, %s)",  # noqa: S608
                (version if version is not None else NIL, dirty),
            )

    def _qualified(self, schema: str) -> str:
        return f"{_quoted(schema)}.{_quoted(self.table)}"

    def _found(self, reader: Reader) -> tuple[str | None, bool, tuple[str, ...]]:
        """The session's schema if the table is in it, whether it has the right columns, and other
        schemas that have such a table. golang-migrate looks into `current_schema()` only."""
        rows = reader.rows(_TABLES, (self.schema, self.table))
        elsewhere = tuple(schema for schema, current, fits in rows if fits and not current)
        for schema, current, fits in rows:
            if current:
                return schema, bool(fits), elsewhere
        return None, False, elsewhere

    def _elsewhere(self, schemas: Sequence[str]) -> tuple[Problem, ...]:
        if not schemas:
            return ()
        return (
            Problem(
                f"the schema of this session has no {self.table}; {', '.join(schemas)} has one",
                path=self.table,
                next_step="If that is the history, set search_path: options=-csearch_path=...",
                blocks_writing=False,
            ),
        )


def advisory_key(database: str, schema: str, table: str) -> int:
    """`GenerateAdvisoryLockId`: CRC-32 of the names joined by NUL, times a salt, modulo 2^32."""
    names = "\0".join((schema, table, database))
    return zlib.crc32(names.encode()) * _SALT % (1 << 32)


def _schema(reader: Reader) -> str:
    schema = reader.rows("SELECT current_schema()")[0][0]
    if schema is None:
        raise DatabaseError(
            "No schema of the search_path exists, so golang-migrate has no place for its table.",
            next_step="Create the schema, or set search_path for the role.",
        )
    return str(schema)


def _believe_nothing(why: str, ledger: Ledger, migrations: MigrationSet, table: str) -> History:
    """No version is claimed to be pending, and nothing may be written."""
    return History(
        head=f"{ledger.head}/unreadable",
        doubts=dict.fromkeys(migrations.versions, f"Nothing is known: {why}."),
        unfinished=ledger.unfinished,
        stopped=ledger.stopped,
        problems=(Problem(why, path=table, next_step="Mend the table before anything else."),),
    )


def _migration(
    number: int, up: SourceFile, down: SourceFile | None
) -> tuple[Migration | None, Problem | None]:
    match = _FILE.match(up.name)
    script = _text(up)
    undo = _text(down) if down else None
    if match is None or isinstance(script, Problem):
        return None, script if isinstance(script, Problem) else None
    problem = undo if isinstance(undo, Problem) else None
    phases_down = (
        (Phase("up", Direction.DOWN, undo, down.path),) if down and isinstance(undo, str) else ()
    )
    # An empty down file is a promise that nothing has to be undone.
    migration = Migration(
        version=match[1],
        name=match[2],
        up=(Phase("up", Direction.UP, script, up.path),),
        down=phases_down,
        checksum=native_checksum(up.content),
        path=up.path,
        blobs=tuple(file.blob for file in (up, down) if file),
        uncommitted=up.uncommitted or bool(down and down.uncommitted),
    )
    return migration, problem


def _text(file: SourceFile) -> str | Problem:
    try:
        return file.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = file.content[: error.start]
        return Problem(
            "this is not UTF-8; the file is left out",
            path=file.path,
            line=before.count(b"\n") + 1,
            column=len(before) - before.rfind(b"\n"),
            next_step="Save it as UTF-8.",
        )


def _duplicate(file: SourceFile, first: SourceFile) -> Problem:
    match = _FILE.match(first.name)
    number = match[1] if match else ""
    return Problem(
        f"version {int(number)} exists twice: {first.path} has it too, and golang-migrate refuses "
        "such a folder",
        path=file.path,
        version=number,
        next_step="Give one of them another number.",
    )


def _too_large(file: SourceFile) -> Problem:
    return Problem(
        "the number is too large for golang-migrate's table; the file is left out",
        path=file.path,
        next_step="Give it a number below 2^63.",
    )


def _no_up(number: int, down: SourceFile | None) -> Problem:
    return Problem(
        f"version {number} has a way down and no way up; it is left out",
        path=down.path if down else "",
        version=str(number),
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
