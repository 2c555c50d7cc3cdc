"""A run as rows: its steps, what happens now, who is in the way, how it ended."""

from datetime import datetime, timedelta

from cockpit.analysis.consequences import phase_lines
from cockpit.model.activity import Progress, SessionFacts
from cockpit.model.event import PhaseFailed, PhaseReady, RunFinished
from cockpit.present.durations import clock_time, count, elapsed, plural, short_duration
from cockpit.present.harmless import harmless
from cockpit.tui.present.item import Item
from cockpit.tui.present.line import Line, Span, line
from cockpit.tui.present.plan_words import five_rows, phase_words, plan_title, step_title
from cockpit.tui.present.run_view import RunView, Stage, StepView
from cockpit.tui.present.sql_words import sql_lines

_ROLES = {
    Stage.LATER: "muted",
    Stage.NEXT: "",
    Stage.RUNNING: "running",
    Stage.WAITING: "running",
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


def step_items(view: RunView, now: datetime) -> tuple[Item, ...]:
    """All steps, under the rules of their phases where there are several."""
    remarks = [_remark(view, index) for index in range(len(view.steps))]
    width = max((len(words) for words, _ in remarks), default=0)
    items: list[Item] = []
    position = 0
    for index, phase in enumerate(view.plan.phases):
        if len(view.plan.phases) > 1:
            items.append(Item(None, (_phase_line(view, index),)))
        for _ in phase.steps:
            words, role = remarks[position]
            row = _step_line(view, position, now, (f"{words:<{width}} ", role))
            items.append(Item(str(position), (row,)))
            position += 1
    return tuple(items)


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
    step, planned = view.steps[index], view.plan.steps[index]
    role = _ROLES[step.stage]
    word = _WORDS.get(step.stage, step.stage.value)
    lead = {"running": ">", "FAILED": "x"}.get(word, " ")
    return line(
        (f" {lead} {word:<8} ", role),
        (f"{planned.number:>3}  ", "muted"),
        (step_title(planned), "strong" if role == "running" else role if role != "good" else ""),
        tail=[(f" {_elapsed(step, now):>6}   ", role), remark],
    )


def _elapsed(step: StepView, now: datetime) -> str:
    if step.took is not None:
        return elapsed(step.took)
    if step.since and step.stage in (Stage.RUNNING, Stage.WAITING):
        return elapsed(now - step.since)
    return "-"


def _remark(view: RunView, index: int) -> Span:
    """The right column, always as wide."""
    step = view.steps[index]
    words, role = "", "muted"
    if step.stage is Stage.WAITING:
        words, role = "WAITING FOR LOCK", "high"
    elif step.stage is Stage.FAILED:
        words, role = "not kept", "failed"
    elif step.stage is Stage.UNDONE:
        words, role = "with its phase", "late"
    elif step.stage is Stage.NEXT and view.ready and _first_of(view, view.ready.index) == index:
        words, role = "C runs this phase", "acts"
    elif view.plan.steps[index].already_done:
        words = "by an earlier run"
    elif step.rows is not None:
        words = plural(step.rows, "row")
    return words, role


def _first_of(view: RunView, phase: int) -> int:
    return sum(len(p.steps) for p in view.plan.phases[:phase])


def now_lines(view: RunView, now: datetime) -> tuple[Line, ...]:
    """The pane in the middle: one of waiting for the operator, working, failed, over."""
    if view.failure and not (view.outcome and view.outcome.outcome == "done"):
        return failure_lines(view.failure)
    if view.outcome:
        return outcome_lines(view.outcome)
    if view.refused:
        return (line(("the deployment lock is held by somebody else", "high")),)
    if view.ready:
        return _ready_lines(view, view.ready)
    if view.current is None:
        return (line((" taking the deployment lock and checking the plan again", "muted")),)
    return _working_lines(view, view.current, now)


def _ready_lines(view: RunView, ready: PhaseReady) -> tuple[Line, ...]:
    """What `C` would run, in five lines."""
    index = ready.index
    phase = view.plan.phases[index]
    words = f" phase {index + 1}: {phase.direction} {phase_words(view.plan, index)}"
    head: list[Line] = [line((words, "title"), ("  nothing runs until you press C", "acts"))]
    if ready.gate:
        head.append(line((" gate: ", "drifted"), (harmless(ready.gate), "high"), hang=7))
    rows = five_rows(phase_lines(view.plan, index))
    return (*head, *(Line(((" ", ""), *row.spans), hang=row.hang + 1) for row in rows))


def _working_lines(view: RunView, current: int, now: datetime) -> tuple[Line, ...]:
    step = view.plan.steps[current]
    statement = sql_lines(step.sql)[:4] if step.sql else (line((step_title(step), "strong")),)
    lines = [Line(((" ", ""), *row.spans), hang=3) for row in statement]
    if view.progress:
        lines.append(_progress(view.progress.progress))
    if view.waiting or view.retry:
        return (*lines, *_waiting_lines(view, now))
    since = view.steps[current].since
    if since and not view.progress:
        words = f" for {short_duration(now - since)}; no progress is reported"
        lines.append(line((words, "muted")))
    return tuple(lines)


def _waiting_lines(view: RunView, now: datetime) -> list[Line]:
    lines = []
    waiting, retry = view.waiting, view.retry
    tries = f"try {view.steps[view.current].attempt}" if view.current is not None else "waiting"
    if retry:
        left = max(timedelta(), retry.at + retry.next_in - now)
        after = f"next in {short_duration(left)}" if left else "trying again"
        tries = f"try {retry.attempt} of {retry.attempts} gave up, {after}"
    if waiting and waiting.mode:
        on = f" on {harmless((waiting.relation or '').removeprefix('public.'))}"
        lines.append(
            line((" wants ", "muted"), (waiting.mode.words, "high"), on, (f" · {tries}", ""))
        )
    else:
        lines.append(line((f" {tries}", "")))
    blockers = (waiting.blockers if waiting else ()) or (retry.blockers if retry else ())
    for position, blocker in enumerate(blockers[:3]):
        label = " in the way " if not position else "            "
        note = [("  (oldest)", "muted")] if not position and len(blockers) > 1 else []
        lines.append(line((label, "muted"), *session_words(blocker), *note, hang=12))
    if len(blockers) > 3:
        lines.append(line((f"            and {len(blockers) - 3} more; x lists all", "muted")))
    if waiting:
        lines.append(line((" behind us  ", "muted"), _queue(waiting.queued_behind)))
    lines.append(
        line(
            (
                " if it gives up: this phase is undone and tried again, finished phases stay",
                "muted",
            ),
            hang=1,
        )
    )
    return lines


def _queue(number: int) -> Span:
    """How many sessions wait because we wait."""
    if not number:
        return "nobody is queued by our wait", "muted"
    verb = "is" if number == 1 else "are"
    return f"{plural(number, 'session')} {verb} queued by our wait", "high"


def session_words(session: SessionFacts) -> tuple[Span, ...]:
    """`4711 billing-worker  idle in transaction 7:21`."""
    who = harmless(session.application or session.user)
    age = f" {elapsed(session.transaction_age)}" if session.transaction_age is not None else ""
    role = "high" if session.state.startswith("idle in") else ""
    return (
        (f"{session.pid} ", "strong"),
        (f"{who}  ", ""),
        (f"{harmless(session.state)}{age}", role),
    )


def _progress(progress: Progress) -> Line:
    """A bar only where totals are real."""
    words = f"{progress.command}: {progress.phase}"
    if progress.fraction is None:
        done = f", {count(progress.done)} {progress.unit}" if progress.done is not None else ""
        return line((f" {harmless(words)}{done}; no total is reported", "muted"))
    filled = round(progress.fraction * 20)
    of = f"{count(progress.done or 0)} of {count(progress.total or 0)} {progress.unit}"
    return line(
        (" " + "█" * filled, "running"), ("░" * (20 - filled), "muted"),
        (f" {progress.fraction:.0%} ", "strong"), (f" {of} · {harmless(words)}", "muted"),
    )  # fmt: skip


def failure_lines(failure: PhaseFailed) -> tuple[Line, ...]:
    """What happened, kept, undone, held, next."""
    code = f" ({failure.sqlstate})" if failure.sqlstate else ""
    place = f" at line {failure.line}:{failure.column}" if failure.line else ""
    lines = [
        line((f" FAILED at step {failure.step}", "failed"), (f"{code}{place} ", "muted"),
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


def why_waiting(view: RunView | None) -> tuple[Line, ...]:
    """Everybody in the way, with what they run."""
    waiting = view.waiting if view else None
    retry = view.retry if view else None
    blockers = (waiting.blockers if waiting else ()) or (retry.blockers if retry else ())
    if not waiting and not retry:
        return (line("Nothing waits for a lock now."),)
    if not blockers:
        return (line("The server does not tell who is in the way."),)
    lines: list[Line] = [
        line(("T", "acts"), " ends the first of them, after a question."),
        line(),
    ]
    for blocker in blockers:
        lines += [line(*session_words(blocker)), *_session_body(blocker), line()]
    return tuple(lines)


def _session_body(session: SessionFacts) -> list[Line]:
    facts = (
        ("holds", session.holds),
        ("from", session.address or "socket"),
        ("user", session.user),
    )
    rows = [line((f"  {n:<6}", "muted"), harmless(w), hang=8) for n, w in facts if w]
    return [*rows, *(Line((("  ", ""), *row.spans)) for row in sql_lines(session.query)[:6])]
