"""Atlas: versioned SQL files under `atlas.sum`, and rows that say how far each one came.

Source: github.com/ariga/atlas 1.2, `sql/migrate/migrate.go` (`Pending`, `Execute`), `dir.go`
(files, directives), `cmd/atlas/internal/migrate/ent` (table), `sql/postgres/driver.go` (`Lock`).
Tests are vectors of that source. Its files have no way back. `operator_version` of a row that we
write names the cockpit, so that anybody can see who ran it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cockpit import __version__
from cockpit.database.connection import Reader, Row, Writer
from cockpit.model.history import History, Record, Recorded
from cockpit.model.ledger import Ledger
from cockpit.model.locks import AdvisoryKey
from cockpit.model.migration import Direction, Migration, MigrationSet
from cockpit.model.plan import PlannedPhase, StepKind
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.model.target import Identity
from cockpit.tools import atlas_sum
from cockpit.tools.joined import AppliedRow
from cockpit.tools.plain_migration import Side, exists_twice, plain_migration, text_of
from cockpit.tools.presence import PresenceTable
from cockpit.tools.row_keeper import RowKeeper

LOCK_KEY = 2686470616
"""FNV-1, 32 bits, of `atlas_migrate_execute`."""
_DIRECTIVE = re.compile(r"^[ -~]*atlas:(\w+)(?: +(.+))?$")
_OTHERS_FILE = re.compile(r"^(?:.*\.(?:up|down)\.sql|[VUR][^_]*__.*\.sql)$")
_OTHERS_TEXT = re.compile(
    rb"^--\s*(?:\+goose|\+migrate|migrate:up|liquibase\s+formatted)", re.MULTILINE | re.IGNORECASE
)
_CHECKPOINT = "checkpoint"
_BASELINE, _RESOLVED = 1, 4
_TABLE = PresenceTable(
    tool="atlas",
    name="atlas_schema_revisions",
    schema="atlas_schema_revisions",
    create="""(
        version character varying NOT NULL,
        description character varying NOT NULL,
        type bigint NOT NULL DEFAULT 2,
        applied bigint NOT NULL DEFAULT 0,
        total bigint NOT NULL DEFAULT 0,
        executed_at timestamptz NOT NULL,
        execution_time bigint NOT NULL,
        error text,
        error_stmt text,
        hash character varying NOT NULL,
        partial_hashes jsonb,
        operator_version character varying NOT NULL,
        PRIMARY KEY (version)
    )""",
    query="""
SELECT version, xmin::text, description, type, applied, total, executed_at, hash, error,
       row_number() OVER (ORDER BY version)
  FROM {table} WHERE version <> '.atlas_cloud_identifier'
""",
    columns={"version": "character varying", "applied": "bigint", "hash": "character varying"},
)


@dataclass(frozen=True, slots=True)
class Atlas(RowKeeper):
    """The tool of that name, with its versioned directories."""

    table: PresenceTable = _TABLE

    @property
    def name(self) -> str:
        """As `--tool` spells it."""
        return "atlas"

    def recognises(self, files: Sequence[SourceFile]) -> bool:
        """`atlas.sum` is here, and the files are in Atlas's own layout.

        Atlas also writes sum files for folders of golang-migrate, goose, Flyway, dbmate and
        Liquibase: those are laid out for the other tool.
        """
        if not any(file.name == atlas_sum.NAME for file in files):
            return False
        return not any(
            _OTHERS_FILE.match(file.name) or _OTHERS_TEXT.search(file.content) for file in files
        )

    def order_key(self, version: str) -> tuple[object, ...]:
        """Text order, as Atlas sorts file names."""
        return (version,)

    def version_of(self, name: str) -> str | None:
        """What a SQL file's name says up to its first `_`, when it begins with a digit."""
        if not name.endswith(".sql") or not name[:1].isdigit():
            return None
        return name.removesuffix(".sql").partition("_")[0]

    def read(self, files: Sequence[SourceFile]) -> MigrationSet:
        """By file name, each with its hash over everything before it."""
        scripts = sorted((f for f in files if f.name.endswith(".sql")), key=lambda f: f.name)
        hashes = atlas_sum.chain(scripts)
        found: dict[str, Migration] = {}
        problems: list[Problem] = []
        for file in scripts:
            migration = _migration(file, hashes)
            if isinstance(migration, Problem):
                problems.append(migration)
                continue
            first = found.setdefault(migration.version, migration)
            if first is not migration:
                why = "and Atlas keeps one row for both"
                problems.append(exists_twice(first.version, file, first.path, why))
        sums = (file for file in files if file.name == atlas_sum.NAME)
        for sum_file in sums:
            problems += atlas_sum.differences(sum_file, hashes)
        return MigrationSet(tuple(found.values()), tuple(problems))

    def observe(self, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> History:
        """What the rows say; a version is failed while fewer statements ran than it has."""
        history = self.table.observe(reader, ledger, migrations, _row)
        if history.doubts:
            return history
        table = self.table.find(reader)
        records = _judged(history.records, migrations)
        covered, skipped = _around_the_start(reader, table.sql if table.exists else "", migrations)
        named = {r.version for r in records if r.recorded is not Recorded.ROLLED_BACK}
        return replace(
            history,
            records=(*(r for r in covered if r.version not in named), *records),
            skipped=skipped - named,
            problems=(*history.problems, *_refused(migrations)),
        )

    def lock_keys(self, reader: Reader, identity: Identity) -> tuple[AdvisoryKey, ...]:
        """One number for every database."""
        return (AdvisoryKey(self.name, LOCK_KEY),)

    def refuses_late(self, migration: Migration) -> str | None:
        """Its history is linear, and a checkpoint runs in an empty database only."""
        if migration.metadata == _CHECKPOINT:
            return f"{migration.version} is a checkpoint, which Atlas runs in an empty database."
        return (
            f"Atlas stops before {migration.version}: a newer version, or a checkpoint that stands "
            "for it, comes first. Give it a newer version and hash the folder anew, run only it, "
            "or use --exec-order non-linear there."
        )

    def mark_in_doubt(self, writer: Writer, phase: PlannedPhase) -> None:
        """Atlas would count statements as it goes; our ledger does, and leaves its row alone."""

    def applied(self, writer: Writer, phase: PlannedPhase) -> None:
        """A row with as many statements applied as there are."""
        count = sum(step.kind is StepKind.SQL for step in phase.steps)
        self.table.write(
            writer,
            "INSERT INTO {table} (version, description, type, applied, total, executed_at, "
            "execution_time, error, error_stmt, hash, partial_hashes, operator_version) "
            "VALUES (%s, %s, 2, %s, %s, clock_timestamp(), "
            "(extract(epoch FROM clock_timestamp() - transaction_timestamp()) * 1e9)::bigint, "
            "'', '', %s, 'null', %s) "
            "ON CONFLICT (version) DO UPDATE SET applied = excluded.applied, "
            "total = excluded.total, executed_at = excluded.executed_at, "
            "execution_time = excluded.execution_time, error = '', error_stmt = '', "
            "hash = excluded.hash, partial_hashes = excluded.partial_hashes, "
            "operator_version = excluded.operator_version",
            (phase.version, phase.name, count, count, phase.checksum, _OPERATOR),
        )

    def undone(self, writer: Writer, phase: PlannedPhase) -> None:
        """No such row."""
        self.table.write(writer, "DELETE FROM {table} WHERE version = %s", (phase.version,))

    def row_words(self, phase: PlannedPhase) -> str:
        """What becomes of the row."""
        verb = "applied" if phase.direction is Direction.UP else "gone"
        return f"revision {phase.version} {verb}"


_OPERATOR = f"Migration cockpit {__version__}"


def directives(text: str) -> dict[str, str]:
    """Those of the file: comments at its very top, with an empty line behind them."""
    lines = text.split("\n")
    comments = []
    for line in lines:
        if not line.startswith(("--", "#")):
            break
        comments.append(line.strip())
    closed = len(comments) == len(lines) or not lines[len(comments)].strip()
    matches = (_DIRECTIVE.match(line) for line in (comments if closed else ()))
    return {match[1]: match[2] or "" for match in matches if match}


def _migration(file: SourceFile, hashes: Mapping[str, str]) -> Migration | Problem:
    text = text_of(file)
    if isinstance(text, Problem):
        return text
    version, _, description = file.name.removesuffix(".sql").partition("_")
    said = directives(text)
    side = Side(text, file.path, transaction=said.get("txmode") != "none")
    migration = plain_migration(
        version, description, (file,), side, None, checksum=hashes.get(file.name, "")
    )
    return replace(migration, metadata=_CHECKPOINT if _CHECKPOINT in said else "")


def _row(row: Row) -> AppliedRow:
    version, writer, description, kind, applied, total, at, digest, error, order = row
    failure = None
    if applied < total and not kind & _RESOLVED:
        said = error or "it was cut off"
        failure = f"{applied} of {total} statements ran: {said}"
    return AppliedRow(
        version,
        writer,
        name=description,
        checksum=digest or None,
        applied_at=at,
        order=order,
        failure=failure,
        note="" if kind & ~_BASELINE else "Atlas was told that the schema had it already",
    )


def _judged(records: Sequence[Record], migrations: MigrationSet) -> tuple[Record, ...]:
    """A hash is over all files before its own, so only the first that differs accuses its file.

    A file that was put between applied ones changes every hash behind it and no applied file: the
    hashes over the applied files alone hold as well.
    """
    by_version = {record.version: record for record in records}
    applied = [m for m in migrations.migrations if m.version in by_version]
    alone = atlas_sum.chain(_file_of(migration) for migration in applied)
    broken = False
    for migration in applied:
        record = by_version[migration.version]
        if record.checksum is None or record.checksum == migration.checksum:
            continue
        if record.checksum == alone.get(_file_of(migration).name):
            by_version[migration.version] = replace(record, checksum=migration.checksum)
        elif broken:
            note = "Atlas's hash counts the files before it, and one of those has changed"
            by_version[migration.version] = replace(record, checksum=None, note=note)
        else:
            broken = True
    return tuple(by_version[record.version] for record in records)


def _file_of(migration: Migration) -> SourceFile:
    script = "".join(phase.script for phase in migration.up)
    return SourceFile(migration.path, "", script.encode())


def _around_the_start(
    reader: Reader, table: str, migrations: MigrationSet
) -> tuple[tuple[Record, ...], frozenset[str]]:
    """What the first row stands for, and what Atlas will therefore never run."""
    checkpoints = [m.version for m in migrations.migrations if m.metadata == _CHECKPOINT]
    first = _first_row(reader, table) if table else None
    if first is None:
        older = [m.version for m in migrations.migrations if m.version < max(checkpoints)] \
            if checkpoints else []  # fmt: skip
        return (), frozenset(older)
    version, baseline = first
    skipped = frozenset(checkpoints)
    if not baseline and version not in checkpoints:
        return (), skipped
    what = "baseline" if baseline else "checkpoint"
    covered = tuple(
        Record(m.version, m.name, Recorded.IMPORTED, note=f"below Atlas's {what} {version}")
        for m in migrations.migrations
        if m.version < version
    )
    return covered, skipped - {record.version for record in covered}


def _first_row(reader: Reader, table: str) -> tuple[str, bool] | None:
    rows = reader.rows(
        f"SELECT version, type FROM {table} WHERE version <> '.atlas_cloud_identifier' "  # noqa: S608
        "ORDER BY version LIMIT 1"
    )
    return (str(rows[0][0]), int(rows[0][1]) == _BASELINE) if rows else None


def _refused(migrations: MigrationSet) -> tuple[Problem, ...]:
    """As Atlas does, nothing is run while its sum file and the folder disagree."""
    wrong = [p for p in migrations.problems if p.path.rpartition("/")[2] == atlas_sum.NAME]
    return tuple(
        Problem(
            "nothing is run in this folder, by Atlas or by the cockpit, while the sum file "
            "disagrees with it",
            path=problem.path,
            next_step=problem.next_step,
        )
        for problem in wrong
    )
