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
from cockpit.model.history import History, Record, Recorded
from cockpit.model.ledger import Ledger, VersionState
from cockpit.model.locks import AdvisoryKey
from cockpit.model.migration import Direction, Migration, MigrationSet, Phase
from cockpit.model.plan import PlannedPhase
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.model.target import Identity
from cockpit.source.checksum import native_checksum
from cockpit.tools.recorded import kept_undo

_FILE = re.compile(r"^([0-9]+)_(.*)\.(up|down)\.(.*)$")
_SALT = 1486364155
_TABLE = "schema_migrations"
_WHERE = """
SELECT n.nspname FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute v ON v.attrelid = c.oid AND v.attname = 'version'
       AND v.atttypid = 'bigint'::regtype
  JOIN pg_catalog.pg_attribute d ON d.attrelid = c.oid AND d.attname = 'dirty'
       AND d.atttypid = 'boolean'::regtype
 WHERE c.relname = %s AND c.relkind = 'r'
 ORDER BY n.nspname = current_schema() DESC, n.nspname
"""


@dataclass(frozen=True, slots=True)
class GolangMigrate:
    """The tool of that name, by its file layout and the table its postgres driver keeps."""

    table: str = _TABLE

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
            if key in sides:
                problems.append(_duplicate(file, sides[key], match[1]))
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
        schema = self._schema(reader)
        if schema is None:
            return History(head=f"{ledger.head}/none", exists=False, unfinished=ledger.unfinished)
        rows = reader.rows(f"SELECT version, dirty FROM {self._qualified(schema)}")  # noqa: S608
        head = f"{ledger.head}/{sorted(rows)}"
        if len(rows) > 1:
            words = f"{len(rows)} rows where golang-migrate keeps one; nothing is believed"
            problem = Problem(words, path=f"{schema}.{self.table}")
            return History(head=head, problems=(problem,), unfinished=ledger.unfinished)
        if not rows or rows[0][0] < 0:
            return self._nothing_applied(ledger, head, dirty=bool(rows and rows[0][1]))
        return self._spread(int(rows[0][0]), bool(rows[0][1]), ledger, migrations, head)

    def lock_keys(self, reader: Reader, identity: Identity) -> tuple[AdvisoryKey, ...]:
        """Two keys: the command line hashes `/name`, a program that embeds it hashes `name`."""
        schema = self._schema(reader) or reader.rows("SELECT current_schema()")[0][0] or ""
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
        """The table as the driver's `ensureVersionTable` creates it."""
        if self._schema(writer) is None:
            writer.execute(
                f"CREATE TABLE IF NOT EXISTS {_quoted(self.table)} "
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
        schema = self._schema(writer)
        table = self._qualified(schema)
        writer.execute(f"TRUNCATE {table}")
        if version is not None or dirty:
            writer.execute(
                f"INSERT INTO {table} (version, dirty) VALUES (%s, %s)",  # noqa: S608
                (version if version is not None else -1, dirty),
            )

    def _qualified(self, schema: str | None) -> str:
        return f"{_quoted(schema)}.{_quoted(self.table)}" if schema else _quoted(self.table)

    def _schema(self, reader: Reader) -> str | None:
        rows = reader.rows(_WHERE, (self.table,))
        return str(rows[0][0]) if rows else None

    def _nothing_applied(self, ledger: Ledger, head: str, *, dirty: bool) -> History:
        problem = Problem(
            "golang-migrate's row says version -1, dirty: the way down of the first migration "
            "failed",
            path=self.table,
            next_step="Look at what is left of it, then: migrate force -1",
        )
        return History(
            head=head,
            records=tuple(_rolled_back(ledger, newest=-1)),
            unfinished=ledger.unfinished,
            problems=(problem,) if dirty else (),
        )

    def _spread(
        self, newest: int, dirty: bool, ledger: Ledger, migrations: MigrationSet, head: str
    ) -> History:
        known = _known(ledger)
        skipped = {
            version
            for version in migrations.versions
            if known and int(version) < max(known) and int(version) not in known
            and int(version) <= newest
        }  # fmt: skip
        records = [
            _record(migration, ledger, newest, dirty)
            for migration in migrations.migrations
            if int(migration.version) <= newest and migration.version not in skipped
        ]
        if str(newest) not in {str(int(record.version)) for record in records}:
            records.append(_without_file(newest, dirty, ledger))
        records += _gone(ledger, newest, {r.version for r in records} | skipped)
        records += _rolled_back(ledger, newest)
        return History(
            records=tuple(sorted(records, key=lambda r: self.order_key(r.version))),
            head=head,
            skipped=frozenset(skipped),
            unfinished=ledger.unfinished,
            problems=(_dirty_problem(newest, migrations, self.table),) if dirty else (),
        )


def advisory_key(database: str, schema: str, table: str) -> int:
    """`GenerateAdvisoryLockId`: CRC-32 of the names joined by NUL, times a salt, modulo 2^32."""
    names = "\0".join((schema, table, database))
    return zlib.crc32(names.encode()) * _SALT % (1 << 32)


def _numbered(ledger: Ledger) -> list[VersionState]:
    """The ledger's versions that can be golang-migrate's."""
    return [state for state in ledger.versions.values() if state.version.isdecimal()]


def _known(ledger: Ledger) -> set[int]:
    """Versions of which the ledger says that they were applied, by us or before us."""
    applied = {state.version for state in _numbered(ledger) if state.was_applied}
    return {int(version) for version in applied | ledger.observed if version.isdecimal()}


def _record(migration: Migration, ledger: Ledger, newest: int, dirty: bool) -> Record:
    version = migration.version
    if dirty and int(version) == newest:
        return replace(
            _evidence(version, migration.name, ledger),
            recorded=Recorded.FAILED,
            failure=f"golang-migrate's row says version {newest}, dirty",
        )
    return _evidence(version, migration.name, ledger)


def _evidence(version: str, name: str, ledger: Ledger) -> Record:
    """Applied by the row; what our ledger kept of it makes it verifiable and reversible."""
    state = ledger.versions.get(version)
    order = int(version)
    if state is None or not (state.complete or state.done):
        return Record(version, name, Recorded.APPLIED, order=order)
    return Record(
        version,
        name or state.name,
        Recorded.APPLIED if state.complete else Recorded.PARTIAL,
        checksum=state.checksum,
        applied_at=state.applied_at,
        commit=state.commit,
        run=state.run,
        order=order,
        done=tuple(done.name for done in state.done),
        phases=state.phases,
        undo=kept_undo(state),
        script="\n".join(done.script for done in state.done),
        open=state.open,
    )


def _without_file(newest: int, dirty: bool, ledger: Ledger) -> Record:
    version = next((v for v in ledger.versions if v.isdecimal() and int(v) == newest), str(newest))
    record = _evidence(version, "", ledger)
    note = "golang-migrate itself refuses to go up or down from a version without a file"
    if dirty:
        return replace(record, recorded=Recorded.FAILED, failure="the row is dirty", note=note)
    return replace(record, note=note)


def _gone(ledger: Ledger, newest: int, known: set[str]) -> list[Record]:
    """Applied by us, at or below the row, and no file holds them any more."""
    return [
        _evidence(state.version, state.name, ledger)
        for state in _numbered(ledger)
        if state.version not in known and state.complete and int(state.version) <= newest
    ]


def _rolled_back(ledger: Ledger, newest: int) -> list[Record]:
    """Above the row, with a past in our ledger."""
    found = []
    for state in _numbered(ledger):
        if int(state.version) <= newest:
            continue
        recorded = Recorded.FAILED if state.failure else Recorded.ROLLED_BACK
        if state.open is not None and not state.open.untouched and not state.failure:
            recorded = Recorded.PARTIAL
        if recorded is Recorded.ROLLED_BACK and not state.was_applied:
            continue
        found.append(
            Record(
                state.version, state.name, recorded, order=0, run=state.run,
                open=state.open, failure=state.failure, phases=state.phases,
            )
        )  # fmt: skip
    return found


def _dirty_problem(newest: int, migrations: MigrationSet, table: str) -> Problem:
    later = [m.version for m in migrations.migrations if int(m.version) > newest]
    other = f", or the way down of {later[0]}" if later else ""
    return Problem(
        f"golang-migrate's row says version {newest}, dirty: the way up of {newest}{other} failed",
        path=table,
        version=str(newest),
        next_step=(
            "A file without its own COMMIT is undone as a whole: look at the schema, then say "
            f"what holds with: migrate force {newest} (or the version before)."
        ),
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


def _duplicate(file: SourceFile, first: SourceFile, number: str) -> Problem:
    return Problem(
        f"version {int(number)} exists twice: {first.path} is used, this file is left out",
        path=file.path,
        version=number,
        next_step="Give one of them another number.",
    )


def _no_up(number: int, down: SourceFile | None) -> Problem:
    return Problem(
        f"version {number} has a way down and no way up; it is left out",
        path=down.path if down else "",
        version=str(number),
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
