"""Whether the ledger is what was once written: each event's hash holds the one before it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cockpit.model.ledger_event import GENESIS, EventKind, LedgerEvent


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain does not hold."""

    seq: int
    """The event that does not fit, or the first of those that are gone."""
    why: str
    found: str
    """The hash that the event at which it shows has by its content: another edit, another hash."""

    @property
    def detail(self) -> dict[str, Any]:
        """For the event that accepts it."""
        return {"break": self.seq, "why": self.why, "found": self.found}


def breaks(events: Iterable[LedgerEvent], after: LedgerEvent | None = None) -> Iterator[Break]:
    """Every place where the chain does not hold, accepted or not, oldest first.

    With `after`, an event that was checked before, only what follows it is looked at.
    """
    previous, expected = (after.hash, after.seq + 1) if after else (GENESIS, 1)
    for event in events:
        content = event.computed_hash()
        if event.seq != expected:
            why = f"event {expected} is gone: {event.seq} follows instead"
            yield Break(expected, why, content)
        elif event.previous_hash != previous:
            yield Break(event.seq, "it does not follow the event before it", content)
        if event.hash != content:
            why = "its content is not what was hashed when it was written"
            yield Break(event.seq, why, content)
        previous, expected = event.hash, event.seq + 1


def first_break(events: Sequence[LedgerEvent], after: LedgerEvent | None = None) -> Break | None:
    """The first place where the chain does not hold and that nobody has accepted since."""
    known = {_named(one.detail) for one in accepted(events)}
    return next((b for b in breaks(events, after) if _named(b.detail) not in known), None)


def accepted(events: Iterable[LedgerEvent]) -> tuple[LedgerEvent, ...]:
    """The events that say who has accepted which break, and why."""
    return tuple(event for event in events if event.event is EventKind.BREAK_ACCEPTED)


def _named(detail: Mapping[str, Any]) -> tuple[object, ...]:
    return detail.get("break"), detail.get("found")
