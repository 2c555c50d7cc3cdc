"""Ledger events in the order in which a run writes them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cockpit.model.ledger import GENESIS, EventKind, LedgerEvent
from cockpit.model.migration import Direction

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass
class Story:
    """Collects chained events; each one a second after the one before."""

    run: str = "run-a"
    events: list[LedgerEvent] = field(default_factory=list)

    def add(self, kind: EventKind, version: str | None = None, **columns: Any) -> "Story":
        """One more event, by the columns that matter."""
        seq = len(self.events) + 1
        event = LedgerEvent(
            seq=seq, at=NOON + timedelta(seconds=seq), event=kind, version=version,
            **({"run": self.run, "actor": "ana@bastion", "client": "cockpit 1"} | columns),
        )  # fmt: skip
        previous = self.events[-1].hash if self.events else GENESIS
        self.events.append(event.chained(previous))
        return self

    def applied(self, version: str, phase: str = "up", **columns: Any) -> "Story":
        """A phase that is in force."""
        shared = {"name": f"m{version}", "direction": Direction.UP, "script": f"up {version}"}
        return self.add(EventKind.PHASE_FINISHED, version, phase=phase, **(shared | columns))

    def rolled_back(self, version: str, phase: str = "up") -> "Story":
        """A phase that is gone again."""
        return self.add(
            EventKind.PHASE_FINISHED, version, phase=phase, direction=Direction.DOWN,
            script=f"down {version}",
        )  # fmt: skip

    def failed(self, version: str, phase: str = "up", error: str = "no") -> "Story":
        """A phase that stopped."""
        return self.add(
            EventKind.PHASE_FAILED, version, phase=phase, direction=Direction.UP,
            detail={"error": error},
        )  # fmt: skip

    def started(self, version: str, script: str, step: int, **columns: Any) -> "Story":
        """A step that was sent outside of a transaction."""
        return self._step(EventKind.STEP_STARTED, version, script, step, columns)

    def finished(self, version: str, script: str, step: int, **columns: Any) -> "Story":
        """A step that is committed."""
        return self._step(EventKind.STEP_FINISHED, version, script, step, columns)

    def batch(self, version: str, cursor: str, rows: int, **columns: Any) -> "Story":
        """One batch of a backfill."""
        detail = {"cursor": [cursor], "rows": rows}
        shared = {"phase": "fill", "direction": Direction.UP, "step": 1, "detail": detail}
        return self.add(EventKind.BATCH, version, **(shared | columns))

    def _step(
        self, kind: EventKind, version: str, script: str, step: int, columns: dict[str, Any]
    ) -> "Story":
        shared = {"phase": "up", "direction": Direction.UP, "script": script, "step": step}
        return self.add(kind, version, **(shared | columns))
