"""The statements that carry data into the attic and back. Text only; nothing is run here.

A column whose type belongs to users is kept as text, so that the attic does not hang on a type
that the migration drops too; it comes back through the type's own input function.
"""

from collections.abc import Iterable

from cockpit.model.attic import SCHEMA, Holding, KeptColumn, Place
from cockpit.sql.names import qualified, quoted

KEPT = "kept"
"""How restoring statements call the kept rows; `here` is the table they go back to."""


def keep_statement(holding: Holding) -> str:
    """What copies the rows: into a table of the attic, or out to the client."""
    if holding.place is Place.FILE:
        return f"COPY ({selected(holding)}) TO STDOUT"
    return f"CREATE TABLE {kept_table(holding)} AS {selected(holding)}"


def selected(holding: Holding) -> str:
    """The rows as they are kept; a WHERE may follow."""
    return _words("SELECT", _carried(holding), "FROM", target(holding))


def lock_statement(tables: Iterable[tuple[str, str]]) -> str:
    """The lock that the drop itself will want, before anything is copied under it."""
    names = ", ".join(qualified(schema, table) for schema, table in tables)
    return f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"


def restore_statements(holding: Holding, *, overwrite: bool) -> tuple[str, ...]:
    """What puts the rows back. Without `overwrite` a value that is there already is left."""
    if not holding.whole:
        return (_update(holding, overwrite=overwrite),)
    change = (_update(holding, overwrite=True),) if overwrite and _changeable(holding) else ()
    return (*change, _insert(holding))


def measure_statement(holding: Holding) -> str:
    """One row before anything is put back: how many rows are kept, how many of them have their
    row in the table, how many of these have the kept values already, how many have no value or
    only the default, and how many rows the table has."""
    here = f"{target(holding)} AS here"
    joined = f"{kept_table(holding)} AS kept LEFT JOIN {here} ON {same_row(holding)}"
    there = _is_there(holding)
    same, blank = _all_same(holding), _all_blank(holding)
    return _words(
        "SELECT count(*),",
        f"count(*) FILTER (WHERE {there}),",
        f"count(*) FILTER (WHERE {there} AND {same}),",
        f"count(*) FILTER (WHERE {there} AND NOT ({same}) AND {blank}),",
        "(SELECT count(*) FROM",
        f"{target(holding)}) FROM {joined}",
    )


def missing_statement(holding: Holding, limit: int) -> str:
    """Keys of kept rows that are in the table no more."""
    key = ", ".join(f"kept.{quoted(column.name)}::text" for column in holding.key)
    order = ", ".join(f"kept.{quoted(column.name)}" for column in holding.key)
    return _words(
        f"SELECT concat_ws(', ', {key})",
        f"FROM {kept_table(holding)} AS kept",
        f"WHERE NOT EXISTS ({_row_here(holding)})",
        f"ORDER BY {order} LIMIT {limit:d}",
    )


def batch_statement(holding: Holding, *, overwrite: bool) -> str:
    """The same for rows between two keys, whose columns are `$1`, `$2`, ... in order."""
    names = ", ".join(f"kept.{quoted(column.name)}" for column in holding.key)
    width = len(holding.key)
    low = ", ".join(f"${n + 1}" for n in range(width))
    high = ", ".join(f"${n + 1}" for n in range(width, 2 * width))
    update = _update(holding, overwrite=overwrite)
    return _words(update, f"AND ({names}) >= ({low}) AND ({names}) <= ({high})")


def index_statement(holding: Holding) -> str:
    """The kept rows in the order of their key."""
    keys = ", ".join(quoted(column.name) for column in holding.key)
    name = f"e{holding.number}_key"
    return f"CREATE UNIQUE INDEX IF NOT EXISTS {name} ON {kept_table(holding)} ({keys})"


def temporary_statement(holding: Holding, *, lasting: bool = False) -> str:
    """A table for a file's rows until the transaction ends, or the session if it is `lasting`;
    named as `kept_table` says."""
    columns = ", ".join(
        f"{quoted(column.name)} {'text' if column.as_text else _type(column)}"
        for column in carried(holding)
    )
    end = "PRESERVE ROWS" if lasting else "DROP"
    return f"CREATE TEMPORARY TABLE {quoted(holding.name)} ({columns}) ON COMMIT {end}"


def load_statement(holding: Holding) -> str:
    """What takes a file's rows in."""
    columns = ", ".join(quoted(column.name) for column in carried(holding))
    return f"COPY {kept_table(holding)} ({columns}) FROM STDIN"


def sequence_statement(holding: Holding, column: KeptColumn, sequence: str) -> str:
    """Move the sequence behind a column past what came back; never backwards."""
    name = sequence.replace("'", "''")
    last = f"coalesce(pg_catalog.pg_sequence_last_value('{name}'), s.highest)"
    return _words(
        f"SELECT pg_catalog.setval('{name}', greatest(s.highest, {last}))",
        f"FROM (SELECT max({quoted(column.name)}) AS highest",
        f"FROM {target(holding)}) AS s",
        "WHERE s.highest IS NOT NULL",
    )


def kept_table(holding: Holding) -> str:
    """Where the kept rows are: in the attic, or in the table a file is loaded into."""
    schema = SCHEMA if holding.place is Place.DATABASE else "pg_temp"
    return qualified(schema, holding.name)


def target(holding: Holding) -> str:
    """The table they came from, without what inherits from it."""
    only = "" if holding.partitioned else "ONLY "
    return f"{only}{qualified(holding.schema, holding.table)}"


def carried(holding: Holding) -> tuple[KeptColumn, ...]:
    """Every column that is copied: the key, then the rest; for a whole table in its own order."""
    if holding.whole:
        return holding.columns
    return (*holding.key, *(c for c in holding.columns if c not in holding.key))


def _carried(holding: Holding) -> str:
    return ", ".join(_as_kept(column) for column in carried(holding))


def _as_kept(column: KeptColumn) -> str:
    name = quoted(column.name)
    return f"{name}::text AS {name}" if column.as_text else name


def _back(column: KeptColumn) -> str:
    """The kept value in its own type again."""
    name = f"kept.{quoted(column.name)}"
    return f"{name}::{_type(column)}" if column.as_text else name


def _type(column: KeptColumn) -> str:
    return qualified(column.schema, column.type)


def same_row(holding: Holding) -> str:
    """A condition that `here` is the row of `kept`, by its key."""
    return " AND ".join(f"here.{quoted(c.name)} = {_back(c)}" for c in holding.key) or "false"


def _is_there(holding: Holding) -> str:
    """The joined row exists: its key, which is never null, is not."""
    return f"here.{quoted(holding.key[0].name)} IS NOT NULL" if holding.key else "false"


def _all_same(holding: Holding) -> str:
    return " AND ".join(
        f"here.{quoted(c.name)}::text IS NOT DISTINCT FROM kept.{quoted(c.name)}::text"
        for c in _values(holding)
    ) or "true"  # fmt: skip


def _all_blank(holding: Holding) -> str:
    return " AND ".join(f"here.{quoted(c.name)} IS NULL" for c in _values(holding)) or "false"


def _values(holding: Holding) -> tuple[KeptColumn, ...]:
    """What is not the key."""
    return tuple(column for column in holding.columns if column not in holding.key)


def _changeable(holding: Holding) -> tuple[KeptColumn, ...]:
    """An identity that is always generated can be inserted and never updated."""
    return tuple(c for c in _values(holding) if c.identity != "a") if holding.key else ()


def _update(holding: Holding, *, overwrite: bool) -> str:
    columns = _changeable(holding)
    sets = ", ".join(f"{quoted(c.name)} = {_back(c)}" for c in columns)
    blank = "" if overwrite else f" AND {_all_blank(holding)}"
    return _words(
        f"UPDATE {target(holding)} AS here",
        f"SET {sets}",
        f"FROM {kept_table(holding)} AS kept",
        f"WHERE {same_row(holding)} AND NOT ({_all_same(holding)}){blank}",
    )


def _insert(holding: Holding) -> str:
    names = ", ".join(quoted(column.name) for column in holding.columns)
    values = ", ".join(_back(column) for column in holding.columns)
    return _words(
        f"INSERT INTO {qualified(holding.schema, holding.table)} ({names})",
        "OVERRIDING SYSTEM VALUE",
        f"SELECT {values}",
        f"FROM {kept_table(holding)} AS kept",
        *([f"WHERE NOT EXISTS ({_row_here(holding)})"] if holding.key else []),
    )


def _row_here(holding: Holding) -> str:
    return _words("SELECT FROM", target(holding), "AS here WHERE", same_row(holding))


def _words(*parts: str) -> str:
    return " ".join(parts)
