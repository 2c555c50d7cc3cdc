"""The settings a step runs under: set again on every try, and read back from that very session."""

from datetime import timedelta

from cockpit.database.connection import Connection
from cockpit.deploy.context import RunContext, application_name
from cockpit.deploy.opening import Limits
from cockpit.errors import DatabaseError, Refused

_READ = """
SELECT name, setting FROM pg_catalog.pg_settings WHERE name = ANY (%s)
"""


_NOT_ON_THIS_PLATFORM = "22023"
_NOT_ALLOWED = "42501"
_HAS_TRANSACTION_TIMEOUT = 17
_DEADLOCK_MILLISECONDS = 50
"""Well within a try of 200 ms, and long enough to be a rare search."""


def clean_session(connection: Connection, context: RunContext) -> None:
    """Forget what earlier scripts set in this session; take the run's name and role."""
    begin_anew(connection, context.run, context.role)


def begin_anew(connection: Connection, run: str, role: str | None) -> None:
    """The same for a session that no run is on."""
    connection.execute("RESET ALL")
    connection.speak_iso()
    connection.execute("RESET ROLE")
    _look_for_deadlocks_first(connection)
    name = application_name(run)[:63]
    connection.rows("SELECT pg_catalog.set_config('application_name', %s, false)", (name,))
    connection.execute("SET default_transaction_read_only = off")
    connection.execute("SET default_transaction_isolation = 'read committed'")
    stay(connection)
    _notice_our_death(connection)
    if role:
        connection.execute(f"SET ROLE {_quoted(role)}")


def bound_transaction(connection: Connection, limits: Limits) -> None:
    """Inside an open transaction: bound its waits. Raises `Refused` when the values do not hold."""
    wanted = {
        "lock_timeout": _milliseconds(limits.lock_timeout),
        "statement_timeout": _milliseconds(limits.statement_timeout),
        "idle_in_transaction_session_timeout": _milliseconds(limits.idle_in_transaction),
    }
    for name, value in wanted.items():
        connection.execute(f"SET LOCAL {name} = {value}")
    _read_back(connection, wanted)


def bound_statement(connection: Connection, limits: Limits, *, harmless_wait: bool) -> None:
    """Outside a transaction: bound the next statement.

    `harmless_wait` is for commands that keep no reader or writer waiting while they queue, such as
    CREATE INDEX CONCURRENTLY: giving one up would leave an invalid index for nothing.
    """
    # A concurrent build that has begun had better finish than leave an invalid index.
    connection.execute("SET client_connection_check_interval = 0")
    wanted = {
        "lock_timeout": 0 if harmless_wait else _milliseconds(limits.lock_timeout),
        "statement_timeout": _milliseconds(limits.statement_timeout),
    }
    for name, value in wanted.items():
        connection.execute(f"SET {name} = {value}")
    _read_back(connection, wanted)


def stay(connection: Connection) -> None:
    """No limit that is meant for the application's sessions ends ours, nor what it writes down.

    What a step may take is bounded by the run's own limits. A session that waits at a gate holds
    the deployment lock: it may wait for days.
    """
    names = ["statement_timeout", "idle_session_timeout"]
    if connection.server_major >= _HAS_TRANSACTION_TIMEOUT:
        names.append("transaction_timeout")
    for name in names:
        connection.execute(f"SET {name} = 0")


def _look_for_deadlocks_first(connection: Connection) -> None:
    """Let an autovacuum give way within a try, and a deadlock be ours to lose.

    Whoever has waited for `deadlock_timeout`, a second by default, looks for deadlocks, is
    cancelled if there is one, and tells an autovacuum in the way to leave (`ProcSleep` in
    `storage/lmgr/proc.c`). A try that ends before then would meet the same autovacuum every time.
    Only a superuser may change it, and since 15 a role that was granted SET on it; for others the
    server's value stays.
    """
    try:
        connection.execute(f"SET deadlock_timeout = {_DEADLOCK_MILLISECONDS}")
    except DatabaseError as error:
        if error.sqlstate != _NOT_ALLOWED:
            raise


def _notice_our_death(connection: Connection) -> None:
    """Let the server end a statement whose client is gone, so that its locks go soon after."""
    try:
        connection.execute("SET client_connection_check_interval = '1s'")
    except DatabaseError as error:
        # The server's platform cannot look at a socket while it works; TCP keepalives remain.
        if error.sqlstate != _NOT_ON_THIS_PLATFORM:
            raise


def _read_back(connection: Connection, wanted: dict[str, int]) -> None:
    found = {name: int(value) for name, value in connection.rows(_READ, (list(wanted),))}
    wrong = [name for name, value in wanted.items() if found.get(name) != value]
    if wrong:
        raise Refused(
            f"The session does not keep {', '.join(wrong)} as it was set.",
            kept="This transaction is undone.",
            next_step="Connect to PostgreSQL itself, not through a pooler.",
        )


def _milliseconds(duration: timedelta) -> int:
    return round(duration.total_seconds() * 1000)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
