"""The next stretch of a table for a backfill: of its key's order, or of its pages."""

from dataclasses import dataclass
from typing import Protocol

from cockpit.database.connection import Reader
from cockpit.model.migration import Backfill
from cockpit.sql.batches import PAGES, PLACE, bounds_query, columns_of, page_bounds

Cursor = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """One batch."""

    values: tuple[str, ...]
    """For `$1`, `$2`, ...: all lower bounds, then all upper bounds."""
    cursor: Cursor
    """What the ledger keeps, so that another run can go on behind it."""
    rows: int


class Stretches(Protocol):
    """Gives stretches in order; a failed one is given again."""

    def next(self, reader: Reader, rows: int) -> Stretch | None:
        """About so many rows behind what has passed; None at the end."""

    def passed(self, stretch: Stretch) -> None:
        """This one is committed."""


def stretches_of(spec: Backfill, cursor: Cursor | None) -> Stretches:
    """From the start of the table, or from where an earlier run was committed."""
    if spec.key.strip().lower() == PLACE:
        return PageOrder(spec.table, cursor)
    return KeyOrder(spec.table, spec.key, cursor)


class KeyOrder:
    """Stretches of an orderable key of one or more columns."""

    def __init__(self, table: str, key: str, cursor: Cursor | None) -> None:
        self._table, self._key, self._cursor = table, key, cursor
        self._width = len(columns_of(key))

    def next(self, reader: Reader, rows: int) -> Stretch | None:
        """The bounds are read in the transaction that will change the rows between them."""
        sql = bounds_query(self._table, self._key, rows, after=self._cursor is not None)
        *bounds, count = reader.rows(sql, self._cursor or ())[0]
        if not count:
            return None
        return Stretch(tuple(bounds), tuple(bounds[self._width :]), count)

    def passed(self, stretch: Stretch) -> None:
        """Go on behind it."""
        self._cursor = stretch.cursor


class PageOrder:
    """Stretches of pages, up to the last page there was when the backfill began."""

    def __init__(self, table: str, cursor: Cursor | None) -> None:
        self._table = table
        self._page = int(cursor[0]) if cursor else 0
        self._pages = int(cursor[1]) if cursor else None
        """The cursor keeps both: the next page, and how many there were at the start."""

    def next(self, reader: Reader, rows: int) -> Stretch | None:
        """Whole pages, so that rows which move within a page stay inside of the stretch."""
        pages_now, rows_a_page = reader.rows(PAGES, (self._table,))[0]
        self._pages = self._pages if self._pages is not None else int(pages_now)
        if self._page >= self._pages:
            return None
        pages = min(max(rows // int(rows_a_page), 1), self._pages - self._page)
        cursor = (str(self._page + pages), str(self._pages))
        return Stretch(page_bounds(self._page, pages), cursor, pages * int(rows_a_page))

    def passed(self, stretch: Stretch) -> None:
        """Go on behind it."""
        self._page = int(stretch.cursor[0])
