"""What runs have kept of data that a step was about to destroy, and how it comes back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from cockpit.model.ledger_event import EventKind, LedgerEvent

SCHEMA = "cockpit_attic"
"""Created in the target by the first run that keeps something there."""

LARGE = 8 * 1024 * 1024
"""Bytes of a table; a smaller one is copied under the lock, in hardly any time."""


class Place(StrEnum):
    """Where the attic is."""

    DATABASE = "database"
    """A table of the schema `cockpit_attic`."""
    FILE = "file"
    """A compressed file on the machine that ran the plan, for its owner only."""
    NOWHERE = "none"
    """Said on purpose, where an earlier run was to keep it: let it go."""


@dataclass(frozen=True, slots=True)
class KeptColumn:
    """A column as it was when it was kept."""

    name: str
    schema: str
    """Of its type."""
    type: str
    """Its type's name in `pg_type`."""
    identity: str = ""
    """`a` always, `d` by default; empty for a plain column."""

    @property
    def as_text(self) -> bool:
        """Kept as text: its type belongs to users and may go with the column."""
        return self.schema != "pg_catalog"


@dataclass(frozen=True, slots=True)
class Holding:
    """One table, or some columns of one with the key that finds their rows again."""

    number: int
    """Counts what was ever kept in a database, from 1."""
    schema: str
    table: str
    columns: tuple[KeptColumn, ...]
    key: tuple[KeptColumn, ...]
    """Empty only for a whole table that has none."""
    whole: bool
    place: Place
    name: str
    """The table in the attic; of a file, what its name begins with."""
    partitioned: bool = False

    @property
    def words(self) -> str:
        """`column customers.name`, `2 columns of customers`, `table customers`."""
        table = self.table if self.schema == "public" else f"{self.schema}.{self.table}"
        if self.whole:
            return f"table {table}"
        if len(self.columns) == 1:
            return f"column {table}.{self.columns[0].name}"
        return f"{len(self.columns)} columns of {table}"

    def only(self, columns: Iterable[KeptColumn]) -> "Holding":
        """The same with fewer columns."""
        return replace(self, columns=tuple(columns))

    def as_detail(self) -> dict[str, Any]:
        """As the ledger keeps it."""
        return {
            "number": self.number, "schema": self.schema, "table": self.table,
            "columns": [_listed(column) for column in self.columns],
            "key": [_listed(column) for column in self.key],
            "whole": self.whole, "place": self.place.value, "name": self.name,
            "partitioned": self.partitioned,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Weight:
    """How much a table holds, as far as the catalog knows."""

    rows: int
    """The planner's estimate; -1 when the table was never analyzed."""
    bytes: int
    """Of the table with its TOAST, without indexes."""
    widths: Mapping[str, int] = field(default_factory=dict)
    """Average bytes of a column's values, for columns that were analyzed."""

    def of(self, columns: Iterable[KeptColumn]) -> int | None:
        """Bytes that these columns of every row take; None when nobody has counted."""
        names = [column.name for column in columns]
        if self.rows < 0 or any(name not in self.widths for name in names):
            return None
        return self.rows * (_ROW_BYTES + sum(self.widths[name] for name in names))


_ROW_BYTES = 28
"""Header and line pointer of a row."""


@dataclass(frozen=True, slots=True)
class AtticEntry:
    """One thing that was kept, and what became of it."""

    holding: Holding
    at: datetime
    run: str
    version: str
    actor: str
    rows: int
    bytes: int
    """In the attic's table, or of the compressed file."""
    file: str = ""
    """Path of the file on the machine of `actor`."""
    digest: str = ""
    """SHA-256 hex of the file."""
    restored_at: datetime | None = None
    restored_rows: int = 0
    restored: frozenset[str] = frozenset()
    """Columns whose values were put back."""
    removed_at: datetime | None = None

    @property
    def waiting(self) -> tuple[KeptColumn, ...]:
        """Columns that are still to be put back; none when the entry was removed."""
        if self.removed_at is not None or (self.holding.whole and self.restored_at is not None):
            return ()
        return tuple(c for c in self.holding.columns if c.name not in self.restored)


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of putting an entry back, in rows."""

    kept: int
    restored: int
    """Rows that have a kept value that they did not have before."""
    same: int
    """Rows that had it already."""
    left: int
    """Rows that hold another value by now, and were left as they are."""
    replaced: int
    """Rows that held another value, which was replaced; part of `restored`."""
    missing: int
    """Kept rows whose key is in the table no more."""
    newer: int
    """Rows of the table that were not there when it was kept."""
    examples: tuple[str, ...] = ()
    """A few keys of the missing ones."""

    @property
    def whole(self) -> bool:
        """Everything that was kept is back."""
        return not self.missing and not self.left and self.restored + self.same == self.kept


Tell = Callable[[int, int], None]
"""Told while an entry is put back: kept rows that are dealt with, of how many."""


def restored_detail(holding: Holding, done: Restored) -> dict[str, Any]:
    """As the ledger keeps it."""
    counts = asdict(done)
    return counts | {
        "number": holding.number,
        "columns": [column.name for column in holding.columns],
        "examples": list(done.examples),
    }


def attic_of(events: Iterable[LedgerEvent]) -> tuple[AtticEntry, ...]:
    """Everything that was ever kept, in the order it was; events oldest first.

    An event that no cockpit has written is passed over: the hash chain tells of it.
    """
    entries: dict[int, AtticEntry] = {}
    for event in events:
        try:
            if event.event is EventKind.KEPT:
                entry = _entry(event)
                entries[entry.holding.number] = entry
            elif event.event in (EventKind.RESTORED, EventKind.ATTIC_REMOVED):
                number = int(event.detail["number"])
                entries[number] = _after(entries[number], event)
        except (KeyError, TypeError, ValueError):
            continue
    return tuple(entries.values())


@dataclass(frozen=True, slots=True)
class KeepAsked:
    """What a run was to do with the data it drops, when it did not come to its end."""

    place: Place
    action: str
    """`Goal.action` of that run."""
    versions: frozenset[str]


def keep_asked(events: Iterable[LedgerEvent]) -> KeepAsked | None:
    """What the last run was to keep; None when it came to its end, or nobody asked it to."""
    asked = None
    for event in events:
        if event.event is EventKind.RUN_STARTED:
            asked = _asked(event.detail.get("keep"))
        elif event.event is EventKind.RUN_FINISHED:
            asked = None
    return asked


def _asked(detail: Any) -> KeepAsked | None:
    """None for a shape that no cockpit has written."""
    if not isinstance(detail, dict) or detail.get("place") not in list(Place):
        return None
    versions = detail.get("versions")
    if not isinstance(versions, list):
        return None
    return KeepAsked(
        Place(detail["place"]), str(detail.get("action")), frozenset(str(v) for v in versions)
    )


def _after(entry: AtticEntry, event: LedgerEvent) -> AtticEntry:
    if event.event is EventKind.ATTIC_REMOVED:
        return replace(entry, removed_at=event.at)
    names = frozenset(event.detail.get("columns", ()))
    rows = int(event.detail.get("restored", 0)) + int(event.detail.get("same", 0))
    return replace(entry, restored_at=event.at, restored_rows=rows, restored=entry.restored | names)


def _entry(event: LedgerEvent) -> AtticEntry:
    """Raises KeyError, TypeError or ValueError for a detail of another shape."""
    detail = event.detail
    holding = Holding(
        int(detail["number"]), str(detail["schema"]), str(detail["table"]),
        tuple(KeptColumn(*column) for column in detail["columns"]),
        tuple(KeptColumn(*column) for column in detail["key"]),
        bool(detail["whole"]), Place(detail["place"]), str(detail["name"]),
        bool(detail.get("partitioned", False)),
    )  # fmt: skip
    return AtticEntry(
        holding, event.at, event.run, event.version or "", event.actor,
        int(detail["rows"]), int(detail["bytes"]),
        str(detail.get("file", "")), str(detail.get("digest", "")),
    )  # fmt: skip


def _listed(column: KeptColumn) -> list[str]:
    return [column.name, column.schema, column.type, column.identity]
