"""Where the next batch of a backfill begins and ends."""

PLACE = "ctid"
"""A row's place, where a table has no key (PostgreSQL documentation, "System Columns")."""

_LAST_ON_PAGE = 65535


def columns_of(key: str) -> tuple[str, ...]:
    """The columns of a key as the file names it: `id`, or `tenant, number`."""
    return tuple(part.strip() for part in key.split(","))


def bounds_query(table: str, key: str, batch: int, *, after: bool) -> str:
    """One row: the first key, the last key (each column as text) and the rows of the next batch.

    `after`: only keys above the parameters, the last key of the batch before. `table` and `key`
    are SQL, as the migration's file has them.
    """
    columns = columns_of(key)
    names = ", ".join(columns)
    order_back = ", ".join(f"{column} DESC" for column in columns)
    marks = ", ".join("%s" for _ in columns)
    where = f"WHERE ({names}) > ({marks})" if after else ""
    firsts = ", ".join(f"first.{column}::text" for column in columns)
    lasts = ", ".join(f"last.{column}::text" for column in columns)
    return (
        f"WITH batch AS MATERIALIZED (SELECT {names} FROM {table} {where} "  # noqa: S608
        f"ORDER BY {names} LIMIT {batch:d}) "
        f"SELECT {firsts}, {lasts}, counted.count "
        "FROM (SELECT count(*) FROM batch) counted "
        f"LEFT JOIN (SELECT * FROM batch ORDER BY {names} LIMIT 1) first ON true "
        f"LEFT JOIN (SELECT * FROM batch ORDER BY {order_back} LIMIT 1) last ON true"
    )


def page_bounds(first_page: int, pages: int) -> tuple[str, str]:
    """The lowest and highest place on some pages of a table, both inclusive, as `ctid` text."""
    return f"({first_page},0)", f"({first_page + pages - 1},{_LAST_ON_PAGE})"


PAGES = """
SELECT pg_catalog.pg_relation_size(c.oid) / current_setting('block_size')::bigint,
       CASE WHEN c.reltuples > 0 AND c.relpages > 0
            THEN greatest(c.reltuples / c.relpages, 1)::bigint
            ELSE 60 END
  FROM pg_catalog.pg_class c WHERE c.oid = to_regclass(%s)
"""
"""Pages of a table now, and rows on a page: an estimate, a guess for a table never analysed."""
