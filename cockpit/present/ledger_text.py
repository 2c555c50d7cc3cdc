"""The ledger's events as plain text and as JSON."""

from collections.abc import Iterable
from typing import Any

from cockpit.model.ledger import LedgerEvent
from cockpit.present.board_json import moment
from cockpit.present.durations import short_duration, timestamp
from cockpit.present.harmless import harmless
from cockpit.present.table import table


def ledger_text(events: Iterable[LedgerEvent]) -> str:
    """One line an event, in the order given."""
    return "\n".join(table([_row(event) for event in events]))


def ledger_event_json(event: LedgerEvent) -> dict[str, Any]:
    """Every column of the ledger."""
    return {
        "seq": event.seq,
        "at": moment(event.at),
        "run": event.run,
        "event": event.event.value,
        "version": event.version,
        "name": event.name,
        "phase": event.phase,
        "step": event.step,
        "direction": event.direction.value if event.direction else None,
        "checksum": event.checksum,
        "script": event.script,
        "undo": event.undo,
        "git_commit": event.git_commit,
        "git_ref": event.git_ref,
        "actor": event.actor,
        "client": event.client,
        "seconds": event.duration.total_seconds() if event.duration is not None else None,
        "detail": event.detail,
        "previous_hash": event.previous_hash,
        "hash": event.hash,
    }


def _row(event: LedgerEvent) -> tuple[str, ...]:
    what = " ".join(part for part in (event.version, event.name) if part)
    phase = event.phase if event.phase not in (None, "up") else ""
    way = event.direction.value if event.direction else ""
    took = short_duration(event.duration) if event.duration is not None else ""
    said = (event.detail.get(name) for name in ("error", "goal", "evidence", "reason"))
    told = next((words for words in said if words), "")
    return (
        str(event.seq),
        timestamp(event.at),
        harmless(event.run),
        harmless(event.actor),
        took,
        event.event.value,
        " ".join(part for part in (way, harmless(what), harmless(phase or "")) if part),
        harmless(str(told)),
    )
