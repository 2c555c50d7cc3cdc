"""A plan as plain text: the five lines, then every step with what it locks."""

from collections.abc import Iterator

from cockpit.analysis.ceremony import five_lines
from cockpit.model.migration import Direction
from cockpit.model.plan import OtherWay, Plan, PlannedPhase, Step, StepKind
from cockpit.present.durations import plural
from cockpit.present.harmless import harmless, harmless_block
from cockpit.present.hazard_text import hazard_text
from cockpit.present.impact_text import impact_text
from cockpit.present.meanwhile import meanwhile_text
from cockpit.present.table import table


def plan_text(plan: Plan) -> str:
    """The whole plan, without a line break at the end."""
    return "\n".join(
        [*summary(plan), *(line for i in range(len(plan.phases)) for line in _phase(plan, i))]
    )


def summary(plan: Plan) -> Iterator[str]:
    """What it is, what speaks against it, and the five lines of every question."""
    verb = plan.goal.action.words
    goal = harmless(plan.goal.words.removeprefix(verb))
    yield f"{verb.upper()}{goal} on {harmless(plan.standpoint)}"
    yield f"plan {plan.id}"
    for refusal in plan.refusals:
        yield f"refused: {harmless(refusal)}"
    if plan.empty and not plan.refusals:
        yield "Nothing to do."
    if not plan.empty:
        yield from table([(k, harmless(words)) for k, words in five_lines(plan).labelled])
    yield from (f"keeps {harmless(words)}" for words in plan.keeps)
    for words in plan.keepable:
        yield f"could keep {harmless(words)}: --keep database, or --keep file"
    for note in plan.notes:
        yield f"note: {harmless(note)}"
    for way in plan.other_ways:
        yield from _other_way(way)


def step_words(step: Step) -> str:
    """One line for a step: its own title, or its statement."""
    if step.title:
        return f"{step.kind}: {harmless(step.title)}"
    return " ".join(harmless_block(step.sql).split()) or step.kind.value


def phase_words(phase: PlannedPhase) -> str:
    """`up 0043 orders_not_null, phase expand`."""
    named = f", phase {harmless(phase.phase)}" if phase.phase != "up" else ""
    return f"{phase.direction} {harmless(phase.version)} {harmless(phase.name)}{named}"


def _other_way(way: OtherWay) -> Iterator[str]:
    """What differs, as a diff, and how to use the other one."""
    yield ""
    yield f"OTHER WAY BACK of {harmless(way.version)}, to use it: --down-from {way.kind}"
    yield from (f"  {harmless(line)}" for line in way.diff)


def _phase(plan: Plan, index: int) -> Iterator[str]:
    phase = plan.phases[index]
    around = "one transaction" if phase.transactional else "not one transaction"
    statements = sum(step.kind is StepKind.SQL for step in phase.steps)
    yield ""
    yield (
        f"PHASE {index + 1} of {len(plan.phases)}  {phase_words(phase)} "
        f"({plural(statements, 'statement')}, {around})"
    )
    if phase.direction is Direction.DOWN and phase.origin:
        yield f"      the script is from {harmless(phase.origin)}"
    if phase.gate:
        asked = ", a query decides" if phase.gate_sql else ""
        yield f"      gate: {harmless(phase.gate)}{asked}"
    for step in phase.steps:
        yield from _step(step)


def _step(step: Step) -> Iterator[str]:
    done = "done by an earlier run: " if step.already_done else ""
    if not step.sql:
        yield f"{step.number:>4}  {done}{step_words(step)}"
        return
    first, *rest = harmless_block(step.sql).strip("\n").split("\n")
    yield f"{step.number:>4}  {done}{first}"
    yield from (f"      {line}" for line in rest)
    if step.title:
        yield f"      {step.kind}: {harmless(step.title)}"
    yield from (f"        {line}" for line in impact_text(step.impact, step.kept))
    yield from (f"        {line}" for line in meanwhile_text(step))
    for hazard in step.hazards:
        yield from (f"        {line}" for line in hazard_text(hazard))
    if step.group is None and step.kind is not StepKind.WINDOW:
        yield "        outside of a transaction: it is kept even if a later step fails"
    if step.path:
        yield f"        from {harmless(step.place)}"
