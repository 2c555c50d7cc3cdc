"""A step at work: its statement, its progress, who is in the way and who queues behind."""

from datetime import datetime, timedelta

from cockpit.analysis.cut_off import cut_off
from cockpit.model.activity import SessionFacts
from cockpit.model.event import StepProgress
from cockpit.present.durations import count, elapsed, plural, short_duration
from cockpit.present.harmless import harmless
from cockpit.tui.present.line import Line, Span, line
from cockpit.tui.present.plan_words import step_title
from cockpit.tui.present.run_view import RunView
from cockpit.tui.present.sparkline import sparkline
from cockpit.tui.present.sql_words import sql_lines


def working_lines(view: RunView, current: int, now: datetime) -> tuple[Line, ...]:
    step = view.planned[current]
    statement = sql_lines(step.sql)[:4] if step.sql else (line((step_title(step), "strong")),)
    lines = [Line(((" ", ""), *row.spans), hang=3) for row in statement]
    if view.progress:
        lines += _progress(view.progress, paused=view.throttled is not None)
        if (bars := sparkline(view.rates)) and not view.throttled:
            lines.append(line((" rate  ", "muted"), (bars, "running")))
    if view.throttled:
        why = harmless(view.throttled.reason)
        lines.append(
            line((" waits ", "drifted"), (f"before its next batch: {why}", "high"), hang=7)
        )
    if view.held_up(now):
        return (*lines, *_waiting_lines(view, now))
    since = view.steps[current].since
    if since and not view.progress:
        words = f" for {short_duration(now - since)}; no progress is reported"
        lines.append(line((words, "muted")))
    return tuple(lines)


def _waiting_lines(view: RunView, now: datetime) -> list[Line]:
    lines = []
    waiting, retry = view.waiting, view.retry
    attempt = view.steps[view.current].attempt if view.current is not None else 1
    tries = f"try {attempt} of {retry.attempts}" if retry else f"try {attempt}"
    between = retry is not None and retry.attempt >= attempt
    if retry and between:
        left = max(timedelta(), retry.at + retry.next_in - now)
        after = f"next in {short_duration(left)}" if left else "trying again"
        tries = f"try {retry.attempt} of {retry.attempts} gave up, {after}"
    if waiting and waiting.mode:
        on = f" on {harmless((waiting.relation or '').removeprefix('public.'))}"
        lines.append(
            line((" wants ", "muted"), (waiting.mode.words, "high"), on, (f" · {tries}", ""))
        )
    elif waiting:
        lines.append(
            line(
                (" waits ", "muted"),
                ("for another transaction to end", "high"),
                (f" · {tries}", ""),
            )
        )
    else:
        lines.append(line((f" {tries}", "")))
    blockers = view.in_the_way
    if not blockers:
        lines.append(line((" in the way  ", "muted"), "not seen yet: each try is short"))
    for position, blocker in enumerate(blockers[:3]):
        label = " in the way " if not position else "            "
        note = [("  (oldest)", "muted")] if not position and len(blockers) > 1 else []
        lines.append(line((label, "muted"), *session_words(blocker), *note, hang=12))
    if len(blockers) > 3:
        lines.append(line((f"            and {len(blockers) - 3} more; x lists all", "muted")))
    if waiting:
        bars = (f"  {sparkline(view.queues)}", "running") if any(view.queues) else ("", "")
        words = _BETWEEN if between else _queue(waiting.queued_behind)
        lines.append(line((" behind us  ", "muted"), words, bars))
    lines.append(line((f" if it gives up: {_given_up(view)}", "muted"), hang=1))
    return lines


_BETWEEN: Span = ("nobody: between two tries it asks for nothing", "muted")


def _given_up(view: RunView) -> str:
    """Only a transaction is undone; what runs outside of one may have been committed in parts."""
    step = view.at_work
    if step is not None and step.group is None:
        return cut_off(step).leaves
    return "this phase is undone and tried again, finished phases stay"


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


def _progress(event: StepProgress, *, paused: bool) -> list[Line]:
    """A bar only where totals are real; rate and end of a backfill where they are known."""
    progress, pace = event.progress, [] if paused else _pace(event)
    words = harmless(f"{progress.command}: {progress.phase}".strip(": "))
    if progress.fraction is None:
        done = f", {count(progress.done)} {progress.unit}" if progress.done is not None else ""
        return [line((f" {words}{done}; no total is reported", "muted")), *pace]
    filled = round(min(1.0, progress.fraction) * 20)
    of = f"{count(progress.done or 0)} of {count(progress.total or 0)} {progress.unit}"
    bar = line(
        (" " + "█" * filled, "running"),
        ("░" * (20 - filled), "muted"),
        (f" {progress.fraction:.0%} ", "strong"),
        (f" {of} · {words}", "muted"),
    )
    return [bar, *pace]


def _pace(event: StepProgress) -> list[Line]:
    parts = []
    if event.per_second:
        parts.append(f"{count(round(event.per_second))} rows a second")
    if event.batch:
        parts.append(f"{count(event.batch)} rows a batch")
    if event.eta is not None:
        parts.append(f"about {short_duration(event.eta)} left")
    return [line((f" {' · '.join(parts)}", ""))] if parts else []


def why_waiting(view: RunView | None, now: datetime) -> tuple[Line, ...]:
    """Everybody in the way, with what they run; else what the run waits for."""
    if view is None or view.outcome:
        return (line("No run is on: nothing waits."),)
    if view.ready:
        words = f"The run waits for you, not for a lock: C for phase {view.ready.index + 1}."
        return (line(words),)
    if not view.held_up(now):
        return (line("Nothing waits for a lock now."),)
    waiting, retry = view.waiting, view.retry
    blockers = (waiting.blockers if waiting else ()) or (retry.blockers if retry else ())
    if not blockers:
        return (line("It waits for a lock; who is in the way was not seen yet."),)
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
        ("from", session.place),
        ("user", session.user),
    )
    rows = [line((f"  {n:<6}", "muted"), harmless(w), hang=8) for n, w in facts if w]
    return [*rows, *(Line((("  ", ""), *row.spans)) for row in sql_lines(session.query)[:6])]
