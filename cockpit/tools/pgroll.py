"""pgroll: operations in JSON or YAML, deployed in two phases with both schemas in between.

Source: github.com/xataio/pgroll 0.16, `pkg/state/init.sql` (table), `pkg/state/history.go`,
`pkg/roll/unapplied.go` (order), `pkg/migrations/op_common.go` (files and names). Tests are vectors
of that source. What `start` does is our phase `expand`, what `complete` does is `contract`. The
statements are made up by pgroll as it runs; only raw SQL is known beforehand.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cockpit.database.connection import Reader, Row
from cockpit.model.history import History, Record, Recorded
from cockpit.model.ledger import Ledger
from cockpit.model.migration import Direction, Migration, MigrationSet, Phase
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.tools.joined import AppliedRow
from cockpit.tools.observed import Observed
from cockpit.tools.plain_migration import exists_twice
from cockpit.tools.presence import PresenceTable
from cockpit.tools.yaml_text import data_of

EXPAND, CONTRACT = "expand", "contract"
OPERATIONS = frozenset(
    (
        "create_table", "rename_table", "rename_column", "drop_table", "add_column",
        "drop_column", "alter_column", "create_index", "drop_index", "rename_constraint",
        "drop_constraint", "set_replica_identity", "drop_multicolumn_constraint", "sql",
        "create_constraint",
    )
)  # fmt: skip
_FILE = re.compile(r"^(.+)\.(json|ya?ml)$")
_NUMBERED = re.compile(r"^\d+[_-]")
_TABLE = PresenceTable(
    tool="pgroll",
    name="migrations",
    schema="pgroll",
    create="""(
        schema name NOT NULL, name text NOT NULL, migration jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
        updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
        parent text, done boolean NOT NULL DEFAULT FALSE,
        resulting_schema jsonb NOT NULL DEFAULT '{}'::jsonb,
        migration_type varchar(32) DEFAULT 'pgroll',
        PRIMARY KEY (schema, name)
    )""",
    query="""
SELECT name, xmin::text, done, created_at, migration,
       row_number() OVER (ORDER BY created_at, name),
       coalesce(to_jsonb(m) ->> 'migration_type', 'pgroll')
  FROM {table} m
 WHERE schema = current_schema()
   AND coalesce(to_jsonb(m) ->> 'migration_type', 'pgroll') <> 'inferred'
""",
    columns={"schema": "name", "name": "text", "migration": "jsonb", "done": "boolean"},
)


@dataclass(frozen=True, slots=True)
class Pgroll(Observed):
    """The tool of that name."""

    table: PresenceTable = _TABLE

    @property
    def name(self) -> str:
        """As `--tool` spells it."""
        return "pgroll"

    @property
    def instead(self) -> str:
        """Its own commands, by phase."""
        return (
            "Run them with: pgroll start, then pgroll complete once no application uses the old "
            "schema; until then pgroll rollback takes the change back."
        )

    def recognises(self, files: Sequence[SourceFile]) -> bool:
        """Some file holds nothing but pgroll's operations."""
        named = (file for file in files if _FILE.match(file.name))
        return any(b"operations" in file.content and _is_ours(file) for file in named)

    def order_key(self, version: str) -> tuple[object, ...]:
        """Text order of the file names."""
        return (version,)

    def version_of(self, name: str) -> str | None:
        """A numbered file's name without its extension."""
        match = _FILE.match(name)
        return match[1] if match and _NUMBERED.match(name) else None

    def read(self, files: Sequence[SourceFile]) -> MigrationSet:
        """One migration a file, with both phases."""
        found: dict[str, Migration] = {}
        problems: list[Problem] = []
        for file in sorted(files, key=lambda file: file.name):
            match = _FILE.match(file.name)
            if match is None:
                continue
            operations = _operations(file)
            if isinstance(operations, str):
                problems.append(_not_read(file, operations))
                continue
            first = found.get(match[1])
            if first is not None:
                why = "and pgroll keeps one row for both"
                problems.append(exists_twice(match[1], file, first.path, why))
                continue
            found[match[1]] = _migration(match[1], file, operations)
        return MigrationSet(tuple(found.values()), tuple(problems))

    def observe(self, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> History:
        """A row is applied once it is done; until then it stands between the two phases."""
        history = self.table.observe(reader, ledger, migrations, _row)
        if history.doubts:
            return history
        records = tuple(_in_phases(record) for record in history.records)
        return replace(history, records=(*_below_baseline(records, migrations), *records))


def _is_ours(file: SourceFile) -> bool:
    operations = _operations(file)
    return not isinstance(operations, str) and bool(operations)


def _operations(file: SourceFile) -> list[tuple[str, Any]] | str:
    """Kind and settings of each; why not, where the file is something else."""
    try:
        data = data_of(file.name, file.content)
    except ValueError as error:
        return str(error)
    listed = data.get("operations") if isinstance(data, dict) else None
    if not isinstance(listed, list):
        return "it has no list of operations"
    found = []
    for operation in listed:
        if not isinstance(operation, dict) or len(operation) != 1:
            return "an operation is not one name with its settings"
        ((kind, settings),) = operation.items()
        if kind not in OPERATIONS:
            return f"pgroll knows no operation {kind}"
        found.append((kind, settings))
    return found


def _migration(version: str, file: SourceFile, operations: list[tuple[str, Any]]) -> Migration:
    expand = "\n".join(_said(*operation, complete=False) for operation in operations)
    contract = "\n".join(_said(*operation, complete=True) for operation in operations)
    return Migration(
        version=version,
        name=_NUMBERED.sub("", version),
        up=tuple(
            Phase(name, Direction.UP, script, file.path)
            for name, script in ((EXPAND, expand), (CONTRACT, contract))
        ),
        down=(),
        checksum=checksum([{kind: settings} for kind, settings in operations]),
        path=file.path,
        blobs=(file.blob,),
        irreversible="pgroll takes back only what is not complete, by itself",
        uncommitted=file.uncommitted,
    )


def checksum(operations: Any) -> str:
    """Over the operations as data: what is left out, empty or false counts as left out."""
    text = json.dumps(_pruned(operations), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _pruned(value: Any) -> Any:
    if isinstance(value, dict):
        pruned = {key: _pruned(item) for key, item in value.items()}
        return {key: item for key, item in pruned.items() if item not in (None, "", False, [], {})}
    return [_pruned(item) for item in value] if isinstance(value, list) else value


def _said(kind: str, settings: Any, *, complete: bool) -> str:
    """SQL where the operation is SQL, else a comment that names it."""
    settings = settings if isinstance(settings, dict) else {}
    if kind == "sql":
        mine = bool(settings.get("onComplete")) is complete
        return f"{str(settings.get('up', '')).rstrip().rstrip(';')};" if mine else ""
    names = [settings.get("table"), settings.get("name"), _column(settings), settings.get("from")]
    what = ".".join(str(name) for name in names if name).replace("\n", " ")
    return f"-- {'pgroll complete' if complete else 'pgroll start'}: {kind} {what}"


def _column(settings: dict[str, Any]) -> Any:
    column = settings.get("column")
    return column.get("name") if isinstance(column, dict) else column


def _row(row: Row) -> AppliedRow:
    name, writer, done, at, migration, order, kind = row
    return AppliedRow(
        name,
        writer,
        checksum=checksum(migration.get("operations")) if kind == "pgroll" else None,
        applied_at=at,
        order=order,
        note="a baseline: pgroll was told that the schema had it already"
        if kind == "baseline"
        else "",
        metadata=f"{kind} {'done' if done else 'active'}",
    )


def _in_phases(record: Record) -> Record:
    kind, _, state = record.metadata.partition(" ")
    if record.recorded is not Recorded.APPLIED:
        return record
    if kind == "baseline":
        return replace(record, recorded=Recorded.IMPORTED)
    if state == "active":
        return replace(
            record, recorded=Recorded.PARTIAL, done=(EXPAND,), phases=(EXPAND, CONTRACT),
            note="both schemas are in use until pgroll complete or pgroll rollback",
        )  # fmt: skip
    return record


def _below_baseline(records: Sequence[Record], migrations: MigrationSet) -> tuple[Record, ...]:
    """Files up to the newest baseline, which pgroll never runs."""
    lines = [r.version for r in records if r.metadata.startswith("baseline")]
    if not lines:
        return ()
    named = {record.version for record in records}
    note = f"below pgroll's baseline {max(lines)}"
    return tuple(
        Record(m.version, m.name, Recorded.IMPORTED, note=note)
        for m in migrations.migrations
        if m.version not in named and m.version <= max(lines)
    )


def _not_read(file: SourceFile, why: str) -> Problem:
    return Problem(
        f"this is no migration of pgroll: {why}",
        path=file.path,
        next_step="Mend it, or keep it in another folder.",
        blocks_writing=False,
    )
