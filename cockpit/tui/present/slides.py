"""A plan as slides: what it is, one step each, and the way back."""

from collections.abc import Iterable
from dataclasses import dataclass

from cockpit.analysis.consequences import five_lines
from cockpit.model.live import RelationLive
from cockpit.model.plan import Plan, PlannedPhase, Step, StepKind
from cockpit.present.durations import plural
from cockpit.present.harmless import harmless
from cockpit.present.live_text import live_text
from cockpit.rehearsal.store import Kept
from cockpit.tui.present.line import Line, line
from cockpit.tui.present.plan_words import (
    five_rows,
    plan_title,
    refusal_lines,
    step_detail,
)
from cockpit.tui.present.proof_words import proof_lines
from cockpit.tui.present.step_facts import duration_lines


@dataclass(frozen=True, slots=True)
class Slide:
    """One page for a projector."""

    title: str
    where: str
    """What stands at the right end of the title."""
    lines: tuple[Line, ...]


def slides(
    plan: Plan, live: Iterable[RelationLive] = (), proofs: dict[str, Kept] | None = None
) -> tuple[Slide, ...]:
    """The first says what the plan is, the last how one gets back; between them the steps."""
    seen = tuple(live)
    steps = [
        _step(plan, index, phase, step, seen)
        for index, phase in enumerate(plan.phases)
        for step in phase.steps
        if step.kind is not StepKind.RECORD
    ]
    return (_opening(plan), *steps, _way_back(plan, proofs or {}))


def _opening(plan: Plan) -> Slide:
    facts = f"{plural(len(plan.phases), 'phase')}, {plural(len(plan.steps), 'step')}"
    rows: list[Line] = [
        line((f"{plan.goal.words} on {harmless(plan.standpoint)}", "strong"), hang=2),
        line((f"plan {plan.id[:16]}, {facts}", "muted")),
        line(),
        *_spaced(five_rows(five_lines(plan))),
    ]
    if noted := refusal_lines(plan):
        rows += [*noted]
    return Slide(plan_title(plan), "what it is", tuple(rows))


def _spaced(rows: Iterable[Line]) -> list[Line]:
    """An empty row after each: it is read from the back of a room."""
    return [part for row in rows for part in (row, line())]


def _step(
    plan: Plan, index: int, phase: PlannedPhase, step: Step, live: tuple[RelationLive, ...]
) -> Slide:
    rows = [*step_detail(phase, step), *duration_lines(step)]
    touched = {lock.relation for lock in step.impact.locks} if step.impact else set()
    busy = [text for r in live if r.relation in touched for text in live_text([r])]
    if busy:
        rows += [line(), line(("now", "title"))]
        rows += [line(text, hang=4) for text in busy]
    where = f"phase {index + 1} of {len(plan.phases)} · step {step.number} of {len(plan.steps)}"
    named = harmless(f"{phase.direction} {phase.version} {phase.name}")
    phased = f" · {harmless(phase.phase)}" if phase.phase != "up" else ""
    return Slide(named + phased, where, tuple(rows))


def _way_back(plan: Plan, proofs: dict[str, Kept]) -> Slide:
    """How one gets back, and what a rehearsal proved of it."""
    rows = [line((harmless(five_lines(plan).way_back), "strong"), hang=2), line()]
    names = {phase.version: phase.name for phase in plan.phases}
    for version, name in names.items():
        rows.append(line((harmless(f"{version} {name}"), "title")))
        rows += [*proof_lines(proofs.get(version)), line()]
    if plan.loses:
        rows.append(line(("loses", "title")))
        rows += [line(("  ", ""), (harmless(words), "high"), hang=4) for words in plan.loses]
    return Slide("the way back", "the last slide", tuple(rows))
