"""Is there a pooler between us and the server, and does it share backends among clients?"""

from collections.abc import Callable

from cockpit.database.connection import Connection
from cockpit.errors import DatabaseError, PoolerInTheWay

_PID = "SELECT pg_catalog.pg_backend_pid()"
_TRIES = 5
_NO_TRANSACTIONS = "08P01"
"""How PgBouncer answers BEGIN in statement mode."""


def refuse_shared_backends(connection: Connection, connect: Callable[[], Connection]) -> None:
    """Raise `PoolerInTheWay` when one session of ours may reach several backends.

    A pooler answers the protocol's BackendKeyData itself, so the announced pid differs from the
    backend's own. In session mode that is harmless. In transaction mode the idle session gives its
    backend away: another session of ours, opened by `connect` and kept in a transaction, is then
    handed the very same pid. Nothing is locked or written to find out.
    """
    if not stands_between(connection):
        return
    other = connect()
    try:
        for _ in range(_TRIES):
            if _shares(connection, other):
                raise PoolerInTheWay(
                    "A pooler in transaction mode stands between the cockpit and the server: "
                    "two sessions were given one backend, so a session lock cannot be kept.",
                    next_step="Connect to PostgreSQL itself, or to a pool in session mode.",
                )
    finally:
        other.close()


def stands_between(connection: Connection) -> bool:
    """Whether somebody else than the server answered at connect. In which mode is not told."""
    return connection.announced_pid != _pid(connection)


def _pid(connection: Connection) -> int:
    return int(connection.rows(_PID)[0][0])


def _shares(idle: Connection, other: Connection) -> bool:
    """Whether `other`, inside a transaction, sits on the backend `idle` was just served by."""
    mine = _pid(idle)
    try:
        other.execute("BEGIN READ ONLY")
    except DatabaseError as error:
        if error.sqlstate == _NO_TRANSACTIONS:
            return True
        raise
    try:
        return _pid(other) == mine or _pid(idle) != mine
    finally:
        other.roll_back()
