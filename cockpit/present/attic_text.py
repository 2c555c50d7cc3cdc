"""The attic's entries, and what came of putting one back, as plain text and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from cockpit.model.attic import AtticEntry, Place, Restored
from cockpit.present.board_json import moment
from cockpit.present.durations import timestamp
from cockpit.present.harmless import harmless
from cockpit.present.table import table


def attic_text(entries: Sequence[AtticEntry]) -> str:
    """One line an entry, oldest first."""
    return "\n".join(table([_row(entry) for entry in entries]))


def attic_json(entry: AtticEntry) -> dict[str, Any]:
    """One entry; keys may be added, none changes its meaning."""
    return {
        "number": entry.holding.number,
        "schema": entry.holding.schema,
        "table": entry.holding.table,
        "whole_table": entry.holding.whole,
        "columns": [column.name for column in entry.holding.columns],
        "key": [column.name for column in entry.holding.key],
        "place": entry.holding.place.value,
        "name": entry.holding.name,
        "file": entry.file or None,
        "rows": entry.rows,
        "bytes": entry.bytes,
        "version": entry.version,
        "run": entry.run,
        "actor": entry.actor,
        "kept_at": moment(entry.at),
        "restored_at": moment(entry.restored_at) if entry.restored_at else None,
        "removed_at": moment(entry.removed_at) if entry.removed_at else None,
    }


def restored_text(done: Restored) -> Iterator[str]:
    """Every count that is not zero, the first always."""
    yield f"{done.restored:,} of {done.kept:,} kept rows are put back"
    for rows, words in (
        (done.same, "had the kept value already"),
        (done.replaced, "of these had another value, which is replaced"),
        (done.left, "hold another value by now and are left: --overwrite replaces them"),
        (done.newer, "rows of the table are new since and have no kept value"),
    ):
        if rows:
            yield f"{rows:,} {words}"
    if done.missing:
        yield f"{done.missing:,} are in the table no more; theirs stay in the attic"
        yield from (f"  key {harmless(key)}" for key in done.examples)


def _row(entry: AtticEntry) -> tuple[str, ...]:
    where = f"cockpit_attic.{entry.holding.name}"
    if entry.holding.place is Place.FILE:
        where = entry.file
    return (
        str(entry.holding.number),
        harmless(entry.holding.words),
        f"{entry.rows:,} rows",
        f"{timestamp(entry.at)} by {harmless(entry.actor)} in {harmless(entry.version)}",
        _fate(entry),
        harmless(where),
    )


def _fate(entry: AtticEntry) -> str:
    if entry.removed_at is not None:
        return f"removed {timestamp(entry.removed_at)}"
    if entry.restored_at is not None:
        return f"{entry.restored_rows:,} put back {timestamp(entry.restored_at)}"
    return "kept"
