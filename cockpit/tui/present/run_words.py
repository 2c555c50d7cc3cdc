"""A run as rows: its steps, what happens now, who is in the way, how it ended."""

from datetime import datetime
from itertools import pairwise

from cockpit.analysis.consequences import stretch, stretch_lines
from cockpit.model.event import PhaseFailed, PhaseReady, RunFinished
from cockpit.model.plan import Plan, Step, StepKind
from cockpit.present.durations import clock_time, elapsed, plural
from cockpit.present.harmless import harmless
from cockpit.present.sqlstates import sqlstate_words
from cockpit.tui.present.item import Item
from cockpit.tui.present.line import Line, Span, line
from cockpit.tui.present.plan_words import five_rows, phase_words, plan_title
from cockpit.tui.present.run_view import AT_WORK, RunView, Stage, StepView
from cockpit.tui.present.waiting import working_lines

_ROLES = {
    Stage.LATER: "muted",
    Stage.NEXT: "",
    Stage.RUNNING: "running",
    Stage.WAITING: "running",
    Stage.PAUSED: "drifted",
    Stage.DONE: "good",
    Stage.FAILED: "failed",
    Stage.UNDONE: "late",
    Stage.STOPPED: "late",
    Stage.NOT_RUN: "muted",
}
_WORDS = {Stage.WAITING: "running"}


def run_title(view: RunView, now: datetime) -> Line:
    """`ROLL BACK 0043 → 0042      phase 2 of 4 · 02:58:40Z +1:52`."""
    tail: list[Span] = []
    if view.phase is not None or view.ready:
        index = view.ready.index if view.ready else view.phase or 0
        tail.append((f"  phase {index + 1} of {len(view.plan.phases)} ", "strong"))
    if view.started_at:
        end = view.outcome.at if view.outcome else now
        words = f"· {clock_time(view.started_at)} +{elapsed(end - view.started_at)} "
        tail.append((words, "muted"))
    return line((f" {plan_title(view.plan)}", "title"), tail=tail)


class StepRows:
    """The rows of all steps, under the rules of their phases where there are several.

    Remembers what it has drawn: of hundreds of steps one or two change between two draws.
    """

    def __init__(self) -> None:
        self._plan: Plan | None = None
        self._rules: tuple[Item, ...] = ()
        self._drawn: dict[int, tuple[tuple[object, ...], Item]] = {}

    def items(self, view: RunView, now: datetime) -> tuple[Item, ...]:
        """All of them; those that have not changed are the same objects as before."""
        if view.plan is not self._plan:
            self._plan, self._drawn = view.plan, {}
            numbers = range(len(view.plan.phases)) if len(view.plan.phases) > 1 else ()
            self._rules = tuple(Item(None, (_phase_line(view, index),)) for index in numbers)
        asks = {view.firsts[index] for index in view.stops}
        held_up = view.current if view.held_up(now) else None
        remarks = [_remark(view, index, asks, held_up) for index in range(len(view.steps))]
        width = max((len(words) for words, _ in remarks), default=0)
        items: list[Item] = []
        for index, (first, end) in enumerate(pairwise(view.firsts)):
            items += self._rules[index : index + 1]
            items += [self._row(view, at, now, remarks[at], width) for at in range(first, end)]
        return tuple(items)

    def _row(self, view: RunView, index: int, now: datetime, remark: Span, width: int) -> Item:
        step = view.steps[index]
        running = step.stage in AT_WORK
        key = (step, remark, width, _elapsed(step, now) if running else "")
        known = self._drawn.get(index)
        if known is not None and known[0] == key:
            return known[1]
        padded = (f"{remark[0]:<{width}} ", remark[1])
        item = Item(str(index), (_step_line(view, index, now, padded),))
        self._drawn[index] = (key, item)
        return item


def _phase_line(view: RunView, index: int) -> Line:
    """`── 0043 orders_not_null · up · one transaction`."""
    phase = view.plan.phases[index]
    around = "one transaction" if phase.transactional else "not one transaction"
    return line(
        (f" {index + 1:>2}. ", "muted"),
        (f"{phase.direction} {phase_words(view.plan, index)}", "title"),
        (f"  {around}", "muted"),
    )


def _step_line(view: RunView, index: int, now: datetime, remark: Span) -> Line:
    """`> running   2  drop constraint   1:12   WAITING FOR LOCK`."""
    step, planned = view.steps[index], view.planned[index]
    role = _ROLES[step.stage]
    word = _WORDS.get(step.stage, step.stage.value)
    lead = {"running": ">", "FAILED": "x"}.get(word, " ")
    return line(
        (f" {lead} {word:<8} ", role),
        (f"{planned.number:>3}  ", "muted"),
        (view.titles[index], "strong" if role == "running" else role if role != "good" else ""),
        tail=[(f" {_elapsed(step, now):>6}   ", role), remark],
    )


def _left(step: Step) -> str:
    """What stays of a step that failed."""
    if step.kind is StepKind.BACKFILL:
        return "its batches kept"
    return "not kept" if step.group is not None else "perhaps in part"


def _elapsed(step: StepView, now: datetime) -> str:
    if step.took is not None:
        return elapsed(step.took)
    if step.since and step.stage in AT_WORK:
        return elapsed(now - step.since)
    return "-"


def _remark(view: RunView, index: int, asks: set[int], held_up: int | None) -> Span:
    """The right column, always as wide."""
    step = view.steps[index]
    words, role = "", "muted"
    if index == held_up:
        words, role = "WAITING FOR LOCK", "high"
    elif step.stage is Stage.FAILED:
        words, role = _left(view.planned[index]), "failed"
    elif step.stage is Stage.UNDONE:
        words, role = "with its phase", "late"
    elif view.ready and index in asks and view.firsts[view.ready.index] == index:
        words, role = "C asks, then runs it", "acts"
    elif view.ready and view.firsts[view.ready.index] == index:
        words, role = "C runs it", "acts"
    elif index in asks and step.stage is Stage.LATER:
        words, role = "stops and asks you", "drifted"
    elif view.planned[index].already_done:
        words = "by an earlier run"
    elif step.rows is not None:
        words = plural(step.rows, "row")
    return words, role


def now_lines(view: RunView, now: datetime) -> tuple[Line, ...]:
    """The pane in the middle: one of waiting for the operator, working, failed, over."""
    if view.failure and not (view.outcome and view.outcome.outcome == "done"):
        return failure_lines(view.failure, stop_word(view))
    if view.outcome:
        return outcome_lines(view.outcome)
    if view.refused:
        return (line(("the deployment lock is held by somebody else", "high")),)
    if view.ready:
        return _ready_lines(view, view.ready)
    if view.current is None:
        return (line((f" {_between(view)}", "muted")),)
    return working_lines(view, view.current, now)


def _between(view: RunView) -> str:
    """What goes on while no step does."""
    if view.phase is None:
        return "taking the deployment lock and checking the plan again"
    phase = f"phase {view.phase + 1} of {len(view.plan.phases)}"
    return f"{phase} is done" if view.phases_done > view.phase else f"{phase}, between two steps"


def stop_word(view: RunView) -> str:
    """`CANCELLED` where the operator wanted it so."""
    cancelled = view.outcome is not None and view.outcome.outcome == "cancelled"
    return "CANCELLED" if cancelled else "FAILED"


def run_notice(view: RunView, now: datetime) -> Line:
    """`> a run is on: phase 3 of 5 waits for you · 5 goes there`."""
    index = view.ready.index if view.ready else view.phase
    phase = f"phase {index + 1} of {len(view.plan.phases)}" if index is not None else "it"
    does = "waits for you" if view.ready else "runs"
    does = "waits for a lock" if view.held_up(now) else does
    return line(
        ("> ", "running"), ("a run is on: ", ""), (f"{phase} {does}", "strong"),
        ("  5", "key"), (" shows it", "muted"),
    )  # fmt: skip


def _ready_lines(view: RunView, ready: PhaseReady) -> tuple[Line, ...]:
    """What `C` would run, in five lines."""
    index, phases = ready.index, stretch(view.plan, ready.index)
    phase = view.plan.phases[index]
    words = f" phase {index + 1}: {phase.direction} {phase_words(view.plan, index)}"
    if len(phases) > 1:
        words = f" phases {index + 1} to {phases.stop}"
    does = "asks first" if index in view.stops else "runs them" if len(phases) > 1 else "runs it"
    head: list[Line] = [line((words, "title"), (f"  nothing runs yet: C {does}", "acts"))]
    if ready.gate:
        head.append(line((" gate: ", "drifted"), (harmless(ready.gate), "high"), hang=7))
    rows = five_rows(stretch_lines(view.plan, phases))
    return (*head, *(Line(((" ", ""), *row.spans), hang=row.hang + 1) for row in rows))


def failure_lines(failure: PhaseFailed, word: str = "FAILED") -> tuple[Line, ...]:
    """What happened, kept, undone, held, next."""
    code = f" ({sqlstate_words(failure.sqlstate)})" if failure.sqlstate else ""
    column = f":{failure.column}" if failure.column else ""
    place = f" at line {failure.line}{column}" if failure.line else ""
    lines = [
        line((f" {word} at step {failure.step}", "failed"), (f"{code}{place}: ", "muted"),
             (harmless(failure.error), "high"), hang=3),
    ]  # fmt: skip
    if failure.hint:
        lines.append(line((" hint   ", "muted"), harmless(failure.hint), hang=8))
    return (*lines, *_aftermath(failure))


def outcome_lines(outcome: RunFinished) -> tuple[Line, ...]:
    """How the run ended."""
    role = "good" if outcome.outcome == "done" else "high"
    return (line((f" {outcome.outcome}", role)), *_aftermath(outcome))


def _aftermath(end: PhaseFailed | RunFinished) -> tuple[Line, ...]:
    return tuple(
        line((f" {label:<7}", "muted"), (harmless(words), role), hang=8)
        for label, words, role in (
            ("kept", end.kept, ""),
            ("undone", end.undone, ""),
            ("held", end.held, ""),
            ("next", end.next_step, "strong"),
        )
        if words
    )


def log_lines(view: RunView) -> tuple[Line, ...]:
    """The log, oldest first, times in UTC."""
    return tuple(
        line((f" {clock_time(at)} ", "muted"), (harmless(words), _log_role(words)), hang=11)
        for at, words in view.log
    )


def _log_role(words: str) -> str:
    return "high" if "FAILED" in words else ""
