"""How far a server's log went when a run wrote, and what a later look can tell from it.

A promotion, and a restore to a point in time, begin a new timeline. A ledger whose newest word was
written on another timeline than the server's is one whose server has changed: what its predecessor
confirmed after that word and had not handed over is gone, and left no trace in the ledger.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from cockpit.model.ledger_event import LedgerEvent

_NAME = "wal"


@dataclass(frozen=True, slots=True)
class WalPlace:
    """A place in the log of one database's server."""

    target: str
    """`Identity.key` of the database."""
    timeline: int
    lsn: int
    """Bytes from the log's beginning."""

    def as_detail(self) -> dict[str, Any]:
        """As the ledger keeps it."""
        return {_NAME: asdict(self)}


@dataclass(frozen=True, slots=True)
class Turned:
    """The server is not the one that the newest word of the ledger was written on."""

    run: str
    at: datetime
    actor: str
    before: WalPlace
    now: WalPlace


def newest_place(events: Iterable[LedgerEvent]) -> tuple[LedgerEvent, WalPlace] | None:
    """The newest event that says where the log was; events oldest first."""
    found = None
    for event in events:
        kept = event.detail.get(_NAME)
        try:
            found = (event, WalPlace(**kept)) if kept else found
        except TypeError:
            continue  # a cockpit of another version wrote it in another shape
    return found


def turned(events: Iterable[LedgerEvent], now: WalPlace) -> Turned | None:
    """None while the server is the same, and where nothing can be compared."""
    found = newest_place(events)
    if found is None or found[1].target != now.target:
        return None
    event, before = found
    if before.timeline == now.timeline and before.lsn <= now.lsn:
        return None
    return Turned(event.run, event.at, event.actor, before, now)
