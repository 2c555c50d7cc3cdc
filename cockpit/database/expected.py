"""How many rows the planner expects of a query that is never run."""

from collections.abc import Iterable

from cockpit.database.connection import Connection
from cockpit.errors import DatabaseError

_LOCK_NOT_AVAILABLE = "55P03"


def expected_rows(connection: Connection, queries: Iterable[str]) -> dict[str, float]:
    """By query, for those that can be planned: others name what is not there yet.

    EXPLAIN without ANALYZE runs no query. Planning takes ACCESS SHARE on what it reads, in a
    read-only transaction, and waits no longer for it than any look; after one wait in vain
    nothing more is asked.
    """
    found: dict[str, float] = {}
    left = list(queries)
    while left and not connection.closed:
        try:
            with connection.look() as reader:
                while left:
                    query = left.pop(0)
                    ((plan,),) = reader.rows(f"EXPLAIN (FORMAT JSON) {query}")
                    found[query] = float(plan[0]["Plan"]["Plan Rows"])
        except DatabaseError as error:
            if error.sqlstate == _LOCK_NOT_AVAILABLE:
                break
    return found
