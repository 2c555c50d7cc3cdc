"""Who uses an object, as far as the server knows: its dependents, and what ran lately."""

from collections.abc import Mapping
from typing import Any, Protocol

from cockpit.database.connection import Row
from cockpit.database.queries import query
from cockpit.errors import CockpitError
from cockpit.model.usage import Handling, RanStatement, Subject, Use

_FIND = {
    "type": ("pg_catalog.pg_type", "SELECT to_regtype(%s)::oid::bigint"),
    "function": ("pg_catalog.pg_proc", "SELECT to_regproc(%s)::oid::bigint"),
}
_RELATION = ("pg_catalog.pg_class", "SELECT to_regclass(%s)::oid::bigint")

_NO_SEARCH_PATH = "SELECT pg_catalog.set_config('search_path', '', true)"
_EXTENSION = """
SELECT extnamespace::regnamespace::text FROM pg_catalog.pg_extension
 WHERE extname = 'pg_stat_statements'
"""
_REMEMBERED = """
SELECT s.queryid, s.query, s.calls, pg_catalog.pg_get_userbyid(s.userid)
  FROM {schema}.pg_stat_statements s
 WHERE s.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
"""
_SESSIONS = """
SELECT a.query_id, a.query, a.usename, max(a.query_start)
  FROM pg_catalog.pg_stat_activity a
 WHERE a.datname = current_database() AND a.pid <> pg_catalog.pg_backend_pid()
   AND a.backend_type = 'client backend' AND a.query <> ''
   AND a.query_start > pg_catalog.now() - interval '10 minutes'
 GROUP BY 1, 2, 3
"""


class Asked(Protocol):
    """A connection to ask."""

    def rows(self, sql: str, parameters: Any = ()) -> list[Row]:
        """All rows of one query."""


def dependents(reader: Asked, subject: Subject) -> tuple[Use, ...]:
    """What the catalog ties to it: views (also those upon views), constraints, indexes, defaults,
    triggers, policies, functions with a parsed body. Nothing for an object that is not there.

    `GOES`: is dropped with it. `NEEDS`: keeps it from being dropped without CASCADE. Must be called
    inside a transaction, whose `search_path` it empties so that names come back qualified.
    """
    catalog, find = _FIND.get(subject.kind, _RELATION)
    oid = reader.rows(find, (_written(subject),))[0][0]
    if oid is None:
        return ()
    reader.rows(_NO_SEARCH_PATH)
    names = {"catalog": catalog, "object": oid, "column": subject.column}
    return tuple(
        Use(who, Handling.GOES if goes else Handling.NEEDS)
        for who, goes in reader.rows(query("dependents"), names)
    )


def statements(reader: Asked) -> tuple[tuple[RanStatement, ...], str]:
    """What pg_stat_statements remembers and what sessions ran in the last ten minutes.

    The second value says why the first source could not be asked; empty when it could. A role
    without pg_read_all_stats sees the texts of its own statements only. Call it outside of a
    transaction: a refusal would end one.
    """
    seen = {(i or q): (q, u, last) for i, q, u, last in reader.rows(_SESSIONS)}
    try:
        remembered, why = _remembered(reader)
    except CockpitError as error:
        remembered, why = {}, f"pg_stat_statements: {error.what}"
    return (*_joined(remembered, seen),), why


def _remembered(reader: Asked) -> tuple[dict[Any, Row], str]:
    schema = reader.rows(_EXTENSION)
    if not schema:
        return {}, "pg_stat_statements is not installed in this database"
    rows = reader.rows(_REMEMBERED.format(schema=schema[0][0]))
    return {row[0]: row for row in rows}, ""


def _joined(
    remembered: Mapping[Any, Row], seen: Mapping[Any, tuple[Any, ...]]
) -> list[RanStatement]:
    found = [
        RanStatement(text, calls, seen[identity][2] if identity in seen else None, user or "")
        for identity, text, calls, user in remembered.values()
    ]
    alone = [key for key in seen if key not in remembered]
    return found + [
        RanStatement(seen[key][0], None, seen[key][2], seen[key][1] or "") for key in alone
    ]


def _written(subject: Subject) -> str:
    """As SQL writes it, quoted."""
    parts = [part for part in (subject.schema, subject.name) if part]
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)
