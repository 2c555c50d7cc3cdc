"""One session on the server, with explicit transactions only."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, Protocol, cast

import psycopg
from psycopg.pq import TransactionStatus

from cockpit.database.failure import told, told_of_connecting
from cockpit.errors import DatabaseError
from cockpit.settings.dsn import Dsn
from cockpit.settings.secret import Secret

Row = tuple[Any, ...]

LOOK_TIMEOUT = "5s"
"""A look gives up after this long rather than hang a screen."""
LOOK_LOCK_TIMEOUT = "500ms"
"""A look never queues long behind somebody's ACCESS EXCLUSIVE on a history table."""

_STYLES = {"DateStyle": "ISO", "IntervalStyle": "postgres"}
_NOT_COMMITTED = "The server rolled back what it was asked to commit: a statement in it had failed."


class Reader(Protocol):
    """Something that answers queries. Creates nothing."""

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """All rows of one query; `%s` stands for a parameter when there are any."""


class Writer(Reader, Protocol):
    """Something that changes the database, inside whatever transaction is open."""

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int | None:
        """Run one statement; the number of rows it changed, None when it has no such number."""


class Connection:
    """A psycopg connection in autocommit; transactions are opened by name and never implied.

    Not for two threads at once, but for `cancel`.
    """

    def __init__(self, raw: psycopg.Connection[Row]) -> None:
        self._raw = raw
        self._cancelling = Lock()

    @classmethod
    def open(
        cls,
        dsn: Dsn,
        password: Secret | None,
        *,
        application: str,
        read_only: bool,
        connect_timeout: int = 10,
    ) -> "Connection":
        """Connect. `read_only` makes the server refuse every write of this session.

        Raises `Unreachable` or another `DatabaseError`; the message never holds the password.
        """
        secrets = dsn.reveal() | ({"password": password.reveal()} if password else {})
        given = dsn.get("connect_timeout")
        with told_of_connecting():
            raw = psycopg.connect(
                dsn.conninfo(),
                autocommit=True,
                application_name=application[:63],
                connect_timeout=given or connect_timeout,
                # A pooler in transaction mode cannot keep prepared statements apart.
                prepare_threshold=None,
                client_encoding="UTF8",
                **cast(Any, secrets),
            )
        connection = cls(raw)
        connection.speak_iso()
        if read_only:
            connection.refuse_writes()
        return connection

    def refuse_writes(self) -> None:
        """Make the server refuse every write of this session, where the session is ours alone.

        Through a pooler the setting might stay on a backend that an application is given next,
        and its writes would fail; there only `look` keeps us from writing.
        """
        try:
            if self.announced_pid == self.rows("SELECT pg_catalog.pg_backend_pid()")[0][0]:
                self.execute("SET default_transaction_read_only = on")
                # A screen that nobody touches for an hour looks again all the same.
                self.execute("SET idle_session_timeout = 0")
        except BaseException:
            self.close()
            raise

    def speak_iso(self) -> None:
        """Let the server write dates and intervals in the one style that psycopg reads.

        How it reads them in statements, day or month first, stays as the database has it.
        """
        for name, style in _STYLES.items():
            told_so = self._raw.info.parameter_status(name) or style
            if not told_so.startswith(style):
                self.execute(f"SET {name} = {style}")

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """All rows of one query."""
        with told(sql), self._raw.cursor() as cursor:
            cursor.execute(sql, parameters or None)
            return cursor.fetchall()

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int | None:
        """Run one statement; the number of rows it changed, None when it has no such number."""
        with told(sql), self._raw.cursor() as cursor:
            cursor.execute(sql, parameters or None)
            if sql == "COMMIT" and cursor.statusmessage == "ROLLBACK":
                raise DatabaseError(_NOT_COMMITTED, kept="This transaction is undone.")
            return cursor.rowcount if cursor.rowcount >= 0 else None

    def execute_bound(self, sql: str, values: Sequence[str]) -> int | None:
        """Run a statement with `$1`, `$2`, ...; the server infers their types from it."""
        with told(sql), psycopg.RawCursor(self._raw) as cursor:
            cursor.execute(sql, values)
            return cursor.rowcount if cursor.rowcount >= 0 else None

    def answers(self, sql: str) -> list[Row] | None:
        """Run one statement of unknown kind; its rows, or None when it returns none."""
        with told(sql), self._raw.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else None

    def copy_out(self, sql: str) -> Iterator[bytes]:
        """Run a COPY ... TO STDOUT; its data in blocks, as the server sends them."""
        with told(sql), self._raw.cursor() as cursor, cursor.copy(sql) as copy:
            for block in copy:
                yield bytes(block)

    def copy_in(self, sql: str, blocks: Iterable[bytes]) -> int:
        """Run a COPY ... FROM STDIN with this data; the number of rows."""
        with told(sql), self._raw.cursor() as cursor:
            with cursor.copy(sql) as copy:
                for block in blocks:
                    copy.write(block)
            return cursor.rowcount

    @contextmanager
    def transaction(self) -> Iterator["Connection"]:
        """BEGIN, the body, COMMIT; ROLLBACK when the body raises and the session still lives.

        READ COMMITTED, whatever is usual for the role or the database.

        A transaction that somebody left open is undone, and nothing is begun: raises then.
        """
        self._refuse_inside_another()
        # A snapshot older than our lock would not show what was committed before we had it.
        self.execute("BEGIN ISOLATION LEVEL READ COMMITTED")
        try:
            yield self
        except BaseException:
            self.roll_back()
            raise
        self.execute("COMMIT")

    @contextmanager
    def look(self) -> Iterator["Connection"]:
        """One consistent read-only snapshot, bounded in time; nothing can be written in it."""
        self.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            self.execute(f"SET LOCAL statement_timeout = '{LOOK_TIMEOUT}'")
            self.execute(f"SET LOCAL lock_timeout = '{LOOK_LOCK_TIMEOUT}'")
            yield self
        finally:
            self.roll_back()

    def roll_back(self) -> None:
        """End an open transaction without keeping it. Does nothing on a lost session."""
        if not self.closed and self._raw.info.transaction_status != TransactionStatus.IDLE:
            with told():
                self._raw.execute("ROLLBACK")

    def _refuse_inside_another(self) -> None:
        """Our COMMIT would keep what another part has left half done."""
        if not self.closed and self._raw.info.transaction_status != TransactionStatus.IDLE:
            self.roll_back()
            raise DatabaseError(
                "A transaction was still open on this session; it is undone.",
                kept="What it had done is not kept.",
            )

    def on_notice(self, hear: Callable[[str], None]) -> None:
        """Pass every NOTICE and WARNING of the server on, severity first."""

        def receive(diagnostic: psycopg.errors.Diagnostic) -> None:
            hear(f"{diagnostic.severity}: {diagnostic.message_primary}")

        self._raw.add_notice_handler(receive)

    def cancel(self) -> None:
        """Ask the server to cancel the running statement. Safe from any thread."""
        with self._cancelling, told():
            self._raw.cancel_safe(timeout=5)

    @property
    def closed(self) -> bool:
        """The session is gone, ours or by the server."""
        return bool(self._raw.closed) or self._raw.broken

    @property
    def server_major(self) -> int:
        """Major version of the server."""
        return self._raw.info.server_version // 10000

    @property
    def announced_pid(self) -> int:
        """The pid that the other end gave at connect; a pooler invents one."""
        return self._raw.info.backend_pid

    @property
    def place(self) -> str:
        """`database@host`, without user and password."""
        info = self._raw.info
        host = info.host or "socket"
        return f"{info.dbname}@{'socket' if host.startswith('/') else host}"

    def close(self) -> None:
        """End the session; session locks go with it."""
        self._raw.close()
