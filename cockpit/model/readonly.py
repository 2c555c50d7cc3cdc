"""Read-only windows as the ledger tells them: who cannot write now, and what was set before."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cockpit.model.ledger_event import EventKind, LedgerEvent
from cockpit.model.migration import ReadOnly

SETTING = "default_transaction_read_only"


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """A window that the ledger knows to be open: nobody has said that it was given back."""

    scope: ReadOnly
    before: dict[str, str | None] = field(hash=False)
    """What each role, or the database under an empty name, had set itself; None for nothing."""
    at: datetime
    run: str
    version: str
    phase: str
    actor: str

    @property
    def words(self) -> str:
        """One clause: who is read-only, since when, because of what."""
        return (
            f"{self.scope.words} is read-only since {self.at:%Y-%m-%d %H:%M:%SZ}, for phase "
            f"{self.phase} of {self.version} in run {self.run} of {self.actor}"
        )


def opened_detail(scope: ReadOnly, before: dict[str, str | None]) -> dict[str, Any]:
    """As the ledger keeps it."""
    return {"roles": list(scope.roles), "wait": scope.wait_seconds, "before": before}


def open_windows(events: Iterable[LedgerEvent]) -> tuple[OpenWindow, ...]:
    """Windows that were opened and never given back, oldest first; events oldest first."""
    found: list[OpenWindow] = []
    for event in events:
        if event.event is EventKind.WINDOW_CLOSED:
            found = [w for w in found if w.run != event.detail.get("opened_by", event.run)]
        elif event.event is EventKind.WINDOW_OPENED and (window := _opened(event)) is not None:
            found.append(window)
    return tuple(found)


def _opened(event: LedgerEvent) -> OpenWindow | None:
    """None for a detail that no cockpit has written: the hash chain tells of it."""
    roles, before = event.detail.get("roles"), event.detail.get("before")
    if not isinstance(roles, list) or not isinstance(before, dict):
        return None
    scope = ReadOnly(tuple(str(role) for role in roles), int(event.detail.get("wait", 30)))
    return OpenWindow(
        scope, before, event.at, event.run, event.version or "", event.phase or "", event.actor
    )
