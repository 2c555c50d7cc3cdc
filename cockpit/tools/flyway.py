"""Flyway: `V<version>__<words>.sql`, `R__<words>.sql`, and `U<version>__…` for the way back.

Source: github.com/flyway/flyway v13, `resource/ResourceNameParser.java` (names),
`resolver/ChecksumCalculator.java`, `PostgreSQLDatabase.java` (table),
`JdbcTableSchemaHistory.java` (rows), `PostgreSQLAdvisoryLockTemplate.java` (lock). Not run here:
tests are vectors. The free edition knows no undo, and stops at a row of a type it does not know;
so a version that is rolled back loses its row, unless rows of undo are there already.
"""

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cockpit.database.connection import Reader, Writer
from cockpit.model.history import History, Record, Recorded
from cockpit.model.ledger import Ledger
from cockpit.model.locks import AdvisoryKey
from cockpit.model.migration import Direction, Migration, MigrationSet
from cockpit.model.plan import PlannedPhase
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.model.target import Identity
from cockpit.tools.history_table import believe_nothing, doubted, quoted, told_elsewhere
from cockpit.tools.joined import AppliedRow, head, join, written_by_us
from cockpit.tools.plain_migration import Side, exists_twice, plain_migration, text_of
from cockpit.tools.presence import PresenceTable
from cockpit.tools.row_keeper import RowKeeper

_VERSIONED = re.compile(r"^([VUB])(\d[\d._]*?)(?:__(.*))?\.sql$")
_REPEATABLE = re.compile(r"^(R__(.*))\.sql$")
_CALLBACK = re.compile(r"^(before|after)[A-Z]\w*(?:__.*)?\.sql$")
_PLACEHOLDER = re.compile(r"\$\{[^}\s]+\}")
_LINES = re.compile(r"\r\n|\r|\n")
_LOCK_BASE = 77431708279161
_TABLE = PresenceTable(
    tool="flyway",
    name="flyway_schema_history",
    create="""(
        "installed_rank" INT NOT NULL,
        "version" VARCHAR(50),
        "description" VARCHAR(200) NOT NULL,
        "type" VARCHAR(20) NOT NULL,
        "script" VARCHAR(1000) NOT NULL,
        "checksum" INTEGER,
        "installed_by" VARCHAR(100) NOT NULL,
        "installed_on" TIMESTAMP NOT NULL DEFAULT now(),
        "execution_time" INTEGER NOT NULL,
        "success" BOOLEAN NOT NULL,
        CONSTRAINT "flyway_schema_history_pk" PRIMARY KEY ("installed_rank")
    )""",
    query="""
SELECT installed_rank, xmin::text, version, description, type, checksum, installed_on::timestamptz,
       success
  FROM {table} ORDER BY installed_rank
""",
    columns={"installed_rank": "integer", "version": "character varying", "success": "boolean"},
)
_INSERT = """
INSERT INTO {table} (installed_rank, version, description, type, script, checksum, installed_by,
                     execution_time, success)
SELECT coalesce(max(installed_rank), 0) + 1, %s, %s, %s, %s, %s, current_user,
       (extract(epoch FROM clock_timestamp() - transaction_timestamp()) * 1000)::int, true
  FROM {table}
"""


@dataclass(frozen=True, slots=True)
class _Installed:
    """One row of the table."""

    rank: int
    writer: str
    version: str | None
    description: str
    type: str
    checksum: int | None
    at: Any
    success: bool


@dataclass(frozen=True, slots=True)
class Flyway(RowKeeper):
    """The tool of that name, with its usual prefixes, separator and table."""

    table: PresenceTable = _TABLE

    @property
    def name(self) -> str:
        """As `--tool` spells it."""
        return "flyway"

    def recognises(self, files: Sequence[SourceFile]) -> bool:
        """A versioned or repeatable file with words behind two underscores is here."""
        return any(self.version_of(file.name) and "__" in file.name for file in files)

    def order_key(self, version: str) -> tuple[object, ...]:
        """Numbers part by part, zeros at the end without meaning; repeatables last, by name."""
        if not version[:1].isdigit():
            return (1, (), version)
        parts = [int(part) for part in version.split(".") if part]
        while parts and parts[-1] == 0:
            parts.pop()
        return (0, tuple(parts), "")

    def version_of(self, name: str) -> str | None:
        """The version with dots; of a repeatable its name without the extension."""
        match = _VERSIONED.match(name)
        if match is not None:
            return _dotted(match[2]) if match[1] == "V" else None
        repeatable = _REPEATABLE.match(name)
        return repeatable[1] if repeatable else None

    def read(self, files: Sequence[SourceFile]) -> MigrationSet:
        """Versioned ones in order, then the repeatable ones."""
        undos = {self.order_key(v): f for f in files if (v := _undone(f.name)) is not None}
        settings = {f.name.removesuffix(".conf"): f for f in files if f.name.endswith(".conf")}
        found: dict[tuple[object, ...], Migration] = {}
        problems = [p for file in files for p in _aside(file)]
        for file in sorted(files, key=lambda file: file.name):
            version = self.version_of(file.name)
            if version is None:
                continue
            key = self.order_key(version)
            if key in found:
                why = "and flyway refuses such a folder"
                problems.append(exists_twice(found[key].version, file, found[key].path, why))
                continue
            migration, wrong = _read(file, version, undos.get(key), settings.get(file.name))
            problems += wrong
            if migration is not None:
                found[key] = migration
        return MigrationSet(tuple(found[key] for key in sorted(found)), tuple(problems))

    def observe(self, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> History:
        """The last word of the table on each version; a changed repeatable is pending again."""
        table = self.table.find(reader)
        if why := doubted(table, table.has(**self.table.columns)):
            return believe_nothing(why, table, ledger, migrations)
        rows = []
        if table.exists:
            query = self.table.query.format(table=table.sql)
            rows = [_Installed(*row) for row in reader.rows(query)]
        spelled = {self.order_key(m.version): m for m in migrations.migrations}
        newest = self._newest(rows, spelled)
        outdated = {v for v, row in newest.items() if _outdated(row, migrations.find(v))}
        applied = [_applied(v, row) for v, row in newest.items() if v not in outdated]
        records = join(applied, ledger, written_by_us(reader, ledger))
        below = self._below_baseline(rows, migrations, set(newest))
        kept = tuple(record for record in records if record.version not in outdated)
        known = {record.version for record in kept}
        return History(
            records=(*(record for record in below if record.version not in known), *kept),
            head=head(ledger, [_applied(str(row.rank), row) for row in rows]),
            exists=table.exists,
            unfinished=ledger.unfinished,
            stopped=ledger.stopped,
            problems=told_elsewhere(table),
        )

    def lock_keys(self, reader: Reader, identity: Identity) -> tuple[AdvisoryKey, ...]:
        """The key of its table in the session's schema."""
        here = reader.rows("SELECT coalesce(current_schema(), 'public')")[0][0]
        schema = self.table.schema or str(here)
        return (AdvisoryKey(self.name, lock_key(schema, self.table.name)),)

    def refuses_late(self, migration: Migration) -> str | None:
        """Without outOfOrder flyway ignores it, and its next validation fails."""
        if migration.version.startswith("R__"):
            return None
        return (
            f"flyway refuses {migration.version}: a newer version is applied. Give it a newer "
            "version, run only it, or set outOfOrder there."
        )

    def prepare(self, writer: Writer) -> None:
        """The table with its index, as flyway makes them."""
        if self.table.prepare(writer):
            index = quoted(f"{self.table.name}_s_idx")
            sql = f'CREATE INDEX {index} ON {{table}} ("success")'
            self.table.write(writer, sql, ())

    def applied(self, writer: Writer, phase: PlannedPhase) -> None:
        """A row with the next rank."""
        checksum = int(phase.checksum) if phase.checksum else None
        self._insert(writer, phase, "SQL", checksum)

    def undone(self, writer: Writer, phase: PlannedPhase) -> None:
        """The row goes, or is answered by one of undo where flyway has written such."""
        if self._knows_undo(writer):
            self._insert(writer, phase, "UNDO_SQL", None)
            return
        sql = "DELETE FROM {table} WHERE version = %s AND type NOT IN ('BASELINE', 'SCHEMA')"
        self.table.write(writer, sql, (_version(phase),))

    def row_words(self, phase: PlannedPhase) -> str:
        """What becomes of the row."""
        return f"{phase.version} {'applied' if phase.direction is Direction.UP else 'taken back'}"

    def _insert(self, writer: Writer, phase: PlannedPhase, kind: str, checksum: int | None) -> None:
        script = phase.path.rpartition("/")[2]
        row = (_version(phase), phase.name, kind, script, checksum)
        self.table.write(writer, _INSERT, row)

    def _knows_undo(self, writer: Writer) -> bool:
        table = self.table.find(writer).sql
        sql = f"SELECT EXISTS (SELECT FROM {table} WHERE type LIKE 'UNDO%')"  # noqa: S608 (quoted)
        return bool(writer.rows(sql)[0][0])

    def _newest(
        self, rows: Sequence[_Installed], spelled: Mapping[tuple[object, ...], Migration]
    ) -> dict[str, _Installed]:
        """By version as the files spell it: the last row that neither undo nor delete answered."""
        newest: dict[str, _Installed] = {}
        for row in rows:
            if row.type in ("SCHEMA", "BASELINE"):
                continue
            version = row.version or f"R__{row.description.replace(' ', '_')}"
            file = spelled.get(self.order_key(version))
            version = file.version if file else version
            if row.type.startswith("UNDO") or row.type == "DELETE":
                newest.pop(version, None)
            else:
                newest[version] = row
        return newest

    def _below_baseline(
        self, rows: Sequence[_Installed], migrations: MigrationSet, named: set[str]
    ) -> tuple[Record, ...]:
        """Files up to the baseline, which flyway never applies."""
        lines = [row.version for row in rows if row.type.endswith("BASELINE") and row.version]
        if not lines:
            return ()
        line = max(self.order_key(version) for version in lines)
        note = f"below flyway's baseline {lines[-1]}"
        return tuple(
            Record(m.version, m.name, Recorded.IMPORTED, note=note)
            for m in migrations.migrations
            if m.version not in named and self.order_key(m.version) <= line
        )


def _version(phase: PlannedPhase) -> str | None:
    """A repeatable migration has none."""
    return None if phase.version.startswith("R__") else phase.version


def checksum(text: str) -> int:
    """CRC-32 over every line in UTF-8 without its end, as a signed number of 32 bits."""
    value = 0
    for line in _LINES.split(text.removeprefix("\ufeff")):
        value = zlib.crc32(line.encode(), value)
    return value - (1 << 32) if value >= 1 << 31 else value


def lock_key(schema: str, table: str) -> int:
    """`77431708279161 + "schema"."table".hashCode()`, quotes included."""
    return _LOCK_BASE + java_hash(f'"{schema}"."{table}"')


def java_hash(text: str) -> int:
    """`String.hashCode`: signed 32 bits over UTF-16 units."""
    units = text.encode("utf-16-be")
    value = 0
    for index in range(0, len(units), 2):
        value = (value * 31 + int.from_bytes(units[index : index + 2])) % (1 << 32)
    return value - (1 << 32) if value >= 1 << 31 else value


def _dotted(version: str) -> str:
    return version.replace("_", ".").strip(".")


def _undone(name: str) -> str | None:
    match = _VERSIONED.match(name)
    return _dotted(match[2]) if match and match[1] == "U" else None


def _read(
    file: SourceFile, version: str, undo: SourceFile | None, conf: SourceFile | None
) -> tuple[Migration | None, list[Problem]]:
    text = text_of(file)
    back = text_of(undo) if undo else None
    problems = [found for found in (text, back) if isinstance(found, Problem)]
    if not isinstance(text, str):
        return None, problems
    options = _options(conf)
    transaction = options.get("executeInTransaction", "true").lower() != "false"
    match = _VERSIONED.match(file.name) or _REPEATABLE.match(file.name)
    words = (match[match.re.groups] or "") if match else ""
    files = (file, undo) if undo else (file,)
    down = (
        Side(back, undo.path, transaction=transaction) if undo and isinstance(back, str) else None
    )
    migration = plain_migration(
        version, words.replace("_", " "), files, Side(text, file.path, transaction=transaction),
        down, checksum=str(checksum(text)),
        irreversible="a repeatable migration has no way back" if version[0] == "R" else None,
    )  # fmt: skip
    return migration, [*problems, *_unknowable(file, version, text, options)]


def _options(conf: SourceFile | None) -> dict[str, str]:
    """`name=value` lines of the file beside a script."""
    if conf is None:
        return {}
    lines = conf.content.decode(errors="replace").splitlines()
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def _unknowable(
    file: SourceFile, version: str, text: str, options: Mapping[str, str]
) -> list[Problem]:
    """Placeholders, whose values only flyway's own settings hold."""
    found = _PLACEHOLDER.search(text)
    if found is None or options.get("placeholderReplacement", "true").lower() == "false":
        return []
    return [
        Problem(
            f"flyway puts a value in the place of {found[0]}, and the cockpit does not know it",
            path=file.path,
            line=text.count("\n", 0, found.start()) + 1,
            version=version,
            next_step="Apply it with flyway.",
        )
    ]


def _aside(file: SourceFile) -> list[Problem]:
    """Files that flyway would run beside the migrations."""
    match = _VERSIONED.match(file.name)
    if match is not None and match[1] == "B":
        what = "a baseline migration: flyway runs it in place of older ones in an empty database"
    elif _CALLBACK.match(file.name):
        what = "a callback: flyway runs it by itself, and the cockpit does not"
    else:
        return []
    return [Problem(what, path=file.path, blocks_writing=False)]


def _outdated(row: _Installed, migration: Migration | None) -> bool:
    """A repeatable that would run again."""
    return row.version is None and migration is not None and str(row.checksum) != migration.checksum


def _applied(version: str, row: _Installed) -> AppliedRow:
    return AppliedRow(
        version,
        row.writer,
        name=row.description,
        checksum=str(row.checksum) if row.checksum is not None else None,
        applied_at=row.at,
        order=row.rank,
        failure=None if row.success else "flyway's row says that it failed",
        note="" if row.type == "SQL" else f"flyway calls it {row.type}",
    )
