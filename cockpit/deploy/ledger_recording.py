"""A past run as the ledger alone tells it: phases, commits and ends, without waits and tries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from cockpit.errors import MigrationError
from cockpit.model.activity import Progress
from cockpit.model.event import (
    Event,
    Noted,
    PhaseFailed,
    PhaseFinished,
    PhaseStarted,
    RunFinished,
    RunStarted,
    StepFinished,
    StepProgress,
)
from cockpit.model.goal import Action, Goal
from cockpit.model.ledger import EventKind, LedgerEvent
from cockpit.model.migration import Direction
from cockpit.model.plan import Plan, PlannedPhase, Step, StepKind
from cockpit.model.recording import Recording
from cockpit.sql.statements import split

_NOTE = (
    "The ledger keeps phases and what was committed by itself; waits, tries and times of single "
    "steps are in the journal of the machine that ran it."
)
_NO_END = "It never said how it ended."
_EXIT = {"done": 0, "waits at gate": 0}
_DONE = {
    (EventKind.PHASE_FINISHED, Direction.UP): "applied",
    (EventKind.PHASE_FINISHED, Direction.DOWN): "rolled back",
    (EventKind.SETTLED, Direction.UP): "found in force",
    (EventKind.SETTLED, Direction.DOWN): "found not in force",
}
Key = tuple[str, str, Direction]


@dataclass(frozen=True, slots=True)
class _Past:
    """The run's phases, numbered as a plan would."""

    phases: tuple[PlannedPhase, ...]
    places: dict[Key, int]
    rows: dict[int, int]
    """Rows that the batches of a phase had changed after each of them, by its event."""

    def step(self, event: LedgerEvent) -> int:
        """The number of its step in the whole plan; the phase's first where it names none."""
        steps = self.phases[self.places[_key(event)]].steps
        position = max((event.step or 1) - 1, 0)
        return steps[min(position, len(steps) - 1)].number


def from_ledger(events: Sequence[LedgerEvent], run: str, standpoint: str) -> Recording | None:
    """From the events of that run, oldest first; None when there are none."""
    mine = [event for event in events if event.run == run]
    if not mine:
        return None
    past = _phases(mine)
    first = mine[0]
    plan = Plan(
        id=str(first.detail.get("plan", "")),
        goal=Goal(_action(str(first.detail.get("goal", "")))),
        target="",
        standpoint=standpoint,
        tool=str(first.detail.get("tool", "")),
        head=first.previous_hash,
        commit=first.git_commit,
        ref=first.git_ref,
        worktree=False,
        phases=past.phases,
    )
    told = tuple(e for event in mine for e in _told(event, past, mine))
    ended = bool(told) and isinstance(told[-1], RunFinished)
    return Recording(run, plan, told, "the ledger", _NOTE if ended else f"{_NO_END} {_NOTE}")


def _action(goal: str) -> Action:
    return next((action for action in Action if goal.startswith(action.words)), Action.APPLY)


def _key(event: LedgerEvent) -> Key:
    return (event.version or "", event.phase or "", event.direction or Direction.UP)


def _phases(events: Sequence[LedgerEvent]) -> _Past:
    places: dict[Key, int] = {}
    scripts: dict[Key, LedgerEvent] = {}
    for event in events:
        if event.version is None or event.phase is None:
            continue
        places.setdefault(_key(event), len(places))
        if event.event in (EventKind.PHASE_FINISHED, EventKind.SETTLED):
            scripts[_key(event)] = event
    number = 0
    phases = []
    for key in places:
        mine = [event for event in events if event.version and _key(event) == key]
        phase = _phase(key, scripts.get(key), mine)
        steps = tuple(replace(s, number=number + i) for i, s in enumerate(phase.steps, start=1))
        number += len(steps)
        phases.append(replace(phase, steps=steps))
    return _Past(tuple(phases), places, _rows(events))


def _rows(events: Sequence[LedgerEvent]) -> dict[int, int]:
    counts: dict[Key, int] = defaultdict(int)
    found = {}
    for event in events:
        if event.event is EventKind.BATCH:
            counts[_key(event)] += int(event.detail.get("rows", 0))
            found[event.seq] = counts[_key(event)]
    return found


def _phase(key: Key, whole: LedgerEvent | None, mine: Sequence[LedgerEvent]) -> PlannedPhase:
    version, phase, direction = key
    sent = {event.step: event.script for event in mine if event.script and event.step}
    script = whole.script if whole and whole.script else "\n".join(sent.values())
    path = f"ledger event {(whole or mine[-1]).seq}"
    outside = any(event.event is EventKind.STEP_STARTED for event in mine)
    steps = [
        Step(0, StepKind.SQL, sql, path, line, position, None if outside else 1)
        for position, (sql, line) in enumerate(_statements(script, path), start=1)
    ]
    record = Step(
        0, StepKind.RECORD, "", path, 1, len(steps) + 1, steps[-1].group if steps else 1,
        title=f"{version} {phase}" if whole else "what else it held is not in the ledger",
    )  # fmt: skip
    return PlannedPhase(
        version, mine[0].name or "", phase, direction, (*steps, record), script, path,
        mine[-1].checksum, (phase,), commit=mine[0].git_commit,
    )  # fmt: skip


def _statements(script: str, path: str) -> Iterable[tuple[str, int]]:
    try:
        return [(statement.sql, statement.line) for statement in split(script, path=path)]
    except MigrationError:
        return [(script, 1)]


def _told(event: LedgerEvent, past: _Past, mine: Sequence[LedgerEvent]) -> Iterator[Event]:
    match event.event:
        case EventKind.RUN_STARTED:
            goal = str(event.detail.get("goal", ""))
            yield RunStarted(event.at, event.run, str(event.detail.get("plan", "")), goal, 0)
        case EventKind.RUN_FINISHED | EventKind.RUN_STOPPED:
            yield _ended(event, mine)
        case EventKind.OBSERVED:
            yield Noted(event.at, "The histories were read; nothing was run yet.")
        case _ if event.version is not None and event.phase is not None:
            yield from _of_phase(event, past, mine)


def _of_phase(event: LedgerEvent, past: _Past, mine: Sequence[LedgerEvent]) -> Iterator[Event]:
    index = past.places[_key(event)]
    took = event.duration or timedelta()
    if event is next(other for other in mine if other.version and _key(other) == _key(event)):
        yield PhaseStarted(event.at - took, index)
    match event.event:
        case EventKind.PHASE_FINISHED:
            yield PhaseFinished(event.at, index, took)
        case EventKind.PHASE_FAILED:
            error = str(event.detail.get("error", "it failed"))
            yield PhaseFailed(
                event.at, index, past.step(event), error, None, _kept(mine), "", "", ""
            )
        case EventKind.STEP_FINISHED:
            yield StepFinished(event.at, past.step(event), took)
        case EventKind.STEP_STARTED:
            yield Noted(event.at, f"step {past.step(event)} was sent, outside of a transaction")
        case EventKind.BATCH:
            progress = Progress("BACKFILL", "batches", past.rows[event.seq], None, "rows")
            yield StepProgress(event.at, past.step(event), progress)
        case EventKind.SETTLED:
            yield Noted(event.at, f"settled by evidence: {event.detail.get('evidence')}")
        case _:
            yield Noted(event.at, f"{event.version} {event.phase}: {event.event}")


def _ended(event: LedgerEvent, mine: Sequence[LedgerEvent]) -> RunFinished:
    outcome = str(event.detail.get("outcome", "failed"))
    failed = [e for e in mine if e.event is EventKind.PHASE_FAILED]
    undone = ", ".join(f"{e.version} {e.phase}" for e in failed)
    return RunFinished(
        event.at, event.run, outcome, _kept(mine), undone or "nothing", "nothing", "",
        _EXIT.get(outcome, 8),
    )  # fmt: skip


def _kept(mine: Sequence[LedgerEvent]) -> str:
    done = [
        f"{event.version} {event.phase} {_DONE[words]}" for event in mine if (words := _way(event))
    ]
    return ", ".join(done) or "nothing of this run"


def _way(event: LedgerEvent) -> tuple[EventKind, Direction] | None:
    way = (event.event, event.direction or Direction.UP)
    return way if way in _DONE else None
