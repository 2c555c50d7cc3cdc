"""Copies into the attic that are made before the lock, and what is left to do under it."""

from collections.abc import Iterator
from dataclasses import dataclass

from cockpit.database.attic import make_schema
from cockpit.database.connection import Connection, Reader, Writer
from cockpit.model.attic import SCHEMA, Holding
from cockpit.sql import attic as statements
from cockpit.sql import attic_ahead as ahead
from cockpit.sql.names import qualified

_SHAPE = """
WITH RECURSIVE family AS (
  SELECT pg_catalog.to_regclass(%s)::oid AS oid
  UNION ALL
  SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN family f ON i.inhparent = f.oid
    JOIN pg_catalog.pg_class p ON p.oid = i.inhparent AND p.relkind = 'p'
)
SELECT bool_and(c.relkind = 'p' OR (c.relkind = 'r' AND c.relam = 2))
         AND pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMPORARY'),
       sum(pg_catalog.pg_table_size(c.oid))::bigint,
       pg_catalog.string_agg(pg_catalog.concat_ws(' ', c.oid, (
         SELECT pg_catalog.string_agg(
                  pg_catalog.concat_ws(' ', a.attname, a.attnum, a.atttypid, a.atttypmod), ', '
                  ORDER BY a.attnum)
           FROM pg_catalog.pg_attribute a
          WHERE a.attrelid = c.oid AND a.attname = ANY (%s) AND NOT a.attisdropped)), '; '
         ORDER BY c.oid),
       (SELECT pg_catalog.md5(pg_catalog.string_agg(
                 pg_catalog.concat_ws(' ', e.oid, e.enumlabel), ', ' ORDER BY e.oid))
          FROM pg_catalog.pg_enum e),
       (SELECT pg_catalog.string_agg(
                 pg_catalog.concat_ws(' ', x.extname, x.extversion), ', ' ORDER BY x.oid)
          FROM pg_catalog.pg_extension x)
  FROM family f JOIN pg_catalog.pg_class c ON c.oid = f.oid
"""
_LEFT = """
SELECT n.nspname, c.relname FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = %s AND pg_catalog.obj_description(c.oid, 'pg_class') LIKE %s
   AND pg_catalog.pg_has_role(c.relowner, 'USAGE')
"""
_MARK = "Copied beforehand by the cockpit"
_COMMENT = f"{_MARK}, for a drop that has not happened: it may go."


@dataclass(frozen=True, slots=True)
class Shape:
    """What a table is, as far as a copy of some of its columns hangs on it."""

    told: bool
    """Its rows say who wrote them: an ordinary table, or one that is made of such partitions; and
    this role may put rows aside."""
    bytes: int
    """With its TOAST and its partitions."""
    text: str
    """Equal for two moments when the same columns of the same relations hold the same rows in the
    same words: columns by number and type, partitions, labels of enums, versions of extensions."""


def shape_of(reader: Reader, holding: Holding) -> Shape:
    """As the catalog has it for this transaction; nothing is told of a table that is not there."""
    table = qualified(holding.schema, holding.table)
    names = [column.name for column in statements.carried(holding)]
    [(told, size, *words)] = reader.rows(_SHAPE, (table, names))
    return Shape(bool(told), int(size or 0), repr(words))


def bound_of(reader: Reader) -> int:
    """The number before which every transaction has ended, for the snapshot that is open."""
    [(oldest,)] = reader.rows(
        "SELECT pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text"
    )
    return int(oldest) % 2**32


def copy_to_table(writer: Writer, holding: Holding, bound: int) -> int:
    """The settled rows into a table of the attic that says of itself that it may go; how many."""
    make_schema(writer)
    rows = int(writer.execute(ahead.settled_statement(holding, bound)) or 0)
    table = statements.kept_table(holding)
    writer.execute(f"REVOKE ALL ON TABLE {table} FROM PUBLIC")
    writer.execute(f"COMMENT ON TABLE {table} IS '{_COMMENT}'")
    if holding.key:
        writer.execute(statements.index_statement(holding))
    writer.execute(f"ANALYZE {table}")
    return rows


def copy_out(connection: Connection, holding: Holding, bound: int) -> Iterator[bytes]:
    """The settled rows in COPY's text format."""
    return connection.copy_out(ahead.settled_statement(holding, bound))


def rest_out(connection: Connection, holding: Holding) -> Iterator[bytes]:
    """The rows that `put_aside` found, in COPY's text format."""
    return connection.copy_out(ahead.add_statement(holding))


def put_aside(writer: Writer, holding: Holding, bound: int) -> tuple[int, int]:
    """Copy the rows that are not settled into a table of this transaction; how many rows are
    settled, and how many are not. Reads the table from end to end."""
    rest = int(writer.execute(ahead.rest_statement(holding, bound)) or 0)
    [(total,)] = writer.rows(ahead.count_statement(holding))
    return int(total) - rest, rest


def bring_up_to_date(writer: Writer, holding: Holding, bound: int, copied: int) -> int | None:
    """Under the lock: make the copy what the table is; its rows. None where that cannot be proved,
    and a whole copy is needed."""
    settled, rest = put_aside(writer, holding, bound)
    if holding.key and rest:
        writer.execute(ahead.analyze_statement(holding))
        copied -= writer.execute(ahead.changed_statement(holding)) or 0
    if holding.key and copied != settled:
        copied -= writer.execute(ahead.gone_statement(holding, bound)) or 0
    if copied != settled:
        return None
    if rest:
        writer.execute(ahead.add_statement(holding))
    writer.execute(f"COMMENT ON TABLE {statements.kept_table(holding)} IS NULL")
    return settled + rest


def remove_left(writer: Writer) -> None:
    """Drop what was copied beforehand for drops that did not happen. Only under the deployment
    lock: nobody else is in the middle of one."""
    for schema, name in writer.rows(_LEFT, (SCHEMA, f"{_MARK}%")):
        writer.execute(f"DROP TABLE {qualified(schema, name)}")
