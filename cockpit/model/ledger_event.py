"""One event of the ledger: its columns, its place in the hash chain, the way down it keeps."""

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from cockpit.model.migration import Backfill, Check, Direction, Phase, ReadOnly

GENESIS = "0" * 64
"""The previous hash of the first event."""

UNSET = datetime(1970, 1, 1, tzinfo=UTC)
"""The moment of an event that is not written yet: the server's own clock says it then."""


class EventKind(StrEnum):
    """What a ledger row says."""

    RUN_STARTED = "run started"
    RUN_FINISHED = "run finished"
    RUN_STOPPED = "run stopped"
    OBSERVED = "observed"
    """Versions another tool's history already named when the cockpit first wrote."""
    STEP_STARTED = "step started"
    """Written before a step that cannot share a transaction with its event."""
    STEP_FINISHED = "step finished"
    BATCH = "batch"
    """One backfill batch, committed together with its rows."""
    GATE_CONFIRMED = "gate confirmed"
    PHASE_FINISHED = "phase finished"
    PHASE_FAILED = "phase failed"
    KEPT = "kept in the attic"
    """Data that a step was about to destroy, in the transaction that destroyed it."""
    RESTORED = "restored"
    ATTIC_REMOVED = "removed from the attic"
    WINDOW_OPENED = "read-only"
    """A role or the database was put in read-only mode, in this very transaction."""
    WINDOW_CLOSED = "read-write"
    ADOPTED = "adopted"
    """Another tool's history was taken over; what was compared before stands in it."""
    IMPORTED = "imported"
    """One version of it."""
    ADOPTION_UNDONE = "adoption undone"
    SETTLED = "settled"
    """A phase is in force (up) or is not (down), by evidence and not by a run of ours."""
    BREAK_ACCEPTED = "break accepted"
    """Somebody has looked at a place where the chain does not hold, and goes on from there."""
    SCHEMA_ACCEPTED = "schema accepted"
    """Somebody has looked at what was changed by hand, and says that it is meant."""


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """One row of `cockpit.ledger`."""

    seq: int
    at: datetime
    run: str
    event: EventKind
    version: str | None = None
    name: str | None = None
    phase: str | None = None
    step: int | None = None
    """Position of the step within its phase, from 1; 0 for one that is not of the file: it clears
    or ends what a cut-off step left."""
    direction: Direction | None = None
    checksum: str | None = None
    script: str | None = None
    undo: str | None = None
    """The down script of this phase, as it was in git when the phase was applied."""
    git_commit: str | None = None
    git_ref: str | None = None
    actor: str = ""
    client: str = ""
    duration: timedelta | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    previous_hash: str = GENESIS
    hash: str = ""

    def computed_hash(self) -> str:
        """SHA-256 over the previous hash and every other column, as canonical JSON."""
        values: dict[str, Any] = {
            "seq": self.seq,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "run": self.run,
            "event": self.event.value,
            "version": self.version,
            "name": self.name,
            "phase": self.phase,
            "step": self.step,
            "direction": self.direction.value if self.direction else None,
            "checksum": self.checksum,
            "script": self.script,
            "undo": self.undo,
            "git_commit": self.git_commit,
            "git_ref": self.git_ref,
            "actor": self.actor,
            "client": self.client,
            "duration": _microseconds(self.duration),
            "detail": self.detail,
            "previous_hash": self.previous_hash,
        }
        text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def chained(self, previous_hash: str) -> "LedgerEvent":
        """The same event, linked to the one before it."""
        linked = replace(self, previous_hash=previous_hash, hash="")
        return replace(linked, hash=linked.computed_hash())


def _microseconds(duration: timedelta | None) -> int | None:
    return None if duration is None else round(duration / timedelta(microseconds=1))


def undo_detail(phase: Phase | None) -> dict[str, Any]:
    """What a down phase needs beside its SQL, for the `detail` of the event that applied it."""
    if phase is None:
        return {}
    kept: dict[str, Any] = {
        "transaction": phase.transaction,
        "gate": phase.gate,
        "checks": [{"title": check.title, "sql": check.sql} for check in phase.checks],
    }
    if phase.backfill is not None:
        kept["backfill"] = asdict(phase.backfill)
    if phase.gate_sql:
        kept["gate_sql"] = phase.gate_sql
    if phase.readonly is not None:
        kept["readonly"] = asdict(phase.readonly)
    return {"undo": kept}


def undo_phase(event: LedgerEvent) -> Phase | None:
    """The down phase that the event kept; None when there was none."""
    if event.undo is None or event.phase is None:
        return None
    kept: dict[str, Any] = event.detail.get("undo") or {}
    return Phase(
        name=event.phase,
        direction=Direction.DOWN,
        script=event.undo,
        path=f"ledger event {event.seq}",
        transaction=bool(kept.get("transaction", True)),
        gate=kept.get("gate"),
        gate_sql=str(kept.get("gate_sql", "")),
        backfill=Backfill(**kept["backfill"]) if "backfill" in kept else None,
        readonly=_readonly(kept.get("readonly")),
        checks=tuple(Check(c["title"], c["sql"], 1) for c in kept.get("checks", ())),
    )


def _readonly(kept: dict[str, Any] | None) -> ReadOnly | None:
    return ReadOnly(tuple(kept["roles"]), int(kept["wait_seconds"])) if kept else None


def imported_at(event: LedgerEvent) -> datetime:
    """When the earlier tool applied it, as far as its table said; else when it was imported."""
    told = event.detail.get("applied_at")
    return datetime.fromisoformat(told) if isinstance(told, str) else event.at


def readable(event: LedgerEvent) -> bool:
    """Whether its `detail` has the shape that the fold relies on."""
    shapes = (
        ("versions", list), ("phases", list), ("cursor", list), ("rows", int), ("passed", int),
        ("gone", list),
    )  # fmt: skip
    if not isinstance(event.detail, dict):
        return False
    if any(not isinstance(event.detail.get(name, shape()), shape) for name, shape in shapes):
        return False
    try:
        undo_phase(event)
        imported_at(event)
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
    return True
