"""Columns go back into a table that is in use: batch by batch, each in a transaction of its own.

What was put back is never put back twice, so that one that was cut off is simply begun again.
"""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from cockpit.database import attic
from cockpit.database.connection import Connection
from cockpit.database.stretch import KeyOrder, Stretch
from cockpit.deploy import attic_file
from cockpit.deploy.pace import next_size
from cockpit.model.attic import AtticEntry, Holding, Place, Restored, Tell
from cockpit.sql.attic import batch_statement, kept_table
from cockpit.sql.names import quoted

Answer = TypeVar("Answer")
_FIRST_ROWS = 2000
_TARGET_SECONDS = 0.3


class Bounded(Protocol):
    """Runs something in one transaction, within the limits of a run."""

    def __call__(self, act: Callable[[], Answer], /) -> Answer:
        """What it returns, after COMMIT."""


def fits_batches(holding: Holding) -> bool:
    """Columns with a key whose names can stand in a query with parameters."""
    return not holding.whole and not any(set(",%") & set(column.name) for column in holding.key)


def restore_in_batches(
    connection: Connection, entry: AtticEntry, bounded: Bounded, *, overwrite: bool, tell: Tell
) -> Restored:
    """Every kept row once, in the order of its key; then what came of it, counted anew."""
    holding = entry.holding
    bounded(lambda: _prepare(connection, entry))
    before = bounded(lambda: attic.measure(connection, holding))
    order = KeyOrder(kept_table(holding), ", ".join(quoted(c.name) for c in holding.key), None)
    changed, passed, size = 0, 0, _FIRST_ROWS
    tell(0, before.kept)
    while found := bounded(partial(_batch, connection, holding, order, size, overwrite)):
        stretch, rows, seconds = found
        order.passed(stretch)
        changed, passed = changed + rows, passed + stretch.rows
        tell(passed, before.kept)
        size = next_size(size, seconds, _TARGET_SECONDS)
    return bounded(lambda: attic.told_of(connection, holding, before, changed))


def _batch(
    connection: Connection, holding: Holding, order: KeyOrder, size: int, overwrite: bool
) -> tuple[Stretch, int, float] | None:
    """One stretch of the key's order; None behind the last one."""
    began = time.monotonic()
    stretch = order.next(connection, size)
    if stretch is None:
        return None
    sql = batch_statement(holding, overwrite=overwrite)
    with attic.exact_text(connection), attic.rules_told(holding):
        rows = connection.execute_bound(sql, stretch.values) or 0
    return stretch, rows, time.monotonic() - began


def _prepare(connection: Connection, entry: AtticEntry) -> None:
    if entry.holding.place is Place.FILE:
        blocks = attic_file.read(Path(entry.file), entry.digest)
        with attic.exact_text(connection):
            attic.load(connection, entry.holding, blocks, lasting=True)
    attic.index(connection, entry.holding)
