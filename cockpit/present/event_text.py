"""What the engine says while it runs, as lines of plain text with the time in UTC."""

from collections.abc import Iterator

from cockpit.model.activity import Progress, SessionFacts
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
from cockpit.model.plan import Plan
from cockpit.present.board_text import holder_text
from cockpit.present.durations import clock_time, count, elapsed, plural, short_duration
from cockpit.present.harmless import harmless
from cockpit.present.plan_text import phase_words, step_words
from cockpit.present.sqlstates import sqlstate_words


def event_text(event: Event, plan: Plan) -> Iterator[str]:
    """One or more lines; the first carries the time."""
    first, *rest = _lines(event, plan)
    yield f"{clock_time(event.at)} {first}"
    yield from (f"{'':>9} {line}" for line in rest)


def _lines(event: Event, plan: Plan) -> list[str]:
    match event:
        case RunStarted():
            return [f"run {event.run} holds the deployment lock, backend {event.pid}"]
        case LockRefused():
            who = holder_text(event.holder, event.at) if event.holder else "somebody else"
            return [f"the deployment lock is held by {who}"]
        case PhaseReady() | PhaseStarted() | PhaseFinished() | PhaseFailed():
            return _phase(event, plan)
        case Noted():
            return [harmless(event.text)]
        case RunFinished():
            return [f"run {event.run}: {event.outcome}", *_ending(event)]
        case _:
            return [f"  {line}" for line in _step(event, plan)]


def _phase(event: PhaseReady | PhaseStarted | PhaseFinished | PhaseFailed, plan: Plan) -> list[str]:
    words = f"phase {event.index + 1} of {len(plan.phases)}"
    match event:
        case PhaseReady():
            gate = f", gate: {harmless(event.gate)}" if event.gate else ""
            return [f"{words} waits for you{gate}"]
        case PhaseStarted():
            return [f"{words}: {phase_words(plan.phases[event.index])}"]
        case PhaseFinished():
            return [f"{words} is committed after {short_duration(event.took)}"]
        case PhaseFailed():
            return [f"{words} FAILED in step {event.step}", *_failure(event, plan)]


def _failure(event: PhaseFailed, plan: Plan) -> Iterator[str]:
    code = f" ({sqlstate_words(event.sqlstate)})" if event.sqlstate else ""
    yield f"error   {harmless(event.error)}{code}"
    if event.hint:
        yield f"hint    {harmless(event.hint)}"
    step = next((s for s in plan.steps if s.number == event.step), None)
    if step and step.path and event.line:
        column = f":{event.column}" if event.column else ""
        yield f"at      {harmless(step.path)}:{event.line}{column}"
    yield from _ending(event)


def _ending(event: PhaseFailed | RunFinished) -> Iterator[str]:
    rows = (("kept", event.kept), ("undone", event.undone), ("held", event.held))
    for name, words in (*rows, ("next", event.next_step)):
        yield f"{name:<7} {harmless(words)}"


def _step(
    event: StepStarted | StepWaiting | TryFailed | StepProgress | StepThrottled | StepFinished,
    plan: Plan,
) -> Iterator[str]:
    match event:
        case StepStarted():
            step = next((s for s in plan.steps if s.number == event.step), None)
            again = f" (try {event.attempt})" if event.attempt > 1 else ""
            yield f"step {event.step}{again}: {step_words(step) if step else ''}"
        case StepFinished():
            rows = f", {plural(event.rows, 'row')}" if event.rows is not None else ""
            after = f" after {short_duration(event.took)}" if event.took is not None else ""
            yield f"step {event.step} done{after}{rows}"
        case StepWaiting():
            yield f"step {event.step} waits for {_wanted(event)}, {short_duration(event.waited)}"
            yield from _blockers(event.blockers)
            if event.queued_behind:
                yield f"behind us: {plural(event.queued_behind, 'session')} queued by our wait"
        case TryFailed():
            of = f"try {event.attempt} of {event.attempts}"
            yield (
                f"step {event.step}, {of} gave up ({sqlstate_words(event.sqlstate)}); its phase is "
                f"undone and tried again in {short_duration(event.next_in)}"
            )
            yield from _blockers(event.blockers)
        case StepProgress():
            yield f"step {event.step}: {_progress(event.progress)}{_pace(event)}"
        case StepThrottled():
            yield f"step {event.step} waits before its next batch: {harmless(event.reason)}"


def _pace(event: StepProgress) -> str:
    """Rate, time left and batch size of a backfill; nothing for anything else."""
    if not event.batch:
        return ""
    left = f", {short_duration(event.eta)} left" if event.eta is not None else ""
    return f", {count(round(event.per_second))} rows/s{left}, next batch {count(event.batch)}"


def _wanted(event: StepWaiting) -> str:
    mode = event.mode.words if event.mode else "another transaction to end"
    return f"{mode} on {harmless(event.relation)}" if event.relation else mode


def _blockers(blockers: tuple[SessionFacts, ...]) -> Iterator[str]:
    for blocker in blockers:
        age = f" {elapsed(blocker.transaction_age)}" if blocker.transaction_age else ""
        who = harmless(blocker.application or blocker.user)
        yield f"in the way: {blocker.pid} {who}, {harmless(blocker.state)}{age}"


def _progress(progress: Progress) -> str:
    words = harmless(f"{progress.command}: {progress.phase}")
    if progress.fraction is None or progress.done is None or progress.total is None:
        rows = progress.done if progress.command == "BACKFILL" else None
        told = f"{plural(rows, 'row')} so far" if rows else "no total is reported"
        return f"{words}, {told}"
    amount = f"{count(progress.done)} of {count(progress.total)} {progress.unit}"
    return f"{words}, {progress.fraction:.0%} ({amount})"
