"""The native history: an append-only log of events, and the state as a fold over it.

An event is never rewritten: rollback, repair and adoption are events too. `fold` is pure, so the
same events give the same state on every machine. Long because the fold and what it folds into are
one thing: a new kind of event is one branch here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from cockpit.model.folded import (
    Adopted,
    Ledger,
    PhaseDone,
    PhaseOpen,
    PhaseRun,
    RunOpen,
    SchemaMark,
    VersionState,
)
from cockpit.model.goal import goal_said
from cockpit.model.ledger_event import (
    GENESIS,
    EventKind,
    LedgerEvent,
    imported_at,
    readable,
    undo_detail,
    undo_phase,
)
from cockpit.model.migration import Direction

__all__ = [
    "GENESIS",
    "Adopted",
    "EventKind",
    "Ledger",
    "LedgerEvent",
    "PhaseDone",
    "PhaseOpen",
    "PhaseRun",
    "RunOpen",
    "SchemaMark",
    "VersionState",
    "fold",
    "readable",
    "undo_detail",
    "undo_phase",
]


_OURS = "cockpit"
"""The tool whose history the ledger is."""


def fold(events: Iterable[LedgerEvent], *, exists: bool = True) -> Ledger:
    """The state after all events, oldest first."""
    ledger = Ledger(exists=exists)
    versions: dict[str, VersionState] = {}
    observed: set[str] = set()
    unfinished: RunOpen | None = None
    stopped: RunOpen | None = None
    tool = ""
    schema: SchemaMark | None = None
    befores: list[_Before] = []
    places: dict[str, int] = {}
    adopted: Adopted | None = None
    ran_since = False
    finished: list[PhaseRun] = []
    for event in events:
        if event.event is EventKind.BREAK_ACCEPTED:
            ledger = replace(ledger, head=event.hash, seq=event.seq)
            continue
        mark, schema = schema, _marked(schema, event)
        if event.event is not EventKind.SCHEMA_ACCEPTED:
            ran_since = ran_since or (adopted is not None and event.run != adopted.run)
        if event.event is EventKind.ADOPTED:
            befores.append(_Before(dict(versions), tool, adopted, ran_since, mark))
            adopted, tool, ran_since = _adopted(event), _OURS, False
            places = _as_the_tool_applied(event) if len(befores) == 1 else {}
            versions = {
                version: replace(state, seq=places.get(version, state.seq))
                for version, state in versions.items()
                if version not in event.detail.get("gone", ())
            }
        elif event.event is EventKind.ADOPTION_UNDONE and befores:
            before = befores.pop()
            versions, tool = before.versions, before.tool
            adopted, ran_since, schema = before.adopted, before.ran_since, before.schema
        elif event.event is EventKind.RUN_STARTED:
            unfinished, stopped, finished = _begun(event), None, []
            tool = str(event.detail.get("tool", tool))
        elif event.event in (EventKind.RUN_FINISHED, EventKind.RUN_STOPPED):
            stopped = None
            if unfinished and event.event is EventKind.RUN_STOPPED:
                stopped = replace(unfinished, finished=tuple(finished))
            unfinished = None
        elif event.event is EventKind.OBSERVED:
            for version in event.detail.get("versions", ()):
                observed.add(version)
                _leave_to_others(versions, version)
        elif event.version is not None:
            state = versions.get(event.version) or VersionState(event.version, event.name or "")
            state = _apply(state, event)
            if event.event is EventKind.IMPORTED:
                state = replace(state, seq=places.get(event.version, event.seq))
            versions[event.version] = state
            if event.event is EventKind.PHASE_FINISHED:
                finished.append(_ran(event))
            if event.event is EventKind.SETTLED:
                # Known better now than what another tool's history said then.
                observed.discard(event.version)
        ledger = replace(ledger, head=event.hash, seq=event.seq)
    return replace(
        ledger,
        versions=versions,
        observed=frozenset(observed),
        unfinished=replace(unfinished, finished=tuple(finished)) if unfinished else None,
        stopped=stopped,
        tool=tool,
        schema=schema,
        adopted=adopted,
        ran_since=ran_since,
    )


@dataclass(frozen=True, slots=True)
class _Before:
    """How things stood when an adoption was written, to come back to when it is undone."""

    versions: dict[str, VersionState]
    tool: str
    adopted: Adopted | None
    ran_since: bool
    schema: SchemaMark | None


def _begun(event: LedgerEvent) -> RunOpen:
    try:
        planned = tuple(
            PhaseRun(str(version), str(phase), Direction(direction))
            for version, phase, direction in event.detail.get("planned", ())
        )
    except (TypeError, ValueError):
        planned = ()
    goal, asked = str(event.detail.get("goal", "")), goal_said(event.detail.get("asked"))
    return RunOpen(event.run, event.at, event.actor, event.client, goal, asked, planned)


def _ran(event: LedgerEvent) -> PhaseRun:
    return PhaseRun(event.version or "", event.phase or "", event.direction or Direction.UP)


def _as_the_tool_applied(event: LedgerEvent) -> dict[str, int]:
    """Places before the adoption, in the tool's own order: ours among them are not the oldest."""
    versions = event.detail.get("versions", ())
    return {version: event.seq - len(versions) + at for at, version in enumerate(versions)}


def _adopted(event: LedgerEvent) -> Adopted:
    return Adopted(
        tool=str(event.detail.get("tool", "")),
        table=str(event.detail.get("table", "")),
        versions=frozenset(event.detail.get("versions", ())),
        run=event.run,
        at=event.at,
        actor=event.actor,
    )


def _marked(schema: SchemaMark | None, event: LedgerEvent) -> SchemaMark | None:
    """A run's end tells what schema is meant; whatever changes the schema after it unsays that."""
    ends = (
        EventKind.RUN_FINISHED, EventKind.RUN_STOPPED, EventKind.ADOPTED, EventKind.SCHEMA_ACCEPTED,
    )  # fmt: skip
    if event.event in ends:
        digest = event.detail.get("schema")
        return SchemaMark(str(digest), event.run, event.at) if digest else schema
    changes = (EventKind.STEP_STARTED, EventKind.STEP_FINISHED, EventKind.PHASE_FINISHED)
    return None if event.event in changes else schema


def _leave_to_others(versions: dict[str, VersionState], version: str) -> None:
    """Another tool has applied what our last word said was undone or had failed."""
    state = versions.get(version)
    if state is not None and not (state.done or state.complete):
        del versions[version]


def _apply(state: VersionState, event: LedgerEvent) -> VersionState:
    """One version after one event about it."""
    state = replace(state, name=event.name or state.name)
    match event.event:
        case EventKind.PHASE_FINISHED if event.direction is Direction.DOWN:
            return _undone(state, event)
        case EventKind.PHASE_FINISHED:
            return _done(state, event)
        case EventKind.SETTLED:
            return _by_evidence(state, event)
        case EventKind.PHASE_FAILED:
            return _failed(state, event)
        case EventKind.GATE_CONFIRMED:
            return _confirmed(state, event)
        case EventKind.IMPORTED:
            return _imported(state, event)
        case EventKind.STEP_STARTED | EventKind.STEP_FINISHED | EventKind.BATCH:
            seq = state.seq if state.done else event.seq
            return replace(
                state, run=event.run, failure=None, open=_opened(state, event), settled="", seq=seq
            )
        case _:
            return state


def _opened(state: VersionState, event: LedgerEvent) -> PhaseOpen:
    """The open phase after a step of it was sent, or committed."""
    opened = _open(state, event)
    if event.step == 0:
        return opened
    opened = _settled(opened, event)
    if event.event is EventKind.STEP_STARTED:
        return replace(opened, started=event.script or "", started_step=event.step)
    if event.event is EventKind.STEP_FINISHED:
        return replace(opened, finished=(*opened.finished, event.script or ""))
    cursor = tuple(str(part) for part in event.detail.get("cursor", ()))
    changed = int(event.detail.get("rows", 0))
    passed = int(event.detail.get("passed", changed))
    return replace(opened, cursor=cursor, rows=opened.rows + changed, passed=opened.passed + passed)


def _settled(opened: PhaseOpen, event: LedgerEvent) -> PhaseOpen:
    """A run that went on to another step has found the step in doubt to be done."""
    if opened.started is None:
        return opened
    finished = opened.finished
    if event.step != opened.started_step:
        finished = (*finished, opened.started)
    return replace(opened, finished=finished, started=None, started_step=None)


def _open(state: VersionState, event: LedgerEvent) -> PhaseOpen:
    """The open phase the event is about; a new one when it is the first word about it."""
    direction = event.direction or Direction.UP
    phase = event.phase or ""
    if state.open and (state.open.name, state.open.direction) == (phase, direction):
        return state.open
    return PhaseOpen(phase, direction, checksum=event.checksum)


def _failed(state: VersionState, event: LedgerEvent) -> VersionState:
    failure = str(event.detail.get("error", "it failed"))
    still_open = state.open if state.open and not state.open.untouched else None
    return replace(state, failure=failure, open=still_open)


def _confirmed(state: VersionState, event: LedgerEvent) -> VersionState:
    return replace(
        state,
        confirmed_gates=(*state.confirmed_gates, event.phase or ""),
        confirmed_words=(*state.confirmed_words, str(event.detail.get("gate", ""))),
    )


def _imported(state: VersionState, event: LedgerEvent) -> VersionState:
    return replace(
        state, imported=True, checksum=event.checksum, applied_at=imported_at(event),
        run=event.run, actor=event.actor, failure=None, open=None, done=(), phases=(),
        seq=event.seq,
    )  # fmt: skip


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
        run=event.run,
        applied_at=event.at,
        actor=event.actor,
        was_applied=True,
        imported=False,
        seq=event.seq,
        settled="",
    )


def _by_evidence(state: VersionState, event: LedgerEvent) -> VersionState:
    """What was never in force is pending afterwards, not rolled back."""
    words = str(event.detail.get("evidence", ""))
    if event.direction is Direction.UP:
        return replace(_done(state, event), settled=words)
    was_applied = state.was_applied or bool(event.detail.get("was_applied"))
    return replace(_undone(state, event), was_applied=was_applied, settled=words)


def _undone(state: VersionState, event: LedgerEvent) -> VersionState:
    left = tuple(done for done in state.done if done.name != event.phase)
    gates = [
        (gate, words)
        for gate, words in zip(state.confirmed_gates, state.confirmed_words, strict=True)
        if gate != event.phase
    ]
    return replace(
        state,
        done=left,
        open=None,
        failure=None,
        run=event.run,
        imported=False,
        was_applied=True,
        confirmed_gates=tuple(gate for gate, _ in gates),
        confirmed_words=tuple(words for _, words in gates),
        settled="",
        seq=max((done.seq for done in left), default=state.seq),
    )
