"""The tabs under the board: SQL, plan, locks, uses, diff, history of one version."""

from difflib import unified_diff

from cockpit.model.impact import RelationLock
from cockpit.model.plan import Plan
from cockpit.model.state import Standing, State
from cockpit.present.durations import plural, timestamp
from cockpit.present.harmless import harmless, harmless_block
from cockpit.tui.present.lanes import ROLE_OF_STATE
from cockpit.tui.present.line import Line, line
from cockpit.tui.present.plan_words import (
    hazard_lines,
    impact_lines,
    phase_row,
    role_of,
    step_title,
)
from cockpit.tui.present.sql_words import sql_lines, sql_spans
from cockpit.tui.present.step_facts import duration_lines

TABS = ("SQL", "plan", "locks", "uses", "diff", "history")


def tab_row(current: int | None) -> Line:
    """`SQL · [plan] · locks · uses · diff · history`."""
    parts: list[tuple[str, str]] = []
    for position, name in enumerate(TABS):
        if position:
            parts.append((" · ", "rule"))
        parts.append((f"[{name}]", "key") if position == current else (name, "muted"))
    return line(*parts)


def detail_title(standing: Standing) -> Line:
    """`0043 orders_not_null  pending`."""
    role = ROLE_OF_STATE[standing.state]
    return line(
        (harmless(f"{standing.version} {standing.name}"), "title"), (f"  {standing.state}", role)
    )


def sql_tab(standing: Standing) -> tuple[Line, ...]:
    """Up and down as the ref has them; what the history kept where the ref has nothing."""
    lines: list[Line] = [*_why(standing)]
    if standing.migration is None:
        return (*lines, *_kept(standing))
    path = ""
    for phase in (*standing.migration.up, *standing.migration.down):
        if phase.path != path:
            path = phase.path
            lines.append(line((harmless(path), "muted"), hang=2))
        gate = f", gate: {phase.gate}" if phase.gate else ""
        words = f"{phase.direction} {phase.name}" if phase.name != "up" else phase.direction.value
        place = f"  line {phase.line}{gate}"
        lines.append(line((words, "title"), (harmless(place), "muted"), hang=2))
        lines += sql_lines(phase.script, first=phase.line)
    if not standing.migration.down:
        reason = standing.migration.irreversible
        words = f"no way back: {reason}" if reason else "no down script: there is no way back"
        lines.append(line((harmless(words), "high")))
    return tuple(lines)


def _why(standing: Standing) -> tuple[Line, ...]:
    if not standing.why:
        return ()
    glyph = standing.glyph.strip()
    lead = f"{glyph} " if glyph else ""
    return (line((lead, ROLE_OF_STATE[standing.state]), harmless(standing.why), hang=2),)


def _kept(standing: Standing) -> tuple[Line, ...]:
    """The scripts of a version that this ref does not have."""
    record = standing.record
    lines: list[Line] = []
    if record and record.script:
        lines += [line(("as it was applied", "title")), *sql_lines(record.script, first=1)]
    for phase in record.undo if record else ():
        lines += [
            line((f"way down of phase {harmless(phase.name)}, as the ledger kept it", "title"))
        ]
        lines += sql_lines(phase.script, first=1)
    return tuple(lines) or (line(("no script of it was kept here", "muted")),)


def plan_tab(plan: Plan) -> tuple[Line, ...]:
    """Every step with its locks and hazards, in the order they run."""
    lines: list[Line] = [
        line(("x ", "failed"), (harmless(words), "high"), hang=2) for words in plan.refusals
    ]
    for index, phase in enumerate(plan.phases):
        if len(plan.phases) > 1:
            lines.append(phase_row(plan, index, 72))
        for step in phase.steps:
            head = sql_spans(step.sql) if step.sql else ((step_title(step), "muted"),)
            lines.append(line((f"{step.number:>2} ", "muted"), *head, hang=5))
            impact = impact_lines(step.impact, step.kept)
            body = (*impact, *duration_lines(step), *hazard_lines(step))
            lines += [Line((("   ", ""), *row.spans), hang=row.hang + 3) for row in body]
    return tuple(lines) or (line(("nothing would run", "muted")),)


def locks_tab(plan: Plan) -> tuple[Line, ...]:
    """The strongest lock on each relation, and which step takes it first."""
    held: dict[str, list[tuple[int, int, RelationLock]]] = {}
    for step in plan.steps:
        for lock in step.impact.locks if step.impact else ():
            held.setdefault(lock.relation, []).append((-lock.mode.rank, step.number, lock))
    if not held:
        return (line(("locks no table that exists before it", "muted")),)
    lines = [line((f"{'relation':<26}{'strongest lock':<24}{'blocks':<18}step", "muted"))]
    for relation, taken in sorted(held.items(), key=lambda pair: min(pair[1])[:2]):
        _, first, lock = min(taken)
        role = "" if lock.is_index else role_of(lock.mode)
        name = harmless(relation.removeprefix("public."))
        words = "the index only" if lock.is_index else lock.mode.blocks
        mode = (f"{lock.mode.words:<24}", role)
        lines.append(line(f"{name:<25} ", mode, f"{words:<18}{first}", hang=2))
    return tuple(lines)


def diff_tab(standing: Standing) -> tuple[Line, ...]:
    """What was applied against what the ref has."""
    record, migration = standing.record, standing.migration
    if record is None:
        return (line(("not applied: there is nothing to compare", "muted")),)
    if record.script is None:
        return (line(("the history keeps no script of it: there is nothing to compare", "muted")),)
    if migration is None:
        return (line(("this ref does not have the file", "muted")),)
    before = harmless_block(record.script).splitlines()
    after = harmless_block("\n".join(phase.script for phase in migration.up)).splitlines()
    rows = list(unified_diff(before, after, "as applied", "this ref", lineterm="", n=3))
    if not rows:
        return _only_around(standing)
    return tuple(line((row, _diff_role(row)), hang=2) for row in rows)


def _only_around(standing: Standing) -> tuple[Line, ...]:
    """The statements are what was applied; what was edited, if anything, stands around them."""
    same = "the statements are the same, line by line"
    if standing.drift is None:
        return (line((same, "muted")),)
    told = f"{same}; edited is only what stands around them: {standing.drift.value}"
    if standing.trace is None:
        return (line((told, "muted"), hang=2),)
    shown = f"git show {harmless(standing.trace.commit[:9])}"
    return (line((told, "muted"), hang=2), line((shown, "key"), (" has the edit", "muted")))


def _diff_role(row: str) -> str:
    if row.startswith(("---", "+++", "@@")):
        return "muted"
    return {"+": "add", "-": "remove"}.get(row[:1], "")


def history_tab(standing: Standing) -> tuple[Line, ...]:
    """What the history and git know about the version."""
    lines: list[Line] = [*_why(standing)]
    record, trace = standing.record, standing.trace
    if record is None:
        lines.append(line(("never applied here", "muted")))
    else:
        facts = {
            "applied": timestamp(record.applied_at) if record.applied_at else "time not recorded",
            "run": record.run,
            "from": f"commit {record.commit[:12]}" if record.commit else "",
            "checksum": record.checksum or "none kept: cannot be verified",
            "failed": record.failure or "",
            "note": record.note,
        }
        lines += [
            line((f"{name:<9} ", "muted"), harmless(words), hang=10)
            for name, words in facts.items()
            if words
        ]
        if record.undo:
            words = f"{plural(len(record.undo), 'down phase')} kept by the ledger"
            lines.append(line(("way back  ", "muted"), (words, "good"), hang=10))
    if trace:
        verb = "edited by" if standing.state is State.DRIFTED else "last in"
        words = f"{trace.commit[:9]} {trace.author}, {timestamp(trace.at)}: {trace.subject}"
        lines.append(line((f"{verb:<9} ", "muted"), harmless(words), hang=10))
    if not standing.reversible and standing.state.in_force:
        lines.append(line(("way back  ", "muted"), ("none at hand", "high")))
    return tuple(lines)
