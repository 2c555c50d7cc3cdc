"""The native history: an append-only log of events, and the state as a fold over it.

An event is never rewritten: rollback, repair and adoption are events too. `fold` is pure, so the
same events give the same state on every machine.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from cockpit.model.migration import Check, Direction, Phase

GENESIS = "0" * 64
"""The previous hash of the first event."""


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
    IMPORTED = "imported"


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
    """Position of the step within its phase, from 1."""
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
            "duration": round(self.duration / timedelta(microseconds=1)) if self.duration else None,
            "detail": self.detail,
            "previous_hash": self.previous_hash,
        }
        text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def chained(self, previous_hash: str) -> "LedgerEvent":
        """The same event, linked to the one before it."""
        linked = replace(self, previous_hash=previous_hash, hash="")
        return replace(linked, hash=linked.computed_hash())


def first_break(
    events: Iterable[LedgerEvent], after: LedgerEvent | None = None
) -> tuple[int, str] | None:
    """The first event that does not fit its chain, as (seq, why); None when all fit.

    With `after`, an event that was checked before, only what follows it is looked at.
    """
    previous, expected_seq = (after.hash, after.seq + 1) if after else (GENESIS, 1)
    for event in events:
        if event.seq != expected_seq:
            return expected_seq, f"event {expected_seq} is gone: {event.seq} follows instead"
        if event.previous_hash != previous:
            return event.seq, "it does not follow the event before it"
        if event.hash != event.computed_hash():
            return event.seq, "its content is not what was hashed when it was written"
        previous, expected_seq = event.hash, event.seq + 1
    return None


def undo_detail(phase: Phase | None) -> dict[str, Any]:
    """What a down phase needs beside its SQL, for the `detail` of the event that applied it."""
    if phase is None:
        return {}
    checks = [{"title": check.title, "sql": check.sql} for check in phase.checks]
    return {"undo": {"transaction": phase.transaction, "gate": phase.gate, "checks": checks}}


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
        checks=tuple(Check(c["title"], c["sql"], 1) for c in kept.get("checks", ())),
    )


@dataclass(frozen=True, slots=True)
class PhaseDone:
    """An up phase that is in force."""

    name: str
    script: str
    undo: Phase | None
    commit: str | None
    at: datetime
    run: str
    seq: int


@dataclass(frozen=True, slots=True)
class PhaseOpen:
    """A phase that was begun and neither finished nor undone as a whole."""

    name: str
    direction: Direction
    finished: tuple[str, ...] = ()
    """The SQL of every step that is known to be committed, in order."""
    started: str | None = None
    """The SQL of a step that was sent and whose end was never recorded."""
    cursor: tuple[str, ...] | None = None
    """Where the last committed backfill batch ended, as the key's text values."""
    rows: int = 0
    """Rows that the committed batches changed."""

    @property
    def untouched(self) -> bool:
        """Nothing of it is in the database."""
        return not self.finished and self.started is None and self.cursor is None


@dataclass(frozen=True, slots=True)
class VersionState:
    """One version, as the ledger tells it."""

    version: str
    name: str
    phases: tuple[str, ...] = ()
    """All up phases the file had when it was last run."""
    done: tuple[PhaseDone, ...] = ()
    open: PhaseOpen | None = None
    failure: str | None = None
    """The error of the last run, when it stopped in this version."""
    checksum: str | None = None
    commit: str | None = None
    ref: str | None = None
    applied_at: datetime | None = None
    run: str = ""
    """The last run that changed it."""
    actor: str = ""
    imported: bool = False
    was_applied: bool = False
    confirmed_gates: tuple[str, ...] = ()
    seq: int = 0
    """Of the event that applied it last: the order in which versions were applied."""

    @property
    def complete(self) -> bool:
        """Every phase of the file is in force."""
        return self.imported or (
            bool(self.done) and {p.name for p in self.done} >= set(self.phases)
        )


@dataclass(frozen=True, slots=True)
class RunOpen:
    """A run that was started and never said how it ended."""

    run: str
    at: datetime
    actor: str
    client: str
    goal: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The folded state."""

    exists: bool = False
    """False when the database has no `cockpit.ledger`; looking does not create it."""
    head: str = GENESIS
    seq: int = 0
    versions: dict[str, VersionState] = field(default_factory=dict)
    observed: frozenset[str] = frozenset()
    unfinished: RunOpen | None = None


def fold(events: Iterable[LedgerEvent], *, exists: bool = True) -> Ledger:
    """The state after all events, oldest first."""
    ledger = Ledger(exists=exists)
    versions: dict[str, VersionState] = {}
    observed: set[str] = set()
    unfinished: RunOpen | None = None
    for event in events:
        if event.event is EventKind.RUN_STARTED:
            goal = str(event.detail.get("goal", ""))
            unfinished = RunOpen(event.run, event.at, event.actor, event.client, goal)
        elif event.event in (EventKind.RUN_FINISHED, EventKind.RUN_STOPPED):
            unfinished = None
        elif event.event is EventKind.OBSERVED:
            observed.update(event.detail.get("versions", ()))
        elif event.version is not None:
            before = versions.get(event.version) or VersionState(event.version, event.name or "")
            versions[event.version] = _apply(before, event)
        ledger = replace(ledger, head=event.hash, seq=event.seq)
    return replace(ledger, versions=versions, observed=frozenset(observed), unfinished=unfinished)


def _apply(state: VersionState, event: LedgerEvent) -> VersionState:
    """One version after one event about it."""
    state = replace(state, run=event.run, name=event.name or state.name)
    match event.event:
        case EventKind.PHASE_FINISHED if event.direction is Direction.DOWN:
            return _undone(state, event)
        case EventKind.PHASE_FINISHED:
            return _done(state, event)
        case EventKind.PHASE_FAILED:
            failure = str(event.detail.get("error", "it failed"))
            still_open = state.open if state.open and not state.open.untouched else None
            return replace(state, failure=failure, open=still_open)
        case EventKind.STEP_STARTED:
            return replace(
                state, failure=None, open=replace(_open(state, event), started=event.script)
            )
        case EventKind.STEP_FINISHED:
            opened = _open(state, event)
            finished = (*opened.finished, event.script or "")
            return replace(
                state, failure=None, open=replace(opened, started=None, finished=finished)
            )
        case EventKind.BATCH:
            opened = _open(state, event)
            cursor = tuple(str(part) for part in event.detail.get("cursor", ()))
            rows = opened.rows + int(event.detail.get("rows", 0))
            return replace(state, failure=None, open=replace(opened, cursor=cursor, rows=rows))
        case EventKind.GATE_CONFIRMED:
            gates = (*state.confirmed_gates, event.phase or "")
            return replace(state, confirmed_gates=gates)
        case EventKind.IMPORTED:
            return replace(
                state, imported=True, checksum=event.checksum, applied_at=event.at, seq=event.seq
            )
        case _:
            return state


def _open(state: VersionState, event: LedgerEvent) -> PhaseOpen:
    """The open phase the event is about; a new one when it is the first word about it."""
    direction = event.direction or Direction.UP
    phase = event.phase or ""
    if state.open and (state.open.name, state.open.direction) == (phase, direction):
        return state.open
    return PhaseOpen(phase, direction)


def _done(state: VersionState, event: LedgerEvent) -> VersionState:
    phase = event.phase or ""
    kept = tuple(done for done in state.done if done.name != phase)
    done = PhaseDone(
        phase,
        event.script or "",
        undo_phase(event),
        event.git_commit,
        event.at,
        event.run,
        event.seq,
    )
    return replace(
        state,
        phases=tuple(event.detail.get("phases", (phase,))),
        done=(*kept, done),
        open=None,
        failure=None,
        checksum=event.checksum,
        commit=event.git_commit,
        ref=event.git_ref,
        applied_at=event.at,
        actor=event.actor,
        was_applied=True,
        imported=False,
        seq=event.seq,
    )


def _undone(state: VersionState, event: LedgerEvent) -> VersionState:
    left = tuple(done for done in state.done if done.name != event.phase)
    gates = tuple(gate for gate in state.confirmed_gates if gate != event.phase)
    return replace(
        state,
        done=left,
        open=None,
        failure=None,
        imported=False,
        was_applied=True,
        confirmed_gates=gates,
        seq=event.seq if left else state.seq,
    )
