"""A few rows of every table, carried from one database into a clone of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from cockpit.database.connection import Connection
from cockpit.errors import CockpitError

_TABLES = """
SELECT format('%I.%I', n.nspname, c.relname), n.nspname || '.' || c.relname,
       (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
          FROM pg_catalog.pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '')
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND c.relpersistence <> 't'
   AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'cockpit', 'cockpit_attic')
   AND n.nspname !~ '^pg_(toast|temp)'
 ORDER BY c.oid
"""
_SEQUENCES = """
SELECT format('%I.%I', schemaname, sequencename), last_value
  FROM pg_catalog.pg_sequences
 WHERE last_value IS NOT NULL AND schemaname NOT IN ('cockpit', 'cockpit_attic')
"""
_ORPHANS = """
SELECT format('DELETE FROM ONLY %s child WHERE %s AND NOT EXISTS (SELECT FROM %s parent WHERE %s)',
              k.conrelid::regclass,
              (SELECT string_agg(format('child.%I IS NOT NULL', a.attname), ' AND ')
                 FROM unnest(k.conkey) AS number
                 JOIN pg_catalog.pg_attribute a
                   ON a.attrelid = k.conrelid AND a.attnum = number),
              k.confrelid::regclass,
              (SELECT string_agg(format('parent.%I = child.%I', b.attname, a.attname), ' AND ')
                 FROM unnest(k.conkey, k.confkey) AS pair(mine, theirs)
                 JOIN pg_catalog.pg_attribute a
                   ON a.attrelid = k.conrelid AND a.attnum = pair.mine
                 JOIN pg_catalog.pg_attribute b
                   ON b.attrelid = k.confrelid AND b.attnum = pair.theirs))
  FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
 WHERE k.contype = 'f' AND k.convalidated AND c.relkind = 'r'
 ORDER BY k.oid
"""
_VIEWS = """
SELECT n.nspname || '.' || c.relname, format('%I.%I', n.nspname, c.relname)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'm' AND c.relispopulated
   AND n.nspname NOT IN ('pg_catalog', 'information_schema')
 ORDER BY c.oid
"""
_READ_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Sample:
    """What arrived."""

    filled: frozenset[str]
    """Tables with at least one row, as `schema.name`."""
    notes: tuple[str, ...] = ()
    """What could not be read, in words."""


def carry(source: Connection, clone: Connection, rows: int) -> Sample:
    """At most `rows` rows of every table; then rows whose foreign keys lead nowhere are removed.

    The source is only read, in one snapshot, a minute at most. The clone must be a superuser's: its
    triggers and keys sleep meanwhile. Sequences go on where those of the source are.
    """
    notes: list[str] = []
    source.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    clone.execute("BEGIN")
    try:
        source.execute(f"SET LOCAL statement_timeout = '{_READ_SECONDS}s'")
        source.execute("SET LOCAL lock_timeout = '2s'")
        clone.execute("SET LOCAL session_replication_role = replica")
        for table, name, columns in source.rows(_TABLES):
            notes += _carry_table(source, clone, rows, table, name, columns)
        for sequence, last in source.rows(_SEQUENCES):
            clone.rows("SELECT pg_catalog.setval(%s::regclass, %s)", (sequence, last))
        _remove_orphans(clone)
        filled = frozenset(_filled(clone))
        clone.execute("COMMIT")
    finally:
        source.roll_back()
        clone.roll_back()
    return Sample(filled, tuple(notes))


def refresh(source: Connection, clone: Connection) -> tuple[str, ...]:
    """Populate the materialized views that are populated at the source; what failed, in words."""
    notes = []
    for name, view in source.rows(_VIEWS):
        try:
            clone.execute(f"REFRESH MATERIALIZED VIEW {view}")
        except CockpitError as error:
            notes.append(f"Materialized view {name} stays empty: {error.what}.")
    return tuple(notes)


def _carry_table(
    source: Connection, clone: Connection, rows: int, table: str, name: str, columns: str | None
) -> Iterator[str]:
    if columns is None:
        return
    try:
        source.execute("SAVEPOINT one_table")
        data = list(
            source.copy_out(
                f"COPY (SELECT {columns} FROM ONLY {table} LIMIT {rows:d}) TO STDOUT"  # noqa: S608
            )
        )
    except CockpitError as error:
        source.execute("ROLLBACK TO SAVEPOINT one_table")
        yield f"No rows of {name}: {error.what}."
        return
    clone.copy_in(f"COPY {table} ({columns}) FROM STDIN", data)


def _remove_orphans(clone: Connection) -> None:
    """Until none is left: removing a row can make its own children orphans."""
    deletes = [statement for (statement,) in clone.rows(_ORPHANS)]
    while sum(clone.execute(statement) or 0 for statement in deletes):
        pass


def _filled(clone: Connection) -> Iterator[str]:
    for table, name, _ in clone.rows(_TABLES):
        if clone.rows(f"SELECT EXISTS (SELECT FROM ONLY {table})")[0][0]:  # noqa: S608
            yield name
