"""Compares a migration's statements with the catalog, one by one. Reads only."""

from cockpit.database.connection import Reader
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
    TraceKind.LABEL: (
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_enum "
        "WHERE enumtypid = to_regtype(%s) AND enumlabel = %s)"
    ),
}


def diagnose(reader: Reader, migration: Migration) -> Diagnosis:
    """What of the migration's way up is there. Raises `MigrationError` for SQL nobody can read."""
    statements = [s for phase in migration.up for s in _statements(phase)]
    traces = lasting(
        (index, trace)
        for index, statement in enumerate(statements)
        for trace in traces_of(statement.node)
    )
    findings = tuple(
        _finding(reader, statement, traces.get(index, []))
        for index, statement in enumerate(statements)
    )
    return Diagnosis(migration.version, migration.name, migration.path, findings)


def _statements(phase: Phase) -> tuple[Statement, ...]:
    bounds = phase.backfill.bounds if phase.backfill else ()
    return split(phase.script, path=phase.path, first_line=phase.line, parameters=bounds)


def _finding(reader: Reader, statement: Statement, traces: list[Trace]) -> Finding:
    if not traces:
        words = "leaves no name behind"
        return Finding(statement.line, statement.sql, Presence.UNSEEN, words)
    found = {trace: _is_there(reader, trace) for trace in traces}
    as_left = [there is trace.there for trace, there in found.items()]
    presence = Presence.HALF
    if all(as_left) or not any(as_left):
        presence = Presence.PRESENT if all(as_left) else Presence.ABSENT
    words = ", ".join(
        f"{trace.words} is {'there' if there else 'not there'}" for trace, there in found.items()
    )
    return Finding(statement.line, statement.sql, presence, words)


def _is_there(reader: Reader, trace: Trace) -> bool:
    parameters = (trace.owner, trace.part) if trace.part else (trace.owner,)
    return bool(reader.rows(_QUERIES[trace.kind], parameters)[0][0])
