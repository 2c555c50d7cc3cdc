"""sqlx: `<number>_<words>.sql`, or pairs of `.up.sql` and `.down.sql`, with a checksum.

Source: github.com/launchbadge/sqlx, `sqlx-core/src/migrate/source.rs` (files, SHA-384 of the
bytes), `sqlx-postgres/src/migrate.rs` (table, statements, lock), `migrator.rs` (validation). Its
pairs look like golang-migrate's and its single files like anybody's, so its table decides.
"""

import hashlib
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cockpit.database.connection import Reader, Row, Writer
from cockpit.model.history import History
from cockpit.model.ledger import Ledger
from cockpit.model.locks import AdvisoryKey
from cockpit.model.migration import Direction, Migration, MigrationSet
from cockpit.model.plan import PlannedPhase
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.model.target import Identity
from cockpit.tools.joined import AppliedRow
from cockpit.tools.native import Native
from cockpit.tools.numbered import by_number, spelling
from cockpit.tools.plain_migration import Side, exists_twice, plain_migration, text_of
from cockpit.tools.presence import PresenceTable
from cockpit.tools.row_keeper import RowKeeper

_FILE = re.compile(r"^(\d+)_(.*?)(\.up|\.down)?\.sql$")
_SALT = 0x3D32AD9E
_NO_TRANSACTION = b"-- no-transaction"
_TABLE = PresenceTable(
    tool="sqlx",
    name="_sqlx_migrations",
    create="""(
        version BIGINT PRIMARY KEY,
        description TEXT NOT NULL,
        installed_on TIMESTAMPTZ NOT NULL DEFAULT now(),
        success BOOLEAN NOT NULL,
        checksum BYTEA NOT NULL,
        execution_time BIGINT NOT NULL
    )""",
    query="""
SELECT version, xmin::text, description, installed_on, success, encode(checksum, 'hex'),
       execution_time
  FROM {table}
""",
    columns={"version": "bigint", "success": "boolean", "checksum": "bytea"},
)


@dataclass(frozen=True, slots=True)
class Sqlx(RowKeeper):
    """The tool of that name."""

    table: PresenceTable = _TABLE

    @property
    def name(self) -> str:
        """As `--tool` spells it."""
        return "sqlx"

    @property
    def shares_layout_of(self) -> tuple[str, ...]:
        """Pairs are golang-migrate's too; single files without any marker are nobody's."""
        return ("golang-migrate", "cockpit")

    def recognises(self, files: Sequence[SourceFile]) -> bool:
        """Never by files alone: `claims` decides, with the database."""
        return False

    def claims(self, reader: Reader, files: Sequence[SourceFile]) -> bool:
        """Its table is here, and what it names, if anything, these files have.

        Files with both ways in them are not sqlx's: it would run the way back with the way up.
        """
        if Native().recognises(files):
            return False
        table = self.table.find(reader)
        if not table.exists or not table.readable or not table.has(**self.table.columns):
            return False
        named = {row.version for row in self.table.rows(reader, table, _row)}
        here = {str(int(v)) for file in files if (v := self.version_of(file.name)) is not None}
        return bool(here) and (not named or not named.isdisjoint(here))

    def order_key(self, version: str) -> tuple[object, ...]:
        """Versions are integers."""
        return by_number(version)

    def version_of(self, name: str) -> str | None:
        """The number of a file that is not a way down, as it is written."""
        match = _FILE.match(name)
        return match[1] if match and match[3] != ".down" else None

    def read(self, files: Sequence[SourceFile]) -> MigrationSet:
        """One migration a number; two ways up with one number are a problem."""
        ups: dict[int, SourceFile] = {}
        downs: dict[int, SourceFile] = {}
        problems: list[Problem] = []
        for file in sorted(files, key=lambda file: file.name):
            match = _FILE.match(file.name)
            if match is None:
                continue
            side = downs if match[3] == ".down" else ups
            first = side.setdefault(int(match[1]), file)
            if first is not file:
                why = "and sqlx cannot keep both"
                problems.append(exists_twice(match[1], file, first.path, why))
        migrations = []
        for number in sorted(ups):
            migration, wrong = _read(ups[number], downs.get(number))
            problems += wrong
            migrations += [migration] if migration else []
        return MigrationSet(tuple(migrations), tuple(problems))

    def observe(self, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> History:
        """The rows. sqlx stops at a row without a file, and at one with another checksum."""
        spelled = spelling(migrations, ledger)

        def read(row: Row) -> AppliedRow:
            applied = _row(row)
            return replace(applied, version=spelled.get(int(applied.version), applied.version))

        history = self.table.observe(reader, ledger, migrations, read)
        known = set(migrations.versions)
        told = tuple(
            record
            if record.version in known
            else replace(record, note="sqlx refuses to run while its file is gone")
            for record in history.records
        )
        return replace(history, records=told)

    def lock_keys(self, reader: Reader, identity: Identity) -> tuple[AdvisoryKey, ...]:
        """One key a database."""
        return (AdvisoryKey(self.name, advisory_key(identity.database)),)

    def applied(self, writer: Writer, phase: PlannedPhase) -> None:
        """A row with the checksum of the file. The time counts from the transaction."""
        self.table.write(
            writer,
            "INSERT INTO {table} (version, description, success, checksum, execution_time) "
            "VALUES (%s, %s, TRUE, decode(%s, 'hex'), "
            "(extract(epoch FROM clock_timestamp() - transaction_timestamp()) * 1e9)::bigint)",
            (int(phase.version), phase.name, phase.checksum),
        )

    def undone(self, writer: Writer, phase: PlannedPhase) -> None:
        """No such row."""
        sql = "DELETE FROM {table} WHERE version = %s"
        self.table.write(writer, sql, (int(phase.version),))

    def row_words(self, phase: PlannedPhase) -> str:
        """What becomes of the row."""
        verb = "applied" if phase.direction is Direction.UP else "gone"
        return f"version {int(phase.version)} {verb}"


def advisory_key(database: str) -> int:
    """`generate_lock_id`: CRC-32 of the database's name times a number chosen by dice."""
    return _SALT * zlib.crc32(database.encode())


def checksum(content: bytes) -> str:
    """SHA-384 of the very bytes, hexadecimal; a changed line ending is a changed file."""
    return hashlib.sha384(content).hexdigest()


def _read(up: SourceFile, down: SourceFile | None) -> tuple[Migration | None, tuple[Problem, ...]]:
    match = _FILE.match(up.name)
    script, undo = text_of(up), text_of(down) if down else None
    problems = tuple(text for text in (script, undo) if isinstance(text, Problem))
    if match is None or not isinstance(script, str):
        return None, problems
    migration = plain_migration(
        match[1],
        match[2].replace("_", " "),
        (up, down) if down else (up,),
        Side(script, up.path, transaction=not up.content.startswith(_NO_TRANSACTION)),
        _down(down, undo) if down and isinstance(undo, str) else None,
        checksum=checksum(up.content),
    )
    return migration, problems


def _down(file: SourceFile, text: str) -> Side:
    return Side(text, file.path, transaction=not file.content.startswith(_NO_TRANSACTION))


def _row(row: Row) -> AppliedRow:
    version, transaction, description, installed_on, success, digest, took = row
    killed = "killed between its commit and the note of how long it took" if took == -1 else ""
    return AppliedRow(
        str(version),
        transaction,
        name=description,
        checksum=digest,
        applied_at=installed_on,
        failure=None if success else "sqlx's row says that it did not succeed",
        note=killed,
    )
