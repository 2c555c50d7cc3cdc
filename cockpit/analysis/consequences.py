"""What a plan does to others, in five lines and in the dangers that cost a typed sentence."""

from collections.abc import Iterable
from dataclasses import dataclass

from cockpit.analysis.foreseen import foreseen
from cockpit.model.hazard import Severity
from cockpit.model.impact import RelationLock
from cockpit.model.locks import LockMode, strongest
from cockpit.model.migration import Direction
from cockpit.model.plan import Plan, PlannedPhase, StepKind

_NAMED = 3
"""Tables that a plan itself makes are named up to so many; a new database is full of them."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The five lines every question shows, always all five and in this order."""

    runs: str
    blocks: str
    loses: str
    leaves: str
    way_back: str

    @property
    def labelled(self) -> tuple[tuple[str, str], ...]:
        """Label and words, in the order a tired reader has learned."""
        return (
            ("runs", self.runs),
            ("blocks", self.blocks),
            ("loses", self.loses),
            ("leaves", self.leaves),
            ("way back", self.way_back),
        )


def dangers(phase: PlannedPhase) -> tuple[str, ...]:
    """Why this phase asks for a typed sentence, in words; empty when it does not."""
    found = [f"loses {words}" for step in phase.steps for words in step.data_lost]
    found += [
        hazard.message
        for step in phase.steps
        for hazard in step.hazards
        if hazard.severity is Severity.HIGH
    ]
    if phase.direction is Direction.UP and phase.undo is None:
        found.append(_one_way(phase))
    if _out_of_order(phase):
        found.append(f"{phase.version} is older than {phase.previous_version}, which is applied")
    return tuple(dict.fromkeys(found))


def _one_way(phase: PlannedPhase) -> str:
    """Why it cannot be rolled back: in the author's words where there are some."""
    if phase.irreversible:
        return f"{phase.version} is irreversible: {phase.irreversible}"
    return f"{phase.version} {phase.phase} has no down script: there is no way back"


def is_calm(phase: PlannedPhase) -> bool:
    """Whether it needs no decision of its own: no danger, no gate."""
    return phase.gate is None and not dangers(phase)


def stretch(plan: Plan, index: int) -> range:
    """The phases that one confirmation lets run: this one, and the calm ones right behind it."""
    end = index + 1
    while end < len(plan.phases) and is_calm(plan.phases[end]):
        end += 1
    return range(index, end)


def stop_words(plan: Plan, index: int) -> str:
    """Why a run stops before this phase: `phase 6 loses column orders.note`; empty at the end."""
    if index >= len(plan.phases):
        return ""
    phase = plan.phases[index]
    lost = _losses(phase)
    why = "blocks others, or cannot be undone"
    if lost:
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        why = f"loses {lost[0]}{more}"
    elif phase.gate:
        why = f"waits at a gate: {phase.gate}"
    return f"phase {index + 1} {why}"


def is_dangerous(plan: Plan) -> bool:
    """Whether any phase of the plan asks for a typed sentence."""
    return any(dangers(phase) for phase in plan.phases)


def five_lines(plan: Plan) -> Lines:
    """A whole plan in five lines."""
    statements = sum(step.kind is StepKind.SQL for step in plan.steps)
    backfills = sum(phase.backfill is not None for phase in plan.phases)
    parts = [_plural(len(plan.phases), "phase"), _plural(statements, "statement")]
    if backfills:
        parts.append(_plural(backfills, "backfill"))
    return Lines(
        runs=", ".join(parts) if plan.phases else "nothing: the target is there already",
        blocks=_blocks(plan.phases),
        loses=_loses(plan.phases),
        leaves=_leaves(plan),
        way_back=_way_back(plan.phases),
    )


def phase_lines(plan: Plan, index: int) -> Lines:
    """One phase in five lines; `index` counts from 0."""
    return stretch_lines(plan, range(index, index + 1))


def stretch_lines(plan: Plan, numbers: range) -> Lines:
    """Phases that run after one confirmation, in five lines; `numbers` count from 0."""
    phases = plan.phases[numbers.start : numbers.stop]
    last = phases[-1]
    after = f"{last.version} {'applied' if last.direction is Direction.UP else 'rolled back'}"
    if not last.last_of_version:
        after = f"{last.version} partly done"
    left = f"{_plural(len(plan.phases) - numbers.stop, 'phase')} left{_restores(phases)}"
    if stop := foreseen(phases):
        after, left = "the run stopped", f"step {stop.step} fails: {stop.why}"
    return Lines(
        runs=_phase_runs(last) if len(phases) == 1 else _stretch_runs(plan, numbers),
        blocks=_blocks(phases),
        loses=_loses(phases),
        leaves=f"{after}; {left}",
        way_back=_way_back(phases),
    )


def _stretch_runs(plan: Plan, numbers: range) -> str:
    """`phases 1 to 2, 3 statements; stops before phase 3: it loses ...`."""
    phases = plan.phases[numbers.start : numbers.stop]
    statements = sum(step.kind is StepKind.SQL for phase in phases for step in phase.steps)
    backfills = sum(phase.backfill is not None for phase in phases)
    parts = [f"phases {numbers.start + 1} to {numbers.stop}", _plural(statements, "statement")]
    parts += [_plural(backfills, "backfill")] * bool(backfills)
    stop = stop_words(plan, numbers.stop)
    return ", ".join(parts) + (f"; then stops: {stop}" if stop else "; then it is done")


def _phase_runs(phase: PlannedPhase) -> str:
    """What is sent for a phase; steps that an earlier run has committed are left out."""
    left = [step for step in phase.steps if not step.already_done]
    statements = sum(step.kind is StepKind.SQL for step in left)
    around = "in one transaction" if phase.transactional else "outside of a transaction"
    if phase.backfill:
        table, batch = phase.backfill.table, phase.backfill.batch
        return f"a backfill of {table} in batches of {batch} rows, each kept at once"
    if not statements:
        return "no statement: only the record is written"
    return f"{_plural(statements, 'statement')} {around}"


def _blocks(phases: tuple[PlannedPhase, ...]) -> str:
    """Who waits for what, strongest lock first; at last on what the plan itself makes."""
    impacts = [step.impact for phase in phases for step in phase.steps if step.impact]
    felt = _felt(impact.locks for impact in impacts)
    parts = [f"{what} on {', '.join(names)}" for what, names in felt.items()]
    parts += [f"every write of {phase.readonly.words}" for phase in phases if phase.readonly]
    made = _felt(impact.new_locks for impact in impacts)
    later = [f"{what} on {_few(names)}, new in this plan" for what, names in made.items()]
    hidden = _hidden(phases)
    if parts:
        return "; ".join([*dict.fromkeys([*parts, *later]), *_more(hidden)])
    nobody = "no reads and no writes"
    if later:
        nobody = "; ".join([f"{nobody} of what is there now", *later])
    return f"not known: {hidden}" if hidden else nobody


def _felt(steps: Iterable[tuple[RelationLock, ...]]) -> dict[str, list[str]]:
    """The relations whose readers or writers wait, by what waits; strongest lock first."""
    held: dict[str, list[LockMode]] = {}
    for locks in steps:
        for lock in _told(locks):
            held.setdefault(lock.relation, []).append(lock.mode)
    worst = [(relation, strongest(modes)) for relation, modes in held.items()]
    groups: dict[str, list[str]] = {}
    for relation, mode in sorted(worst, key=lambda pair: -(pair[1].rank if pair[1] else 0)):
        if mode and (mode.blocks_reads or mode.blocks_writes):
            groups.setdefault(mode.blocks, []).append(relation.removeprefix("public."))
    return groups


def _few(names: list[str]) -> str:
    """Three of them by name, and how many more."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"


def _told(locks: Iterable[RelationLock]) -> list[RelationLock]:
    """Without indexes, and without the sequences that a table's own columns count with."""
    found = [lock for lock in locks if not lock.is_index]
    return [lock for lock in found if lock.kind != "S"] or found


def _loses(phases: tuple[PlannedPhase, ...]) -> str:
    lost = tuple(dict.fromkeys(words for phase in phases for words in _losses(phase)))
    kept = [
        s.holding.words for p in phases for s in p.steps if s.kind is StepKind.KEEP if s.holding
    ]
    in_attic = f"kept in the attic: {', '.join(kept)}" if kept else ""
    hidden = _hidden(phases)
    if lost:
        return "; ".join(part for part in (", ".join(lost), in_attic, *_more(hidden)) if part)
    if in_attic:
        return "; ".join([f"nothing: {in_attic}", *_more(hidden)])
    return f"not known: {hidden}" if hidden else "nothing: no table, column or row is dropped"


def _hidden(phases: tuple[PlannedPhase, ...]) -> str:
    """Which steps cannot be read ahead: `step 5 hides what it runs`; empty where all can."""
    steps = [s for phase in phases for s in phase.steps if s.impact and not s.already_done]
    numbers = [str(step.number) for step in steps if step.impact and step.impact.unknown]
    if len(numbers) == 1:
        return f"step {numbers[0]} hides what it runs"
    return f"steps {_few(numbers)} hide what they run" if numbers else ""


def _more(hidden: str) -> list[str]:
    """Behind what is known."""
    return [f"more is not known: {hidden}"] if hidden else []


def _losses(phase: PlannedPhase) -> tuple[str, ...]:
    return tuple(words for step in phase.steps for words in step.loses)


def _leaves(plan: Plan) -> str:
    if not plan.phases:
        return "everything as it is"
    if stop := foreseen(plan.phases):
        return f"{'half done' if stop.kept else 'everything as it is'}: {stop.words}"
    last = plan.phases[-1]
    newest = last.previous_version
    partial = "" if last.last_of_version else f"; {last.version} partly done"
    reached = f"schema at {newest}" if newest else "no migration applied"
    return f"{reached}{partial}{_restores(plan.phases)}"


def _restores(phases: tuple[PlannedPhase, ...]) -> str:
    """What comes back from the attic, behind what is left; empty where nothing does."""
    back = [
        s.holding.words for p in phases for s in p.steps if s.kind is StepKind.RESTORE if s.holding
    ]
    return f"; puts back {', '.join(back)}" if back else ""


def _way_back(phases: tuple[PlannedPhase, ...]) -> str:
    """How to return from where the phases lead."""
    if not phases:
        return "not needed"
    final = {phase.version: phase.direction for phase in phases}
    ups = [v for v, direction in final.items() if direction is Direction.UP]
    kept = [step for phase in phases for step in phase.steps if step.kind is StepKind.KEEP]
    data = ", with the kept data put back" if any(step.comes_back for step in kept) else ""
    nowhere = [p.version for p in phases if final[p.version] is Direction.DOWN and not p.in_git]
    if nowhere:
        attic = "; the data kept stays in the attic" if kept else ""
        return f"none for {_names(list(dict.fromkeys(nowhere)))}: no commit has its file{attic}"
    if not ups:
        again = _names(list(reversed(final)))
        elsewhere = (
            "" if all(phase.in_ref for phase in phases) else ", from a ref that has the files"
        )
        return f"apply {again} again{elsewhere}{data}"
    stuck = [p for p in phases if p.direction is Direction.UP and p.undo is None]
    if stuck:
        attic = "; the data kept stays in the attic" if kept else ""
        reasons = list(dict.fromkeys(p.irreversible or "no down script" for p in stuck))
        versions = _names(list(dict.fromkeys(p.version for p in stuck)))
        return f"none for {versions}: {'; '.join(reasons)}{attic}"
    return f"roll back {_names(list(reversed(ups)))}{data}"


def _names(versions: list[str]) -> str:
    """One or two versions by name; of more no range, since others may lie in it."""
    if len(versions) > 2:
        return f"{versions[0]} and {len(versions) - 1} more"
    return " and ".join(versions)


def _out_of_order(phase: PlannedPhase) -> bool:
    """An apply after which a newer version than this one is still the newest applied."""
    return (
        phase.direction is Direction.UP
        and phase.last_of_version
        and phase.previous_version not in (None, phase.version)
    )


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun if number == 1 else noun + 's'}"
