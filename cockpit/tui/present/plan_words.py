"""A plan as rows: phases, steps, what a step locks, what it can hurt."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from cockpit.analysis.consequences import Lines, five_lines
from cockpit.model.hazard import Severity
from cockpit.model.impact import Basis, Impact
from cockpit.model.locks import LockMode
from cockpit.model.migration import Direction
from cockpit.model.plan import Plan, PlannedPhase, Step, StepKind
from cockpit.present.durations import plural
from cockpit.present.harmless import harmless, harmless_block
from cockpit.tui.present.lanes import ROLE_OF_SEVERITY
from cockpit.tui.present.line import Line, line
from cockpit.tui.present.sql_words import sql_lines

_MEMBERS = 5
_NAMED_KINDS = (
    StepKind.CHECK, StepKind.GATE, StepKind.KEEP, StepKind.RESTORE, StepKind.WINDOW,
)  # fmt: skip
"""Kinds whose title does not say what they are."""
_WIDE_NAMES = 24
"""Cells that versions may take in a title; beyond them they are counted."""


def plan_title(plan: Plan) -> str:
    """`ROLL BACK 0043 → 0042`, `APPLY 0043, 0044`."""
    verb = plan.goal.action.words.upper()
    if plan.empty:
        return f"{verb}: nothing to do"
    versions = [harmless(version) for version in plan.versions]
    named = ", ".join(versions)
    if len(versions) > 2 or len(named) > _WIDE_NAMES:
        named = plural(len(versions), "migration")
    if len(versions) == 1:
        named += f" {harmless(plan.phases[0].name)}"
    last = plan.phases[-1]
    if last.direction is Direction.DOWN and last.last_of_version:
        release = f"release {harmless(plan.goal.to_tag)}, " if plan.goal.to_tag else ""
        named += f" → {release}{harmless(last.previous_version or 'nothing applied')}"
    return f"{verb} {named}"


def plan_members(plan: Plan) -> str:
    """The migrations by name, in the order they are touched; empty where the title has them."""
    names = list(dict.fromkeys(harmless(phase.name) for phase in plan.phases))
    if len(plan.versions) < 2:
        return ""
    more = f" and {len(names) - _MEMBERS} more" if len(names) > _MEMBERS else ""
    return ", ".join(names[:_MEMBERS]) + more


def plan_name(plan: Plan) -> str:
    """`plan 7f3a01c2`: the same on its screen, in its question and where it is replaced."""
    return f"plan {plan.id[:8]}"


def changed_words(before: Plan, plan: Plan) -> str:
    """Another plan is shown from now on, and what it loses."""
    loses = five_lines(plan).loses.partition(":")[0]
    return f"Another plan: {plan.id[:8]} in place of {before.id[:8]}. It loses {loses}."


def gate_words(gate: str) -> tuple[str, ...]:
    """What `Y` says at a gate: nobody but the operator can know it."""
    return (f"gate: {harmless(gate)}", "Y says that this is true: the cockpit cannot check it")


def gates_ahead(plan: Plan) -> tuple[str, ...]:
    """Where the run will stop until somebody says that a thing is true."""
    return tuple(
        f"phase {number} waits at a gate, until you say it is true: {harmless(phase.gate)}"
        for number, phase in enumerate(plan.phases, 1)
        if phase.gate and not phase.gate_sql
    )


def plan_facts(plan: Plan) -> str:
    """`2 phases · 5 steps · plan 7f3a01c2`."""
    parts = [plural(len(plan.phases), "phase"), plural(len(plan.steps), "step")]
    goal = [plan.goal.words] if len(plan.versions) > 1 else []
    return " · ".join([*goal, *parts, plan_name(plan)])


def step_title(step: Step) -> str:
    """One short row for a step: its own words, or what the statement does to what."""
    if step.kind is StepKind.RECORD and " as " in step.title:
        return f"record it as {harmless(step.title.rpartition(' as ')[2])}"
    if step.title:
        lead = f"{step.kind}: " if step.kind in _NAMED_KINDS else ""
        return lead + harmless(step.title)
    statement = " ".join(harmless(step.sql.replace("\n", " ")).split())
    return statement or step.kind.value


def phase_words(plan: Plan, index: int) -> str:
    """What tells this phase from the others of the plan: its version, its name, or both."""
    phase = plan.phases[index]
    name = "" if phase.phase == "up" else phase.phase
    alone = len(plan.versions) == 1 and name
    words = name if alone else f"{phase.version} {name}".strip()
    return harmless(words)


def phase_row(plan: Plan, index: int, width: int) -> Line:
    """The rule above the steps of a phase; narrow ones leave the transaction to the detail."""
    phase = plan.phases[index]
    arrow = "↑" if phase.direction is Direction.UP else "↓"
    around = "one transaction" if phase.transactional else "not one transaction"
    head = ((f"{arrow} ", "title"), (phase_words(plan, index), "title"))
    whole = line(*head, (f"  {around}", "muted"), tail=_worst(phase.severity))
    return whole if whole.width <= width else line(*head, tail=_worst(phase.severity))


def step_row(step: Step) -> Line:
    """A step in the list of a plan."""
    worst = max((hazard.severity for hazard in step.hazards), default=Severity.NONE)
    role = "off" if step.already_done else "muted" if step.kind is StepKind.RECORD else ""
    title = f"done: {step_title(step)}" if step.already_done else step_title(step)
    hidden = step.impact is not None and step.impact.unknown and not step.already_done
    tail = _worst(worst) or ([(" hides what it runs", "high")] if hidden else [])
    return line((f"{step.number:>4} ", "muted"), (title, role), tail=tail)


def _worst(severity: Severity) -> list[tuple[str, str]]:
    return [(f" {severity.word}", ROLE_OF_SEVERITY[severity])] if severity.word else []


def step_detail(phase: PlannedPhase, step: Step, *, laid_out: str = "") -> tuple[Line, ...]:
    """Everything about one step: statement, locks, hazards, where it comes from.

    `laid_out`: the same statement broken into lines, where it is one long one.
    """
    lines: list[Line] = []
    if laid_out:
        lines += sql_lines(laid_out)
        lines.append(line(("laid out for reading; y copies it as it is sent", "muted")))
    elif step.sql:
        lines += sql_lines(step.sql)
    else:
        lines.append(line((step_title(step), "strong")))
    lines += [line(), *impact_lines(step.impact, step.kept), *hazard_lines(step)]
    place = step.place or phase.origin
    if phase.origin and phase.direction is Direction.DOWN:
        place = f"{place} (down script from {phase.origin})" if place else phase.origin
    lines.append(line(("from  ", "muted"), (harmless(place), "muted"), hang=6))
    if phase.transactional:
        lines.append(line(("      one transaction with its phase", "muted"), hang=6))
    elif step.group is None and step.kind in (StepKind.SQL, StepKind.BACKFILL):
        lines.append(
            line(
                ("  outside of a transaction: it is kept even if a later step fails", "muted"),
                hang=2,
            )
        )
    return tuple(lines)


def impact_lines(impact: Impact | None, kept: Collection[str] = ()) -> tuple[Line, ...]:
    """Locks strongest first, rewrites, scans, losses; what is kept before is dropped, not lost."""
    if impact is None:
        return ()
    lines = []
    known = "seen in a rehearsal" if impact.basis is Basis.OBSERVED else "predicted"
    for lock in sorted(impact.locks, key=lambda lock: -lock.mode.rank):
        role = "" if lock.is_index else role_of(lock.mode)
        name = harmless(lock.relation.removeprefix("public."))
        what = (f" on {name}, {lock.effect}", "")
        lines.append(line(("holds ", "muted"), (lock.mode.words, role), what, hang=6))
    for lock in sorted(impact.new_locks, key=lambda lock: -lock.mode.rank):
        name = harmless(lock.relation.removeprefix("public."))
        what = (f" on {name}, made before by this plan, {lock.effect}", "")
        lines.append(line(("holds ", "muted"), (lock.mode.words, ""), what, hang=6))
    for label, names, role in (
        ("writes", tuple(f"all of {n} into a new file" for n in impact.rewrites), "high"),
        ("reads ", tuple(f"all of {n}" for n in impact.scans), "medium"),
        ("builds", tuple(f"index {n} again" for n in impact.indexes_rebuilt), "medium"),
        ("drops ", tuple(f"{n}, kept before" for n in impact.loses if n in kept), "medium"),
        ("loses ", tuple(n for n in impact.loses if n not in kept), "high"),
    ):
        lines += [
            line((f"{label} ", "muted"), (harmless(n.replace("public.", "")), role), hang=7)
            for n in names
        ]
    if impact.unknown:
        lines.append(line(("! ", "drifted"), ("what it runs cannot be read ahead", "high"), hang=2))
    lines += [line(("note  ", "muted"), (harmless(note), "muted"), hang=6) for note in impact.notes]
    if not impact.locks and not impact.new_locks and not impact.unknown:
        lines.append(line(("locks no table that exists before it", "muted")))
    elif lines:
        lines[-1] = replace(lines[-1], spans=(*lines[-1].spans, (f" ({known})", "muted")))
    return tuple(lines)


def role_of(mode: LockMode) -> str:
    """The colour of a lock on a table."""
    return "high" if mode.blocks_reads else "medium" if mode.blocks_writes else ""


def hazard_lines(step: Step) -> tuple[Line, ...]:
    """Each hazard with its safer way."""
    lines = []
    for hazard in sorted(step.hazards, key=lambda hazard: -hazard.severity):
        role = ROLE_OF_SEVERITY[hazard.severity]
        lines.append(line((f"{hazard.severity.word:<5} ", role), harmless(hazard.message), hang=6))
        if hazard.safer:
            first, *rest = harmless_block(hazard.safer.strip("\n")).split("\n")
            lines.append(line(("safer ", "good"), first, hang=6))
            lines += [line(f"      {text}", hang=6) for text in rest]
    return tuple(lines)


def five_rows(lines: Lines) -> tuple[Line, ...]:
    """runs, blocks, loses, leaves, way back; always all five."""
    return tuple(
        line((f"{label:<9} ", "muted"), (harmless(words), _weight(label, words)), hang=10)
        for label, words in lines.labelled
    )


def _weight(label: str, words: str) -> str:
    calm = ("no", "nothing", "not needed", "roll back", "apply")
    if label in ("blocks", "loses") and not words.startswith(calm):
        return "high"
    if label == "way back" and words.startswith("none"):
        return "high"
    stops = label == "leaves" and " fails: " in words
    return "high" if stops or words.startswith("not known") else ""


def plan_script(plan: Plan) -> str:
    """The plan as a script for psql, with the name of what it was made for."""
    parts = [
        f"-- {plan.goal.words} on {plan.standpoint}, plan {plan.id}",
        "\\set ON_ERROR_STOP on",
    ]
    for phase in plan.phases:
        parts.append(f"\n-- {phase.direction} {phase.version} {phase.name}, phase {phase.phase}")
        body = [step.sql.rstrip().rstrip(";") + ";" for step in phase.steps if step.sql]
        parts += ["BEGIN;", *body, "COMMIT;"] if phase.transactional else body
    parts.append("\n-- the history table is not written by this script")
    return "\n".join(parts) + "\n"


def refusal_lines(plan: Plan) -> tuple[Line, ...]:
    """Why the plan may not run, and what one should know before running it."""
    refused: Iterable[Line] = (
        line(("x may not run: ", "failed"), (harmless(words), "high"), hang=2)
        for words in plan.refusals
    )
    notes = (line(("note ", "muted"), harmless(words), hang=5) for words in plan.notes)
    return (*refused, *notes)
