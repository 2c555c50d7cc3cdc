"""What is known of a run: a pure fold over the engine's events."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate

from cockpit.analysis.consequences import is_calm
from cockpit.model.activity import SessionFacts
from cockpit.model.event import (
    Event,
    LockRefused,
    Noted,
    PhaseFailed,
    PhaseFinished,
    PhaseReady,
    PhaseStarted,
    RunFinished,
    RunStarted,
    StepFinished,
    StepProgress,
    StepStarted,
    StepThrottled,
    StepWaiting,
    TryFailed,
)
from cockpit.model.plan import Plan, Step, StepKind
from cockpit.present.durations import plural, short_duration
from cockpit.present.sqlstates import sqlstate_words
from cockpit.tui.present.plan_words import step_title
from cockpit.tui.present.sparkline import KEPT

_UNSEEN_AFTER = timedelta(seconds=2)
"""The watcher looks several times a second, and a try for a lock is shorter than this."""


class Stage(StrEnum):
    """How far a step is."""

    LATER = "later"
    NEXT = "next"
    RUNNING = "running"
    WAITING = "waiting"
    PAUSED = "paused"
    """A backfill that waits before its next batch."""
    DONE = "done"
    FAILED = "FAILED"
    UNDONE = "undone"
    STOPPED = "stopped"
    NOT_RUN = "not run"


AT_WORK = (Stage.RUNNING, Stage.WAITING, Stage.PAUSED)
"""Begun, and not over."""


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of the plan, as the run has it."""

    stage: Stage = Stage.LATER
    since: datetime | None = None
    """When its first try began."""
    took: timedelta | None = None
    attempt: int = 1
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class RunView:
    """A moment of a run."""

    plan: Plan
    steps: tuple[StepView, ...]
    """In the order of `planned`."""
    planned: tuple[Step, ...] = ()
    """`Plan.steps`, gathered once: a plan may have hundreds, and each event asks."""
    firsts: tuple[int, ...] = ()
    """Where in `planned` each phase begins."""
    titles: tuple[str, ...] = ()
    """A short row for each step."""
    stops: frozenset[int] = frozenset()
    """Phases before which the run stops and asks, from 0."""
    run: str = ""
    pid: int = 0
    started_at: datetime | None = None
    phase: int | None = None
    """The phase that runs or ran last, from 0."""
    phases_done: int = 0
    ready: PhaseReady | None = None
    waiting: StepWaiting | None = None
    retry: TryFailed | None = None
    """The last try that gave up for want of a lock, until the step is done or shows progress."""
    tried_at: datetime | None = None
    """When the try that is on began."""
    progress: StepProgress | None = None
    throttled: StepThrottled | None = None
    failure: PhaseFailed | None = None
    refused: LockRefused | None = None
    outcome: RunFinished | None = None
    queues: tuple[float, ...] = ()
    """Sessions that waited because we did, look by look."""
    rates: tuple[float, ...] = ()
    """Rows a second of a backfill, batch by batch."""
    log: tuple[tuple[datetime, str], ...] = ()

    @property
    def at_work(self) -> Step | None:
        """The step that runs, or waits to."""
        return self.planned[self.current] if self.current is not None else None

    @property
    def current(self) -> int | None:
        """Position in `steps` of the step at work."""
        at_work = (*AT_WORK, Stage.FAILED)
        return next((i for i, step in enumerate(self.steps) if step.stage in at_work), None)

    @property
    def in_the_way(self) -> tuple[SessionFacts, ...]:
        """Those that the step waits for, the oldest first; between two tries those of the last."""
        waited = self.waiting.blockers if self.waiting else ()
        return waited or (self.retry.blockers if self.retry else ())

    def held_up(self, now: datetime) -> bool:
        """Whether it waits for a lock, or tries again because of one.

        Nobody says when a lock was got: a try that was seen waiting no more for a while has it.
        """
        if self.current is None:
            return False
        moments = [event.at for event in (self.waiting, self.retry) if event]
        if not moments:
            return False
        if self.retry:
            moments.append(self.retry.at + self.retry.next_in)
            moments += [self.tried_at] if self.tried_at else []
        return now - max(moments) < _UNSEEN_AFTER

    @property
    def backfilling(self) -> bool:
        """The step at work is a backfill."""
        return self.current is not None and (self.planned[self.current].kind is StepKind.BACKFILL)


def begun(plan: Plan) -> RunView:
    """Before the first event."""
    planned = plan.steps
    steps = tuple(StepView(Stage.DONE if s.already_done else Stage.LATER) for s in planned)
    firsts = accumulate((len(phase.steps) for phase in plan.phases), initial=0)
    stops = frozenset(i for i, phase in enumerate(plan.phases) if not is_calm(phase))
    return RunView(plan, steps, planned, tuple(firsts), tuple(map(step_title, planned)), stops)


def after(view: RunView, event: Event) -> RunView:
    """The run after one more event."""
    seen = _seen(view, event)
    words = _log_words(seen, event)
    return replace(seen, log=(*seen.log, (event.at, words))) if words else seen


def _calm(view: RunView) -> RunView:
    """Without what was true of one step only."""
    return replace(
        view, waiting=None, retry=None, progress=None, throttled=None, queues=(), rates=()
    )


def _seen(view: RunView, event: Event) -> RunView:
    match event:
        case RunStarted():
            return replace(view, run=event.run, pid=event.pid, started_at=event.at)
        case LockRefused():
            return replace(view, refused=event)
        case PhaseReady():
            return replace(_staged(view, event.index, Stage.NEXT), ready=event, waiting=None)
        case PhaseStarted():
            begun_phase = _staged(view, event.index, Stage.NEXT)
            return replace(begun_phase, phase=event.index, ready=None, failure=None)
        case PhaseFinished():
            done = _staged(view, event.index, Stage.DONE)
            return replace(done, phases_done=view.phases_done + 1, waiting=None, retry=None)
        case PhaseFailed():
            return _failed(view, event)
        case RunFinished():
            return _over(view, event)
        case Noted():
            return view
        case _:
            return _seen_step(view, event)


def _seen_step(view: RunView, event: Event) -> RunView:
    match event:
        case StepStarted():
            since = _get(view, event.step).since if event.attempt > 1 else None
            step = StepView(Stage.RUNNING, since or event.at, attempt=event.attempt)
            tried = replace(_put(view, event.step, step), tried_at=event.at)
            return tried if event.attempt > 1 else _calm(tried)
        case StepWaiting():
            step = replace(_get(view, event.step), stage=Stage.WAITING, attempt=event.attempt)
            queues = _sampled(view, event)
            return replace(_put(view, event.step, step), waiting=event, queues=queues)
        case TryFailed():
            undone = _staged(view, view.phase or 0, Stage.NEXT)
            since = _get(view, event.step).since or event.at
            step = StepView(Stage.WAITING, since, attempt=event.attempt)
            return replace(_put(undone, event.step, step), retry=event)
        case StepProgress():
            rates = (*view.rates, event.per_second)[-KEPT:] if event.per_second else view.rates
            going = _put(view, event.step, _going(_get(view, event.step), Stage.RUNNING))
            return replace(
                going, progress=event, waiting=None, retry=None, throttled=None, rates=rates
            )
        case StepThrottled():
            paused = _put(view, event.step, _going(_get(view, event.step), Stage.PAUSED))
            return replace(paused, throttled=event)
        case StepFinished():
            step = replace(
                _get(view, event.step), stage=Stage.DONE, took=event.took, rows=event.rows
            )
            return _calm(_put(view, event.step, step))
        case _:
            return view


def _going(step: StepView, stage: Stage) -> StepView:
    """A backfill pauses and goes on; any other step is as its own events say."""
    return replace(step, stage=stage) if step.stage in (Stage.RUNNING, Stage.PAUSED) else step


def _sampled(view: RunView, event: StepWaiting) -> tuple[float, ...]:
    """The queue behind us, one sample a second: however often the watcher looks."""
    last = view.waiting
    same = last is not None and int(last.at.timestamp()) == int(event.at.timestamp())
    before = view.queues[:-1] if same else view.queues
    return (*before, float(event.queued_behind))[-KEPT:]


def _over(view: RunView, event: RunFinished) -> RunView:
    """Nothing is at work any more, and nothing comes later."""
    ends = {
        Stage.RUNNING: Stage.STOPPED,
        Stage.WAITING: Stage.STOPPED,
        Stage.PAUSED: Stage.STOPPED,
        Stage.NEXT: Stage.NOT_RUN,
        Stage.LATER: Stage.NOT_RUN,
    }
    steps = tuple(replace(step, stage=ends.get(step.stage, step.stage)) for step in view.steps)
    return _calm(replace(view, steps=steps, outcome=event, ready=None))


def _failed(view: RunView, event: PhaseFailed) -> RunView:
    """Finished steps of a phase that was one transaction went with it."""
    phase = view.plan.phases[event.index]
    undone = _staged(view, event.index, Stage.UNDONE) if phase.transactional else view
    step = replace(_get(view, event.step), stage=Stage.FAILED)
    return replace(_put(undone, event.step, step), failure=event, waiting=None, retry=None)


def _positions(view: RunView, index: int) -> range:
    """Where the steps of a phase are."""
    return range(view.firsts[index], view.firsts[index + 1])


def _staged(view: RunView, index: int, stage: Stage) -> RunView:
    """Every step of a phase in one stage; what an earlier run has done stays done."""
    steps = list(view.steps)
    for position in _positions(view, index):
        step = steps[position]
        if view.planned[position].already_done:
            continue
        if stage is Stage.UNDONE and step.stage is not Stage.DONE:
            steps[position] = replace(step, stage=Stage.LATER)
        else:
            steps[position] = replace(step, stage=stage)
    return replace(view, steps=tuple(steps))


def _index(view: RunView, number: int) -> int | None:
    likely = number - 1
    if 0 <= likely < len(view.planned) and view.planned[likely].number == number:
        return likely
    return next((i for i, step in enumerate(view.planned) if step.number == number), None)


def _get(view: RunView, number: int) -> StepView:
    index = _index(view, number)
    return view.steps[index] if index is not None else StepView()


def _put(view: RunView, number: int, step: StepView) -> RunView:
    index = _index(view, number)
    if index is None:
        return view
    return replace(view, steps=(*view.steps[:index], step, *view.steps[index + 1 :]))


def _log_words(view: RunView, event: Event) -> str:
    """One row of the log; empty for what the panes show anyway."""
    match event:
        case RunStarted():
            return f"run {event.run}: deployment lock acquired (backend {event.pid})"
        case LockRefused():
            return "the deployment lock is held by somebody else: nothing was started"
        case PhaseReady():
            return f"phase {event.index + 1} is ready and waits for you"
        case PhaseStarted():
            return f"phase {event.index + 1} begins"
        case PhaseFinished():
            return f"phase {event.index + 1} committed after {short_duration(event.took)}"
        case PhaseFailed():
            return f"phase {event.index + 1} FAILED at step {event.step}: {event.error}"
        case RunFinished():
            return f"run ended: {event.outcome}; the deployment lock is free"
        case _:
            return _step_log(event)


def _step_log(event: Event) -> str:
    match event:
        case TryFailed():
            tries = f"try {event.attempt} of {event.attempts}"
            pause = short_duration(event.next_in)
            why = sqlstate_words(event.sqlstate)
            return f"step {event.step}, {tries} gave up ({why}), next in {pause}"
        case StepFinished():
            rows = f", {plural(event.rows, 'row')}" if event.rows is not None else ""
            within = f" in {short_duration(event.took)}" if event.took is not None else ""
            return f"step {event.step} done{within}{rows}"
        case Noted():
            return event.text
        case _:
            return ""
