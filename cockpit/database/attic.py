"""The attic on the server: what is kept there, how large it is, and the copying both ways."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from cockpit.database.connection import Connection, Reader, Writer
from cockpit.errors import DatabaseError, PrivilegeMissing, Refused
from cockpit.model.attic import SCHEMA, Holding, Place, Restored, Weight
from cockpit.sql import attic as statements
from cockpit.sql.names import qualified, quoted

_EXAMPLES = 5
_RULES_OF_THE_TABLE = ("23", "22", "42804", "42846")
"""SQLSTATE classes of a constraint, a value or a type that does not fit."""
_SETTINGS = {
    # A filtered copy would be taken for a whole one: the server refuses instead.
    "row_security": "off",
    # What is kept as text must be read back as it was written, whoever does it.
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "xmlbinary": "base64",
}
_WEIGHT = """
WITH RECURSIVE family AS (
  SELECT %s::oid AS oid
  UNION ALL
  SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN family f ON i.inhparent = f.oid
    JOIN pg_catalog.pg_class p ON p.oid = i.inhparent AND p.relkind = 'p'
)
SELECT sum(CASE WHEN c.relkind = 'p' THEN 0 ELSE c.reltuples END)::bigint,
       sum(pg_catalog.pg_table_size(c.oid))::bigint,
       bool_or(c.relkind <> 'p' AND c.reltuples < 0),
       (SELECT json_object_agg(w.attname, w.width)
          FROM (SELECT s.attname, max(s.avg_width) AS width
                  FROM pg_catalog.pg_stats s JOIN family g ON true
                  JOIN pg_catalog.pg_class k ON k.oid = g.oid
                  JOIN pg_catalog.pg_namespace n ON n.oid = k.relnamespace
                 WHERE s.schemaname = n.nspname AND s.tablename = k.relname
                 GROUP BY s.attname) AS w)
  FROM family f JOIN pg_catalog.pg_class c ON c.oid = f.oid
"""
_SEQUENCE = "SELECT pg_catalog.pg_get_serial_sequence(%s, %s)"
_COUNTED = ("int2", "int4", "int8")
_LOCKABLE = """
SELECT w.schema, w.name FROM unnest(%s::text[], %s::text[]) AS w(schema, name)
 WHERE pg_catalog.has_table_privilege(format('%%I.%%I', w.schema, w.name), 'UPDATE')
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """How the kept rows and the table's own stand before anything is put back."""

    kept: int
    present: int
    """Kept rows whose key is in the table."""
    same: int
    """Of these, with the kept values already."""
    blank: int
    """Of these, with nothing where the kept values go."""
    total: int
    """Rows of the table."""


_IS_THERE = """
SELECT EXISTS (SELECT FROM pg_catalog.pg_class c
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = %s AND c.relname = %s)
"""


def weigh(reader: Reader, oid: int) -> Weight | None:
    """How much a table holds, with its partitions; None when it is gone or locked away."""
    try:
        rows = reader.rows(_WEIGHT, (oid,))
    except DatabaseError:
        return None
    count, size, uncounted, widths = rows[0]
    if size is None:
        return None
    return Weight(-1 if uncounted else int(count), int(size), widths or {})


def lock_for_drop(writer: Writer, tables: Sequence[tuple[str, str]]) -> None:
    """ACCESS EXCLUSIVE on all that the drop will want and this role may lock, before the copy:
    a wait then costs nothing that was done."""
    schemas, names = zip(*tables, strict=True)
    found = writer.rows(_LOCKABLE, (list(schemas), list(names)))
    if found:
        writer.execute(statements.lock_statement(found))


def keep_in_table(writer: Writer, holding: Holding) -> tuple[int, int]:
    """Copy into the attic's table; its rows and bytes. Makes the schema the first time."""
    make_schema(writer)
    rows = writer.execute(statements.keep_statement(holding))
    writer.execute(f"REVOKE ALL ON TABLE {statements.kept_table(holding)} FROM PUBLIC")
    return int(rows or 0), size_of_kept(writer, holding)


def size_of_kept(reader: Reader, holding: Holding) -> int:
    """Bytes of the attic's table."""
    table = statements.kept_table(holding)
    return int(reader.rows("SELECT pg_catalog.pg_table_size(%s::regclass)", (table,))[0][0])


def keep_in_stream(connection: Connection, holding: Holding) -> Iterator[bytes]:
    """The rows in COPY's text format, a line each."""
    return connection.copy_out(statements.keep_statement(holding))


def load(
    connection: Connection, holding: Holding, blocks: Iterable[bytes], *, lasting: bool = False
) -> int:
    """Take a file's rows into a table that is gone with the transaction, or with the session if it
    is `lasting`; how many."""
    connection.execute(statements.temporary_statement(holding, lasting=lasting))
    return connection.copy_in(statements.load_statement(holding), blocks)


def is_there(reader: Reader, holding: Holding) -> bool:
    """The attic's table exists, also for a role that may not read it. True for what is kept in a
    file: only its machine knows."""
    if holding.place is Place.FILE:
        return True
    return bool(reader.rows(_IS_THERE, (SCHEMA, holding.name))[0][0])


def remove(writer: Writer, holding: Holding) -> None:
    """Drop the attic's table. What is kept in a file is left to the caller."""
    if holding.place is Place.DATABASE:
        writer.execute(f"DROP TABLE IF EXISTS {statements.kept_table(holding)}")


def measure(writer: Writer, holding: Holding) -> Measured:
    """Compare what is kept with what is there. Reads both from end to end."""
    writer.execute(f"ANALYZE (SKIP_LOCKED) {statements.kept_table(holding)}")
    return Measured(*(int(n) for n in writer.rows(statements.measure_statement(holding))[0]))


def put_back(writer: Writer, holding: Holding, *, overwrite: bool) -> Restored:
    """Put the kept rows back, and prove by counting that exactly they came.

    Raises `Refused` where they cannot be told from rows that are there, and `DatabaseError` when
    the server changed another number of rows than were to change.
    """
    found = measure(writer, holding)
    if holding.whole and not holding.key and found.total:
        raise Refused(
            f"{holding.table} has {found.total:,} rows and no primary key, so kept rows cannot be "
            "told from them.",
            next_step="Move them away first, or put the rows back by hand.",
        )
    missing = [] if holding.whole else _missing(writer, holding, found)
    changed = _write_back(writer, holding, overwrite=overwrite)
    _move_sequences(writer, holding)
    result = _counted(holding, found, changed, overwrite=overwrite)
    expected = result.kept - result.same - result.left - result.missing
    if result.restored != expected:
        raise DatabaseError(
            f"{expected:,} rows were to come back and {result.restored:,} did: a trigger or rule "
            f"of {holding.table} has a say in it.",
            kept="This transaction is undone.",
            next_step="Put the rows back by hand, or disable the trigger first.",
        )
    return Restored(
        result.kept, result.restored, result.same, result.left, result.replaced, result.missing,
        result.newer, tuple(missing),
    )  # fmt: skip


def index(writer: Writer, holding: Holding) -> None:
    """Bring the kept rows into the order of their key, for many small steps through them."""
    writer.execute(statements.index_statement(holding))


def told_of(writer: Writer, holding: Holding, before: Measured, changed: int) -> Restored:
    """What came of many batches on a table that others wrote to meanwhile, measured anew."""
    found = measure(writer, holding)
    left = found.present - found.same
    return Restored(
        found.kept, changed, before.same, left,
        max(0, changed - before.blank), found.kept - found.present, found.total - found.present,
        tuple(_missing(writer, holding, found)),
    )  # fmt: skip


def _write_back(writer: Writer, holding: Holding, *, overwrite: bool) -> int:
    """Rows changed."""
    with rules_told(holding):
        done = statements.restore_statements(holding, overwrite=overwrite)
        return sum(writer.execute(sql) or 0 for sql in done)


@contextmanager
def rules_told(holding: Holding) -> Iterator[None]:
    """What the table's own rules refuse leaves with what to do about it."""
    try:
        yield
    except DatabaseError as error:
        if (error.sqlstate or "").startswith(_RULES_OF_THE_TABLE):
            error.next_step = (
                f"The table has rules that the kept rows of {holding.words} do not keep by now. "
                "Go on without --restore, and take what still fits out of the attic by hand."
            )
        raise


@contextmanager
def exact_text(writer: Writer) -> Iterator[None]:
    """Settings under which text comes back as it went, until the body ends; then as before."""
    names = list(_SETTINGS)
    before = writer.rows(
        "SELECT n, pg_catalog.current_setting(n) FROM unnest(%s::text[]) AS n", (names,)
    )
    _set(writer, _SETTINGS.items())
    yield
    _set(writer, before)


def _set(writer: Writer, values: Iterable[Sequence[str]]) -> None:
    for name, value in values:
        writer.rows("SELECT pg_catalog.set_config(%s, %s, true)", (name, value))


def make_schema(writer: Writer) -> None:
    """The attic's schema, for nobody but its owner, where it is not there yet."""
    if writer.rows("SELECT to_regnamespace(%s) IS NOT NULL", (SCHEMA,))[0][0]:
        return
    try:
        writer.execute(f"CREATE SCHEMA {quoted(SCHEMA)}")
    except PrivilegeMissing as error:
        error.next_step = (
            f"The role needs CREATE on this database, or a schema {SCHEMA} of its own; or keep it "
            "in a file."
        )
        raise
    writer.execute(
        f"COMMENT ON SCHEMA {quoted(SCHEMA)} IS 'Data that migrations dropped and that was kept. "
        "See: cockpit attic list'"
    )


def _missing(writer: Writer, holding: Holding, found: Measured) -> list[str]:
    if found.present == found.kept:
        return []
    return [str(key) for (key,) in writer.rows(statements.missing_statement(holding, _EXAMPLES))]


def _counted(holding: Holding, found: Measured, changed: int, *, overwrite: bool) -> Restored:
    different = found.present - found.same
    if holding.whole:
        left = 0 if overwrite else different
        replaced = different if overwrite else 0
        missing = 0
    else:
        left = 0 if overwrite else different - found.blank
        replaced = different - found.blank if overwrite else 0
        missing = found.kept - found.present
    newer = found.total - found.present
    return Restored(found.kept, changed, found.same, left, replaced, missing, newer)


def _move_sequences(writer: Writer, holding: Holding) -> None:
    """A sequence starts anew with its table; the next value must not be one that came back."""
    for column in holding.columns:
        if column.type not in _COUNTED:
            continue
        table = qualified(holding.schema, holding.table)
        found = writer.rows(_SEQUENCE, (table, column.name))[0][0]
        if found is not None:
            writer.rows(statements.sequence_statement(holding, column, str(found)))
