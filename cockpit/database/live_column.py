"""Reads one column and what hangs on it from the catalog."""

import msgspec

from cockpit.database.queries import query
from cockpit.database.usage import Asked
from cockpit.model.column import LiveColumn

_FIND = """
SELECT c.oid::bigint FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relname = %(table)s AND c.relkind IN ('r', 'p')
   AND CASE WHEN %(schema)s = '' THEN pg_catalog.pg_table_is_visible(c.oid)
            ELSE n.nspname = %(schema)s END
"""
_NO_SEARCH_PATH = "SELECT pg_catalog.set_config('search_path', '', true)"


def read_live_column(reader: Asked, schema: str, table: str, column: str) -> LiveColumn | None:
    """The column by names as stored; without a schema as the search path finds it. None: not there.

    Reads only. Must be called inside a transaction, whose `search_path` it empties so that every
    name comes back qualified.
    """
    found = reader.rows(_FIND, {"schema": schema, "table": table})
    if not found:
        return None
    reader.rows(_NO_SEARCH_PATH)
    rows = reader.rows(query("live_column"), {"table": found[0][0], "column": column})
    return msgspec.convert(rows[0][0], LiveColumn) if rows else None
