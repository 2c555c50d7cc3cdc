"""Every migration history that is in a database, whichever tool keeps it. Reads only.

Told by the shape of the table, never by its name alone: four tools call theirs `schema_migrations`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cockpit.database.connection import Reader
from cockpit.model.timeline import Applied, OtherHistory
from cockpit.tools.history_table import qualified

_TABLES = """
SELECT n.nspname, c.relname,
       has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'),
       array_agg(a.attname::text ORDER BY a.attnum)
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relname = ANY (%s) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
 GROUP BY n.oid, n.nspname, c.oid, c.relname ORDER BY n.nspname, c.relname
"""
_UNREADABLE = "this role may not read it"


@dataclass(frozen=True, slots=True)
class _Shape:
    """How one tool's history is told and read."""

    tool: str
    table: str
    columns: frozenset[str]
    """All of these are there."""
    query: str
    """Version, name, moment with its zone or null, position; of what is applied."""
    without: frozenset[str] = frozenset()
    """None of these are."""
    beside: str = ""
    """A table that is in the same schema, for a shape that several tools share."""


@dataclass(frozen=True, slots=True)
class _Found:
    shape: _Shape
    schema: str
    readable: bool

    @property
    def place(self) -> str:
        return f"{self.schema}.{self.shape.table}"


def _shape(
    tool: str, table: str, columns: str, query: str, *, without: str = "", beside: str = ""
) -> _Shape:
    needed, banned = frozenset(columns.split()), frozenset(without.split())
    return _Shape(tool, table, needed, query, banned, beside)


_SHAPES = (
    _shape("golang-migrate", "schema_migrations", "version dirty",
           "SELECT version::text, CASE WHEN dirty THEN 'dirty' ELSE '' END, NULL, 0 FROM {}"),
    _shape("ecto", "schema_migrations", "version inserted_at",
           "SELECT version::text, '', inserted_at::timestamptz, version FROM {}"),
    _shape("rails", "schema_migrations", "version", beside="ar_internal_metadata",
           query="SELECT version::text, '', NULL, row_number() OVER (ORDER BY version) FROM {}",
           without="dirty inserted_at"),
    _shape("dbmate", "schema_migrations", "version", without="dirty inserted_at",
           query="SELECT version::text, '', NULL, row_number() OVER (ORDER BY version) FROM {}"),
    _shape("django", "django_migrations", "app name applied id",
           "SELECT app || '.' || name, '', applied::timestamptz, id FROM {}"),
    _shape("alembic", "alembic_version", "version_num",
           "SELECT version_num::text, '', NULL, 0 FROM {}"),
    _shape("flyway", "flyway_schema_history", "installed_rank version description installed_on",
           "SELECT coalesce(version, description), description, installed_on::timestamptz, "
           "installed_rank FROM {} WHERE success AND type NOT IN ('SCHEMA', 'DELETE') "
           "AND type NOT LIKE 'UNDO%'"),
    _shape("liquibase", "databasechangelog", "id author filename dateexecuted orderexecuted",
           "SELECT author || ':' || id, filename, dateexecuted::timestamptz, orderexecuted "
           "FROM {}"),
    _shape("sqitch", "changes", "change_id change project committed_at planned_at",
           "SELECT change, project, committed_at, row_number() OVER (ORDER BY committed_at) "
           "FROM {}"),
    _shape("goose", "goose_db_version", "version_id is_applied tstamp id",
           "SELECT version_id::text, '', tstamp::timestamptz, id FROM {} "
           "WHERE is_applied AND version_id <> 0"),
    _shape("sqlx", "_sqlx_migrations", "version description installed_on success",
           "SELECT version::text, description, installed_on, version FROM {} WHERE success"),
    _shape("diesel", "__diesel_schema_migrations", "version run_on",
           "SELECT version::text, '', run_on::timestamptz, "
           "row_number() OVER (ORDER BY run_on, version) FROM {}"),
    _shape("sql-migrate", "gorp_migrations", "id applied_at",
           "SELECT id::text, '', applied_at, row_number() OVER (ORDER BY applied_at, id) FROM {}"),
    _shape("node-pg-migrate", "pgmigrations", "id name run_on",
           "SELECT name::text, '', run_on::timestamptz, id FROM {}"),
    _shape("prisma", "_prisma_migrations", "migration_name finished_at rolled_back_at",
           "SELECT migration_name, '', finished_at, row_number() OVER (ORDER BY finished_at) "
           "FROM {} WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL"),
    _shape("knex", "knex_migrations", "id name batch migration_time",
           "SELECT name::text, 'batch ' || batch, migration_time::timestamptz, id FROM {}"),
    _shape("typeorm", "migrations", "id timestamp name",
           "SELECT name::text, '', NULL, id FROM {}"),
    _shape("atlas", "atlas_schema_revisions", "version description executed_at applied total",
           "SELECT version, description, executed_at, row_number() OVER (ORDER BY executed_at) "
           "FROM {} WHERE version NOT LIKE '.%'"),
    _shape("drizzle", "__drizzle_migrations", "id hash created_at",
           "SELECT left(hash, 12), '', to_timestamp(created_at / 1000.0), id FROM {}"),
    _shape("pgroll", "migrations", "schema name migration done created_at",
           "SELECT name, schema, created_at::timestamptz, "
           "row_number() OVER (ORDER BY created_at) FROM {} WHERE done"),
)  # fmt: skip


def other_histories(reader: Reader, tool: str) -> tuple[OtherHistory, ...]:
    """All but those of the tool whose history is shown already."""
    return tuple(_summed(reader, found) for found in _found(reader) if found.shape.tool != tool)


def applied_everywhere(
    reader: Reader, tool: str, more: Callable[[], tuple[Applied, ...]]
) -> tuple[Applied, ...]:
    """One timeline, newest first; `more` adds what is shown already. Versions whose moment nobody
    wrote down stand at the end, in the order of their own history."""
    others = [found for found in _found(reader) if found.readable and found.shape.tool != tool]
    every = [*more(), *(one for found in others for one in _read(reader, found))]
    dated = sorted((one for one in every if one.at), key=_moment, reverse=True)
    undated = sorted((one for one in every if not one.at), key=lambda one: -one.order)
    return (*dated, *sorted(undated, key=lambda one: (one.tool, one.table)))


def _moment(one: Applied) -> tuple[float, int]:
    return (one.at.timestamp() if one.at else 0.0, one.order)


def _found(reader: Reader) -> Iterator[_Found]:
    names = sorted({shape.table for shape in _SHAPES} | {s.beside for s in _SHAPES if s.beside})
    rows = reader.rows(_TABLES, (names,))
    there = {(schema, name) for schema, name, _, _ in rows}
    for schema, name, readable, columns in rows:
        held = frozenset(columns)
        for shape in _SHAPES:
            fits = shape.table == name and shape.columns <= held and not shape.without & held
            if fits and (not shape.beside or (schema, shape.beside) in there):
                yield _Found(shape, schema, bool(readable))
                break


def _summed(reader: Reader, found: _Found) -> OtherHistory:
    if not found.readable:
        return OtherHistory(found.shape.tool, found.place, 0, why=_UNREADABLE)
    applied = _read(reader, found)
    last = max(applied, key=lambda one: (_moment(one), one.version), default=None)
    return OtherHistory(
        found.shape.tool, found.place, len(applied),
        last.version if last else "", last.at if last else None,
    )  # fmt: skip


def _read(reader: Reader, found: _Found) -> list[Applied]:
    query = found.shape.query.format(qualified(found.schema, found.shape.table))
    return [
        Applied(found.shape.tool, found.place, str(version), str(name or ""), at, int(order or 0))
        for version, name, at, order in reader.rows(query)
    ]
