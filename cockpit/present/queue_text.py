"""Migrations on other branches, as text and as JSON."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cockpit.model.queue import Queue, Waiting
from cockpit.present.durations import ago, plural
from cockpit.present.harmless import harmless
from cockpit.present.table import table


def queue_text(queue: Queue, now: datetime) -> str:
    """The proposed order, then what has to be settled before."""
    return "\n".join(_lines(queue, now))


def queue_json(queue: Queue) -> dict[str, Any]:
    """All of it; `waiting` in the proposed order."""
    return {
        "base": queue.base,
        "waiting": [
            {
                "version": one.migration.version,
                "name": one.migration.name,
                "branch": one.branch.name,
                "also_on": list(one.branches),
                "commit": one.branch.commit,
                "author": one.branch.author,
                "path": one.migration.path,
                "priority": one.migration.priority,
            }
            for one in queue.waiting
        ],
        "conflicts": [
            {
                "kind": conflict.kind.value,
                "what": conflict.what,
                "versions": list(conflict.versions),
                "branches": list(conflict.branches),
            }
            for conflict in queue.conflicts
        ],
        "unreadable": list(queue.unreadable),
    }


def _lines(queue: Queue, now: datetime) -> Iterator[str]:
    base = harmless(queue.base)
    if queue.waiting:
        count = plural(len(queue.waiting), "migration")
        yield f"{count} on other branches and not in {base}, in the proposed order"
        rows = [_row(place, one, now) for place, one in enumerate(queue.waiting, 1)]
        yield from table(rows, indent="  ")
    else:
        yield f"No other branch brings a migration that {base} does not have."
    if queue.conflicts:
        yield ""
        yield "CONFLICTS"
        yield from table(
            [(conflict.kind.value, harmless(conflict.what)) for conflict in queue.conflicts],
            indent="  ",
        )
    for line in queue.unreadable:
        yield f"not read: {harmless(line)}"


def _row(place: int, one: Waiting, now: datetime) -> tuple[str, ...]:
    also = f" (also on {', '.join(one.branches)})" if one.branches else ""
    return (
        str(place),
        harmless(one.migration.version),
        harmless(one.migration.name),
        harmless(f"{one.branch.name}{also}"),
        harmless(one.branch.author),
        ago(one.branch.at, now),
        f"priority {one.migration.priority}" if one.migration.priority else "",
    )
