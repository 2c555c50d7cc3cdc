"""Copies what a step drops before its lock is taken, so that the lock is held for what changed.

The copy needs ACCESS SHARE, which keeps nobody waiting but those who drop or rewrite the table
themselves. Under the lock of the drop it is proved, by who wrote each row, that it is the table's
content still; rows written since are copied then. Where that cannot be proved, and for tables that
are copied in no time, everything is copied under the lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cockpit.database import attic, attic_ahead, deployment_lock
from cockpit.database.connection import Connection
from cockpit.deploy import attic_file
from cockpit.deploy.attic_file import Begun, Written
from cockpit.deploy.context import RunContext
from cockpit.deploy.effective_settings import bound_transaction, clean_session
from cockpit.errors import CockpitError, Unreachable
from cockpit.model.attic import Holding, Place
from cockpit.model.event import Noted
from cockpit.sql.attic import kept_table


@dataclass(frozen=True, slots=True)
class _Copied:
    bound: int
    shape: str
    rows: int
    file: Begun | None = None


class Ahead:
    """What was copied beforehand for one phase, until its drop is committed or given up."""

    def __init__(self, context: RunContext, connection: Connection) -> None:
        self._context, self._connection = context, connection
        self._copied: dict[int, _Copied] = {}

    def copy(self, wanted: Sequence[tuple[Holding, Path | None]]) -> None:
        """Copy what is large enough and not copied yet, each in a transaction of its own.

        What goes wrong is told, and left to the copy under the lock; but a lost session is raised.
        """
        for holding, path in wanted:
            if holding.number in self._copied:
                continue
            try:
                self._copy(holding, path)
            except Unreachable:
                raise
            except CockpitError as error:
                self._connection.roll_back()
                self._say(
                    f"{holding.words} is not copied beforehand, but under the lock: {error.what}"
                )

    def take_over(self, holding: Holding) -> tuple[int, Written | None] | None:
        """Under the lock: the copy is made what the table is; its rows, and its file if it is one.

        None where there is no copy, or where it cannot be proved to be the table's content.
        """
        copied = self._copied.get(holding.number)
        if copied is None:
            return None
        if attic_ahead.shape_of(self._connection, holding).text != copied.shape:
            rows, written = None, None
        elif copied.file is not None:
            rows, written = self._finish(holding, copied, copied.file)
        else:
            bound = copied.bound
            rows = attic_ahead.bring_up_to_date(self._connection, holding, bound, copied.rows)
            written = None
        if rows is not None:
            return rows, written
        self._say(f"{holding.words} has changed too much since it was copied: it is copied anew")
        if holding.place is Place.DATABASE:
            self._connection.execute(f"DROP TABLE {kept_table(holding)}")
        return None

    def settled(self) -> None:
        """The drop is committed: what was copied is the attic's now."""
        self._copied.clear()

    def give_up(self) -> None:
        """The drop does not happen: remove what was copied for it, as far as it can be reached."""
        copied, self._copied = self._copied, {}
        for one in copied.values():
            if one.file is not None:
                attic_file.remove(one.file.path)
        if not any(one.file is None for one in copied.values()) or self._connection.closed:
            return
        try:
            clean_session(self._connection, self._context)
            with self._connection.transaction():
                bound_transaction(self._connection, self._context.limits)
                deployment_lock.require(self._connection, self._context.keys)
                attic_ahead.remove_left(self._connection)
        except CockpitError as error:
            self._say(f"What was copied beforehand stays until the next copy: {error.what}")

    def _copy(self, holding: Holding, path: Path | None) -> None:
        began = self._context.clock.monotonic()
        clean_session(self._connection, self._context)
        with self._connection.transaction() as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            bound_transaction(connection, self._context.limits)
            deployment_lock.require(connection, self._context.keys)
            shape = attic_ahead.shape_of(connection, holding)
            if not shape.told or shape.bytes < self._context.limits.copy_beforehand:
                return
            with attic.exact_text(connection):
                copied = self._settled_rows(holding, path, shape.text)
        self._copied[holding.number] = copied
        seconds = self._context.clock.monotonic() - began
        self._say(
            f"{holding.words}: {copied.rows:,} rows are copied beforehand in {seconds:.1f} s, "
            "while others read and write it"
        )

    def _settled_rows(self, holding: Holding, path: Path | None, shape: str) -> _Copied:
        bound = attic_ahead.bound_of(self._connection)
        if path is None:
            if all(one.file is not None for one in self._copied.values()):
                attic_ahead.remove_left(self._connection)
            rows = attic_ahead.copy_to_table(self._connection, holding, bound)
            return _Copied(bound, shape, rows)
        begun = attic_file.begin(path, attic_ahead.copy_out(self._connection, holding, bound))
        return _Copied(bound, shape, begun.rows, begun)

    def _finish(
        self, holding: Holding, copied: _Copied, begun: Begun
    ) -> tuple[int | None, Written | None]:
        """Nothing can be taken out of a file: it counts only where every row of it is there."""
        settled, rest = attic_ahead.put_aside(self._connection, holding, copied.bound)
        if settled != copied.rows:
            return None, None
        blocks = attic_ahead.rest_out(self._connection, holding) if rest else ()
        written = attic_file.finish(begun, blocks, holding.as_detail())
        return (written.rows, written) if written.rows == settled + rest else (None, None)

    def _say(self, words: str) -> None:
        self._context.emit(Noted(self._context.clock.now(), words))
