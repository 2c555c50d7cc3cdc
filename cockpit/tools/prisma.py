"""Prisma Migrate: a folder a migration with `migration.sql` in it, and rows that say how it went.

Source: github.com/prisma/prisma-engines, `schema-engine/connectors/schema-connector/src/`
(`checksum.rs`, `migrations_directory.rs`), `sql_migration_persistence.rs` (table). Prisma has no
way down; one is taken from a `down.sql` beside.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
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
from cockpit.tools.plain_migration import Side, plain_migration, text_of
from cockpit.tools.presence import PresenceTable
from cockpit.tools.row_keeper import RowKeeper

LOCK_KEY = 72707369
_UP = re.compile(r"^(?:(?P<folder>.*)/)?(?P<migration>[^/]+)/migration\.sql$")
_TABLE = PresenceTable(
    tool="prisma",
    name="_prisma_migrations",
    create="""(
        id varchar(36) PRIMARY KEY NOT NULL,
        checksum varchar(64) NOT NULL,
        finished_at timestamptz,
        migration_name varchar(255) NOT NULL,
        logs text,
        rolled_back_at timestamptz,
        started_at timestamptz NOT NULL DEFAULT now(),
        applied_steps_count integer NOT NULL DEFAULT 0
    )""",
    query="""
SELECT migration_name, writer, checksum, started_at, finished_at IS NOT NULL,
       row_number() OVER (ORDER BY started_at, migration_name)
  FROM (SELECT DISTINCT ON (migration_name) *, xmin::text AS writer
          FROM {table} WHERE rolled_back_at IS NULL
         ORDER BY migration_name, started_at DESC) newest
""",
    columns={"migration_name": "character varying", "applied_steps_count": "integer"},
)
_FAILED = (
    "Prisma's row was never finished: it refuses to go on (P3009) until the row is resolved "
    "with: prisma migrate resolve"
)


@dataclass(frozen=True, slots=True)
class Prisma(RowKeeper):
    """The tool of that name."""

    table: PresenceTable = _TABLE

    @property
    def name(self) -> str:
        """As `--tool` spells it."""
        return "prisma"

    @property
    def subfolders(self) -> tuple[str, ...]:
        """Any: each is a migration."""
        return ("*",)

    def folder_of(self, path: str) -> str | None:
        """Where the migrations lie of which this is an up file."""
        match = _UP.match(path)
        return (match["folder"] or "") if match else None

    def recognises(self, files: Sequence[SourceFile]) -> bool:
        """Some folder has a `migration.sql`."""
        return any(_UP.match(file.path) for file in files)

    def order_key(self, version: str) -> tuple[object, ...]:
        """Text order of the folders' names."""
        return (version,)

    def version_of(self, name: str) -> str | None:
        """The name of the folder that a `migration.sql` lies in."""
        match = _UP.match(name)
        return match["migration"] if match else None

    def read(self, files: Sequence[SourceFile]) -> MigrationSet:
        """One migration a folder."""
        folders: dict[str, dict[str, SourceFile]] = defaultdict(dict)
        for file in files:
            folders[file.path.rpartition("/")[0]][file.name] = file
        migrations, problems = [], []
        for folder in sorted(folders):
            if "migration.sql" in folders[folder]:
                migration, wrong = _read(folder.rpartition("/")[2], folders[folder])
                problems += wrong
                migrations += [migration] if migration else []
        migrations.sort(key=lambda migration: migration.version)
        return MigrationSet(tuple(migrations), tuple(problems))

    def observe(self, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> History:
        """The newest row of a name that was not rolled back decides."""
        history = self.table.observe(reader, ledger, migrations, _row)
        told = tuple(
            replace(record, checksum=file.checksum)
            if (file := migrations.find(record.version)) and _alike(record.checksum, file)
            else record
            for record in history.records
        )
        return replace(history, records=told)

    def lock_keys(self, reader: Reader, identity: Identity) -> tuple[AdvisoryKey, ...]:
        """One number for every database."""
        return (AdvisoryKey(self.name, LOCK_KEY),)

    def mark_in_doubt(self, writer: Writer, phase: PlannedPhase) -> None:
        """Prisma's own unfinished row would block its pipeline; our ledger says it instead."""

    def applied(self, writer: Writer, phase: PlannedPhase) -> None:
        """A finished row."""
        sql = (
            "INSERT INTO {table} (id, checksum, finished_at, migration_name, started_at, "
            "applied_steps_count) "
            "VALUES (gen_random_uuid()::text, %s, clock_timestamp(), %s, now(), 1)"
        )
        self.table.write(writer, sql, (phase.checksum, phase.version))

    def undone(self, writer: Writer, phase: PlannedPhase) -> None:
        """The mark that it was rolled back."""
        sql = (
            "UPDATE {table} SET rolled_back_at = now() "
            "WHERE migration_name = %s AND rolled_back_at IS NULL"
        )
        self.table.write(writer, sql, (phase.version,))

    def row_words(self, phase: PlannedPhase) -> str:
        """What the row will say."""
        return f"{phase.version} {'finished' if phase.direction is Direction.UP else 'rolled back'}"


def checksum(content: bytes) -> str:
    """SHA-256 of the file's bytes, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _read(version: str, files: Mapping[str, SourceFile]) -> tuple[Migration | None, list[Problem]]:
    up, down = files["migration.sql"], files.get("down.sql")
    script, undo = text_of(up), text_of(down) if down else None
    problems = [text for text in (script, undo) if isinstance(text, Problem)]
    if not isinstance(script, str):
        return None, problems
    back = Side(undo, down.path) if down and isinstance(undo, str) else None
    mine = (up, down) if down else (up,)
    name = version.partition("_")[2] or version
    content = up.content
    migration = plain_migration(
        version, name, mine, Side(script, up.path), back, checksum=checksum(content)
    )
    unix = content.replace(b"\r\n", b"\n")
    also = [checksum(unix), checksum(unix.replace(b"\n", b"\r\n"))]
    return replace(migration, metadata=" ".join(also)), problems


def _alike(stored: str | None, file: Migration) -> bool:
    """Prisma also accepts the file with other line ends."""
    return stored is not None and stored in file.metadata.split()


def _row(row: Row) -> AppliedRow:
    name, writer, digest, started_at, finished, order = row
    return AppliedRow(
        name,
        writer,
        checksum=digest,
        applied_at=started_at,
        order=order,
        failure=None if finished else _FAILED,
    )
