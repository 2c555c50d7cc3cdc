"""Where the next batch of a backfill begins and ends."""


def bounds_query(table: str, key: str, batch: int, *, after: bool) -> str:
    """One row: first key, last key (both as text) and the number of rows of the next batch.

    `after`: only keys above the one parameter, the last key of the batch before. `table` and `key`
    are SQL, as the migration's file has them.
    """
    where = f"WHERE {key} > %s" if after else ""
    return (
        f"WITH batch AS MATERIALIZED (SELECT {key} AS key FROM {table} {where} "  # noqa: S608
        f"ORDER BY {key} LIMIT {batch:d}) "
        "SELECT (SELECT key::text FROM batch ORDER BY key LIMIT 1), "
        "(SELECT key::text FROM batch ORDER BY key DESC LIMIT 1), count(*) FROM batch"
    )
