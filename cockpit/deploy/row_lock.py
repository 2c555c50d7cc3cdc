"""The lock row of a tool that has one, held for as long as the advisory locks beside it."""

from collections.abc import Callable

from cockpit.database import deployment_lock
from cockpit.database.connection import Connection
from cockpit.errors import CockpitError
from cockpit.tools.history_table import quoted
from cockpit.tools.protocol import RowLocked

Connect = Callable[[], Connection]


class RowLock:
    """One row, taken on the executing session. A cockpit that is killed leaves it behind, and the
    next one takes it over, because the advisory lock has died with the session."""

    def __init__(self, tool: RowLocked, owner: str, role: str | None, connect: Connect) -> None:
        self._tool, self._owner, self._role, self._connect = tool, owner, role, connect

    def take(self, connection: Connection) -> None:
        """Commit the row, as the role that the migrations run as. Raises `HeldByAnother`."""
        with connection.transaction():
            self._become(connection)
            self._tool.take_row(connection, self._owner)

    def free(self, connection: Connection) -> None:
        """Commit its release: on a new session where this one is lost.

        Raises nothing. While the lost session still works in the server its lock is left alone.
        """
        if self._freed_on(connection):
            return
        try:
            again = self._connect()
        except CockpitError:
            # The server is out of reach; the next cockpit takes the row over.
            return
        try:
            deployment_lock.take(again, (deployment_lock.COCKPIT_KEY,))
            self._freed_on(again)
        except CockpitError:
            # The lost session still works in the server; the next cockpit takes the row over.
            return
        finally:
            again.close()

    def _freed_on(self, connection: Connection) -> bool:
        """False where this session can no longer do it."""
        try:
            connection.roll_back()
            with connection.transaction():
                self._become(connection)
                self._tool.free_row(connection, self._owner)
        except CockpitError:
            return False
        return not connection.closed

    def _become(self, connection: Connection) -> None:
        if self._role is not None:
            connection.execute(f"SET LOCAL ROLE {quoted(self._role)}")
