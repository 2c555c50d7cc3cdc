"""A past run as the text one pastes into an incident."""

from collections.abc import Iterator

from cockpit.model.event import (
    Event,
    PhaseFailed,
    RunFinished,
    RunStarted,
    StepProgress,
    StepWaiting,
)
from cockpit.model.recording import Recording
from cockpit.present.durations import elapsed, timestamp
from cockpit.present.event_text import event_text
from cockpit.present.harmless import harmless
from cockpit.present.table import table


def report_text(recording: Recording) -> Iterator[str]:
    """What ran, how it ended, then everything that was said, with the time in UTC."""
    yield from table(list(_head(recording)))
    yield ""
    yield from table(list(_ending(recording)))
    yield ""
    yield "log (UTC)"
    for event in _telling(recording.events):
        yield from (f"  {line}" for line in event_text(event, recording.plan))


def _head(recording: Recording) -> Iterator[tuple[str, str]]:
    plan = recording.plan
    started = next((e for e in recording.events if isinstance(e, RunStarted)), None)
    ended = next((e for e in reversed(recording.events) if isinstance(e, RunFinished)), None)
    goal = started.goal if started else plan.goal.words
    yield "goal", f"{harmless(goal)} on {harmless(plan.standpoint)}"
    if plan.versions:
        yield "versions", ", ".join(harmless(version) for version in plan.versions)
    if plan.id:
        yield "plan", plan.id[:16]
    if plan.commit:
        yield "commit", harmless(plan.commit[:10])
    if started:
        took = f", took {elapsed(ended.at - started.at)}" if ended else ""
        yield "run", f"{harmless(recording.run)}, started {timestamp(started.at)}{took}"
    yield "from", harmless(recording.origin)
    if recording.note:
        yield "", harmless(recording.note)


def _ending(recording: Recording) -> Iterator[tuple[str, str]]:
    failure = next((e for e in reversed(recording.events) if isinstance(e, PhaseFailed)), None)
    ended = next((e for e in reversed(recording.events) if isinstance(e, RunFinished)), None)
    last = ended or failure
    if last is None:
        yield "outcome", "not recorded: look at cockpit status"
        return
    yield "outcome", harmless(ended.outcome if ended else "failed")
    if failure:
        yield "error", harmless(failure.error)
    rows = (("kept", last.kept), ("undone", last.undone), ("held", last.held))
    for name, words in (*rows, ("next", last.next_step)):
        if words:
            yield name, harmless(words)


def _telling(events: tuple[Event, ...]) -> Iterator[Event]:
    """Of several waits or measures of progress in a row, the last one tells all."""
    for event, following in zip(events, (*events[1:], None), strict=True):
        repeats = isinstance(event, StepWaiting | StepProgress)
        if not (repeats and type(following) is type(event)):
            yield event
