"""Compares a migration's statements with the catalog, one by one. Reads only."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from cockpit.database.connection import Reader
from cockpit.errors import MigrationError
from cockpit.model.diagnosis import Diagnosis, Finding, Presence
from cockpit.model.migration import Migration, Phase
from cockpit.sql.statements import Statement, split
from cockpit.sql.trace import Trace, TraceKind, lasting, traces_of

_QUERIES = {
    TraceKind.RELATION: "SELECT to_regclass(%s) IS NOT NULL",
    TraceKind.TYPE: "SELECT to_regtype(%s) IS NOT NULL",
    TraceKind.SCHEMA: "SELECT to_regnamespace(%s) IS NOT NULL",
    TraceKind.COLUMN: (
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attnum > 0 AND NOT attisdropped "
        "AND attrelid = to_regclass(%s) AND attname = %s)"
    ),
    TraceKind.NOT_NULL: (
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attnotnull "
        "AND attrelid = to_regclass(%s) AND attname = %s)"
    ),
    TraceKind.CONSTRAINT: (
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint "
        "WHERE conrelid = to_regclass(%s) AND conname = %s)"
    ),
    TraceKind.VALIDATED: (
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint "
        "WHERE conrelid = to_regclass(%s) AND conname = %s AND convalidated)"
    ),
    TraceKind.LABEL: (
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_enum "
        "WHERE enumtypid = to_regtype(%s) AND enumlabel = %s)"
    ),
}
_INVALID = (
    "SELECT EXISTS (SELECT FROM pg_catalog.pg_index "
    "WHERE indexrelid = to_regclass(%s) AND NOT (indisvalid AND indisready))"
)
Key = tuple[str, str, str]


def diagnose(reader: Reader, migration: Migration, others: Sequence[Migration] = ()) -> Diagnosis:
    """What of the migration's way up is there. Raises `MigrationError` for SQL nobody can read.

    What one of the `others` changes too proves nothing: it may be so because of that one.
    """
    statements = [(phase, s) for phase in migration.up for s in _statements(phase)]
    traces = lasting(
        (index, trace)
        for index, (_, statement) in enumerate(statements)
        for trace in traces_of(statement.node)
    )
    changed = {_bare(trace.key) for other in others for trace in _traces_of_all(other)}
    findings = tuple(
        replace(_finding(reader, statement, traces.get(index, []), changed), phase=phase.name)
        for index, (phase, statement) in enumerate(statements)
    )
    return Diagnosis(migration.version, migration.name, migration.path, findings)


def _statements(phase: Phase) -> tuple[Statement, ...]:
    bounds = phase.backfill.bounds if phase.backfill else ()
    return split(phase.script, path=phase.path, first_line=phase.line, parameters=bounds)


def _traces_of_all(migration: Migration) -> list[Trace]:
    try:
        statements = [s for phase in migration.up for s in _statements(phase)]
    except MigrationError:
        # Nobody knows what it changed; the plan refuses such a file by itself.
        return []
    return [trace for statement in statements for trace in traces_of(statement.node)]


def _finding(
    reader: Reader, statement: Statement, traces: list[Trace], changed: Collection[Key]
) -> Finding:
    if not traces:
        return _said(statement, Presence.UNSEEN, "leaves no name behind")
    telling = [trace for trace in traces if not _overtaken(trace, changed)]
    if not telling:
        return _said(statement, Presence.UNSEEN, "another migration changes the same")
    found = {trace: is_there(reader, trace) for trace in telling}
    if cut_off := [t for t, there in found.items() if there and _invalid(reader, t)]:
        return _said(statement, Presence.INVALID, f"{cut_off[0].words} is there but INVALID")
    words = ", ".join(
        f"{trace.words} is {'there' if there else 'not there'}" for trace, there in found.items()
    )
    proven = {t: there is t.there for t, there in found.items() if t.certain or there != t.there}
    if not proven:
        return _said(statement, Presence.UNSEEN, f"{words}, which IF EXISTS may have found so")
    presence = Presence.HALF
    if len(set(proven.values())) == 1:
        presence = Presence.PRESENT if all(proven.values()) else Presence.ABSENT
    return _said(statement, presence, words)


def _said(statement: Statement, presence: Presence, words: str) -> Finding:
    return Finding(statement.line, statement.sql, presence, words)


def _overtaken(trace: Trace, changed: Collection[Key]) -> bool:
    """The thing itself, or the relation that it belongs to, was touched again."""
    relation = (TraceKind.RELATION.value, trace.owner, "")
    return _bare(trace.key) in changed or _bare(relation) in changed


def _bare(key: Key) -> Key:
    """Without the schema, which one file may name and another leave out."""
    kind, owner, part = key
    return kind, owner.rpartition(".")[2], part


def is_there(reader: Reader, trace: Trace) -> bool:
    """Whether the catalog has the thing now, whatever the statement would make of it."""
    parameters = (trace.owner, trace.part) if trace.part else (trace.owner,)
    return bool(reader.rows(_QUERIES[trace.kind], parameters)[0][0])


def _invalid(reader: Reader, trace: Trace) -> bool:
    """A concurrent build or drop of this index was cut off."""
    if trace.kind is not TraceKind.RELATION or not trace.there:
        return False
    return bool(reader.rows(_INVALID, (trace.owner,))[0][0])
