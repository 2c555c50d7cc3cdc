"""Where the server's log is."""

from cockpit.database.connection import Connection
from cockpit.errors import DatabaseError, Unreachable
from cockpit.model.wal import WalPlace

_PLACE = """
SELECT CASE WHEN NOT pg_catalog.pg_is_in_recovery()
            THEN pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()) END,
       CASE WHEN NOT pg_catalog.pg_is_in_recovery()
            THEN (pg_catalog.pg_current_wal_lsn() - '0/0')::bigint END
"""
_TIMELINE_DIGITS = 8


def read_place(connection: Connection, target: str) -> WalPlace | None:
    """Where the log of this server is; None on a standby, and where the server does not tell.

    In a transaction of its own: some servers that speak PostgreSQL refuse the question.
    """
    try:
        with connection.look() as reader:
            [(file, lsn)] = reader.rows(_PLACE)
    except Unreachable:
        raise
    except DatabaseError:
        return None
    return None if file is None else WalPlace(target, int(file[:_TIMELINE_DIGITS], 16), int(lsn))
