"""Which data a database holds, so that it can be told whether it is the same data later."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cockpit.database.connection import Reader

_COLUMNS = """
SELECT n.nspname || '.' || c.relname, c.oid::bigint, c.relkind = 'r',
       json_object_agg(a.attname, a.attnum)
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a
    ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
 WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
   AND n.nspname NOT IN ('pg_catalog', 'information_schema')
 GROUP BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Belongings:
    """One table: who it is, and what is in it."""

    oid: int
    columns: Mapping[str, int]
    """Name to number. A column that was dropped and added again has another number."""
    rows: str | None
    """A hash over all rows, whatever their order; None for a table that is not looked into."""
    values: Mapping[str, str]
    """The same for each column alone."""


def read_belongings(reader: Reader, filled: frozenset[str]) -> dict[str, Belongings]:
    """Every table by `schema.name`; the rows of those in `filled` are read whole."""
    found = {}
    for name, oid, is_plain, columns in reader.rows(_COLUMNS):
        hashes = _hashes(reader, oid, columns) if is_plain and name in filled else {}
        rows = hashes.pop("", None)
        found[name] = Belongings(oid, columns, rows, hashes)
    return found


def lost(before: Mapping[str, Belongings], after: Mapping[str, Belongings]) -> tuple[str, ...]:
    """What was there before and is not after, in words: `column public.users.name`.

    Where rows were compared, they decide. Where there were none, a table or column that is not the
    same object any more has lost what it held.
    """
    shared = ((name, before[name], after[name]) for name in sorted(before) if name in after)
    return tuple(words for name, was, now in shared for words in _lost(name, was, now))


def _lost(name: str, was: Belongings, now: Belongings) -> Iterator[str]:
    if was.rows is not None:
        yield from _compared(name, was, now)
    elif was.oid != now.oid:
        yield f"every row of {name}"
    else:
        for column, number in was.columns.items():
            if now.columns.get(column, number) != number:
                yield f"column {name}.{column}"


def _compared(name: str, was: Belongings, now: Belongings) -> Iterator[str]:
    if was.rows == now.rows:
        return
    held, holds = _count(was), _count(now)
    if held != holds:
        yield f"rows of {name} ({held} before, {holds} after)" if holds else f"every row of {name}"
        return
    changed = [column for column, value in was.values.items() if now.values.get(column) != value]
    yield from (f"column {name}.{column}" for column in changed)
    if not changed:
        yield f"which values of {name} belong together"


def _count(table: Belongings) -> int:
    return int(table.rows.split()[0]) if table.rows else 0


def _hashes(reader: Reader, oid: int, columns: Mapping[str, int]) -> dict[str, str]:
    """By column, and under the empty name of whole rows: count and an order-free sum of hashes."""
    table = reader.rows("SELECT %s::oid::regclass::text", (oid,))[0][0]
    names = sorted(columns)
    quoted = [reader.rows("SELECT quote_ident(%s)", (name,))[0][0] for name in names]
    whole = f"ROW({', '.join(f'{column}::text' for column in quoted)})::text"
    sums = [_sum(whole), *(_sum(f"{column}::text") for column in quoted)]
    answer = reader.rows(f"SELECT {', '.join(sums)} FROM ONLY {table}")[0]  # noqa: S608
    return dict(zip(["", *names], answer, strict=True))


def _sum(expression: str) -> str:
    hashed = f"pg_catalog.hashtextextended(coalesce({expression}, '\\N'), 0)::numeric"
    return f"count(*) || ' ' || coalesce(sum({hashed}), 0)"
