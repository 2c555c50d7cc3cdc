"""A foreign table of applied versions, joined with what our own ledger knows of them.

The table says what is in force. The ledger adds the checksum, the commit and the way down of
versions that we applied ourselves, as long as nobody has written the row anew since: a row of ours
carries the id of the very transaction that appended our event, because both commit together.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cockpit.database.connection import Reader
from cockpit.model.history import Record, Recorded
from cockpit.model.ledger import Ledger, VersionState
from cockpit.model.migration import Direction
from cockpit.tools.recorded import record_of

_WRITTEN = """
SELECT version, xmin::text FROM cockpit.ledger WHERE event IN ('phase finished', 'settled')
UNION ALL
SELECT version, detail ->> 'row' FROM cockpit.ledger
 WHERE event = 'phase finished' AND detail ->> 'row' IS NOT NULL
UNION ALL
SELECT NULL, min(xmin::text) FROM cockpit.ledger
HAVING count(*) > 2 AND count(DISTINCT xmin::text) = 1
"""
"""`row`: who wrote the row that a framework wrote for us.

A row without a version: the ledger was loaded in one piece, so that no id tells anything.
"""

Ours = Callable[["AppliedRow"], bool]


@dataclass(frozen=True, slots=True)
class AppliedRow:
    """One version that the table names."""

    version: str
    transaction: str = ""
    """`xmin` of the row: who wrote it last."""
    name: str = ""
    checksum: str | None = None
    applied_at: datetime | None = None
    order: int = 0
    """Position in which rows were written; 0 where the table does not keep it."""
    failure: str | None = None
    """Why the tool itself calls it failed."""
    note: str = ""
    metadata: str = ""


def written_by_us(reader: Reader, ledger: Ledger) -> Ours:
    """Tells our own rows from those that the tool has written, or written anew. Reads only."""
    if not ledger.exists:
        return lambda row: False
    known: dict[str | None, set[str]] = defaultdict(set)
    for version, transaction in reader.rows(_WRITTEN):
        known[version].add(transaction)
    loaded = None in known
    return lambda row: loaded or row.transaction in known.get(row.version, ())


def join(rows: Sequence[AppliedRow], ledger: Ledger, ours: Ours) -> tuple[Record, ...]:
    """One record a version, in the order the versions were applied."""
    last = max((row.order for row in rows), default=0)
    records = [_in_table(row, ledger.versions.get(row.version), ours) for row in rows]
    named = {row.version for row in rows}
    for version, state in ledger.versions.items():
        if version not in named:
            records += _not_in_table(state, last + 1 if last else 0)
    return tuple(sorted(records, key=lambda record: record.order))


def head(ledger: Ledger, rows: Iterable[AppliedRow]) -> str:
    """Changes with the ledger and with every row."""
    text = repr(
        sorted((row.version, row.transaction, row.checksum, row.order, row.failure) for row in rows)
    )
    return f"{ledger.head}/{hashlib.sha256(text.encode()).hexdigest()}"


def _in_table(row: AppliedRow, state: VersionState | None, ours: Ours) -> Record:
    mine = state is not None and bool(state.done or state.imported) and ours(row)
    if state is None or not mine:
        return Record(
            version=row.version,
            name=row.name or (state.name if state else ""),
            recorded=Recorded.FAILED if row.failure else Recorded.APPLIED,
            checksum=row.checksum,
            applied_at=row.applied_at,
            order=row.order,
            failure=row.failure,
            note=row.note,
            metadata=row.metadata,
        )
    kept = record_of(state)
    record = replace(kept, order=row.order, note=row.note or kept.note)
    return replace(
        record,
        name=row.name or record.name,
        metadata=row.metadata,
        checksum=row.checksum if row.checksum is not None else record.checksum,
    )


def _not_in_table(state: VersionState, order: int) -> Iterable[Record]:
    """What only the ledger knows: half done, failed, or rolled back by us or by the tool."""
    record = replace(record_of(state), order=order)
    going_down = state.open is not None and state.open.direction is Direction.DOWN
    if state.imported or state.complete or (state.done and going_down):
        yield replace(
            record, recorded=Recorded.ROLLED_BACK, done=(), runs=(), undo=(), open=None,
            failure=None,
        )  # fmt: skip
    elif state.done or state.failure or state.open or state.was_applied:
        yield record
