"""What an act costs the operator: the question asked before it, as one pure function.

The question costs what the answer can cost. A local redo is one key; a production rollback is the
target's name once and one key a phase; a phase that destroys data is a whole sentence, typed at
that phase. Screens only draw the value; the command line reads its level.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum, StrEnum

from cockpit.model.activity import SessionFacts
from cockpit.model.hazard import Severity
from cockpit.model.locks import LockMode, strongest
from cockpit.model.migration import Direction
from cockpit.model.plan import Plan, PlannedPhase, StepKind
from cockpit.model.target import Environment, Standpoint


class Level(IntEnum):
    """How much an act may cost; the question grows with it."""

    LOOK = 0
    ALONE = 1
    """Undoable, and nobody else is touched."""
    SHARED = 2
    PROTECTED = 3
    LOSES = 4
    """Data goes, others are blocked for long, or there is no way back."""
    PEOPLE = 5
    """Somebody else's session."""


class Act(StrEnum):
    """Everything that changes something; the value is how dialogs say it."""

    ARM = "arm writing"
    TAKE_LOCK = "take the deployment lock"
    RELEASE_LOCK = "give the deployment lock back"
    LEAVE = "give the lock back and leave"
    APPLY = "apply"
    ROLLBACK = "roll back"
    REDO = "redo"
    CONTINUE = "run the next phase"
    HOLD = "hold after this step"
    CANCEL = "cancel the statement"
    TERMINATE = "end a session"


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


@dataclass(frozen=True, slots=True)
class Ceremony:
    """One question."""

    level: Level
    title: str
    lines: Lines
    typed: str | None = None
    """What must be typed; None where a single `Y` is enough."""
    arming_seconds: float = 0.6
    """How long the question must have been open (or the text complete) before `Y` counts."""
    needs_reason: bool = False
    """A reason for the journal must be given."""
    stepwise: bool = False
    """The run waits for the operator before every phase."""
    dangers: tuple[str, ...] = ()
    """Why it is level 4, in words."""


def ceremony(
    act: Act,
    standpoint: Standpoint,
    plan: Plan | None = None,
    *,
    phase: int | None = None,
    session: SessionFacts | None = None,
) -> Ceremony:
    """The least that must be asked before this act.

    `plan` is needed for apply, roll back, redo and continue, `phase` (from 0) for continue,
    `session` for ending one.
    """
    if act is Act.TERMINATE and session is not None:
        return _terminate(session)
    if act is Act.CONTINUE and plan is not None and phase is not None:
        return _continue(standpoint, plan, phase)
    if act in (Act.APPLY, Act.ROLLBACK, Act.REDO) and plan is not None:
        return _run(act, standpoint, plan)
    return _simple(act, standpoint)


def dangers(phase: PlannedPhase) -> tuple[str, ...]:
    """Why this phase asks for a typed sentence, in words; empty when it does not."""
    found = [f"loses {words}" for words in _losses(phase)]
    found += [
        hazard.message
        for step in phase.steps
        for hazard in step.hazards
        if hazard.severity is Severity.HIGH
    ]
    if phase.direction is Direction.UP and phase.undo is None:
        found.append(f"{phase.version} {phase.phase} has no down script: there is no way back")
    if _out_of_order(phase):
        found.append(f"{phase.version} is older than {phase.previous_version}, which is applied")
    return tuple(dict.fromkeys(found))


def is_dangerous(plan: Plan) -> bool:
    """Whether any phase of the plan asks for a typed sentence."""
    return any(dangers(phase) for phase in plan.phases)


def _run(act: Act, standpoint: Standpoint, plan: Plan) -> Ceremony:
    """The question before a run: the name of a protected target, `Y` elsewhere."""
    risky = is_dangerous(plan)
    local = standpoint.environment is Environment.LOCAL and not standpoint.protected
    level = _run_level(standpoint, local, risky)
    return Ceremony(
        level=level,
        title=act.value,
        lines=five_lines(plan),
        typed=standpoint.name if standpoint.protected else None,
        arming_seconds=0.3 if level is Level.ALONE else 0.6,
        needs_reason=risky and not local,
        stepwise=standpoint.protected or (risky and not local),
        dangers=tuple(w for phase in plan.phases for w in dangers(phase)),
    )


def _run_level(standpoint: Standpoint, local: bool, risky: bool) -> Level:
    if standpoint.protected:
        return Level.PROTECTED
    return Level.ALONE if local and not risky else Level.SHARED


def _continue(standpoint: Standpoint, plan: Plan, index: int) -> Ceremony:
    """Nothing is asked before a harmless phase; a typed sentence before a dangerous one."""
    phase = plan.phases[index]
    lines, found = phase_lines(plan, index), dangers(phase)
    words = "apply" if phase.direction is Direction.UP else "roll back"
    title = f"{words}, phase {index + 1} of {len(plan.phases)}"
    local = standpoint.environment is Environment.LOCAL and not standpoint.protected
    if found and not local:
        sentence = f"{words} {phase.version} on {standpoint.name}"
        return Ceremony(Level.LOSES, title, lines, sentence, 5.0, stepwise=True, dangers=found)
    level = Level.SHARED if phase.gate else Level.LOOK
    return Ceremony(level, title, lines, stepwise=True, dangers=found)


def _terminate(session: SessionFacts) -> Ceremony:
    open_for = session.transaction_age
    age = f" in {timedelta(seconds=round(open_for.total_seconds()))}" if open_for else ""
    return Ceremony(
        level=Level.PEOPLE,
        title=Act.TERMINATE.value,
        lines=Lines(
            runs=f"pg_terminate_backend({session.pid}), once",
            blocks="nobody",
            loses=f"whatever {session.user} has not committed{age}",
            leaves=f"session {session.pid} of {session.application or session.user} gone",
            way_back="none: its open transaction is undone by the server",
        ),
        typed=str(session.pid),
    )


_SIMPLE: dict[Act, Lines] = {
    Act.ARM: Lines(
        "nothing yet: it allows writing for 15 minutes",
        "nobody",
        "nothing",
        "this database writable from this cockpit only",
        "W again, or wait: it ends by itself",
    ),
    Act.TAKE_LOCK: Lines(
        "pg_try_advisory_lock, once",
        "other deployments of this database; no reads, no writes",
        "nothing",
        "the deployment lock with you",
        "L again gives it back; so does leaving",
    ),
    Act.RELEASE_LOCK: Lines(
        "pg_advisory_unlock, once",
        "nobody",
        "nothing",
        "the deployment lock free for others",
        "L takes it again, if nobody was faster",
    ),
    Act.LEAVE: Lines(
        "pg_advisory_unlock, then the cockpit ends",
        "nobody",
        "nothing",
        "the deployment lock free, the database as it is now",
        "start the cockpit again",
    ),
    Act.HOLD: Lines(
        "the current step to its end, then nothing more",
        "what the current step blocks, until it ends",
        "nothing",
        "every finished phase kept, the rest not started",
        "run the rest later, or roll the finished phases back",
    ),
    Act.CANCEL: Lines(
        "pg_cancel_backend on our own statement",
        "nobody",
        "the work of the current transaction",
        "finished phases kept, this one undone",
        "run it again",
    ),
}


def _simple(act: Act, standpoint: Standpoint) -> Ceremony:
    """An act without a plan. Giving back and stopping is never made hard."""
    lines = _SIMPLE[act]
    local = standpoint.environment is Environment.LOCAL and not standpoint.protected
    if act is Act.ARM and standpoint.protected:
        return Ceremony(Level.PROTECTED, act.value, lines, typed=standpoint.name)
    if act in (Act.ARM, Act.TAKE_LOCK) and not local:
        return Ceremony(Level.SHARED, act.value, lines)
    return Ceremony(Level.ALONE, act.value, lines, arming_seconds=0.3)


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
    phase = plan.phases[index]
    open_steps = [step for step in phase.steps if not step.already_done]
    statements = sum(step.kind is StepKind.SQL for step in open_steps)
    around = "one transaction" if phase.transactional else "not one transaction"
    after = f"{phase.version} {'applied' if phase.direction is Direction.UP else 'rolled back'}"
    if not phase.last_of_version:
        after = f"{phase.version} partly done"
    return Lines(
        runs=f"{_plural(statements, 'statement')} in {around}",
        blocks=_blocks((phase,)),
        loses=_loses((phase,)),
        leaves=f"{after}; {_plural(len(plan.phases) - index - 1, 'phase')} left",
        way_back=_way_back((phase,)),
    )


def _blocks(phases: tuple[PlannedPhase, ...]) -> str:
    """Who waits for what, strongest lock first."""
    held: dict[str, list[LockMode]] = {}
    for phase in phases:
        for step in phase.steps:
            for lock in step.impact.locks if step.impact else ():
                if lock.is_index:
                    continue
                held.setdefault(lock.relation, []).append(lock.mode)
    worst = [(relation, strongest(modes)) for relation, modes in held.items()]
    groups: dict[str, list[str]] = {}
    for relation, mode in sorted(worst, key=lambda pair: -(pair[1].rank if pair[1] else 0)):
        if mode and (mode.blocks_reads or mode.blocks_writes):
            groups.setdefault(mode.blocks, []).append(relation.removeprefix("public."))
    if groups:
        return "; ".join(f"{what} on {', '.join(names)}" for what, names in groups.items())
    return _unknown(phases, "not known: a step hides what it runs") or "no reads and no writes"


def _loses(phases: tuple[PlannedPhase, ...]) -> str:
    lost = tuple(dict.fromkeys(words for phase in phases for words in _losses(phase)))
    if lost:
        return ", ".join(lost)
    return _unknown(phases, "not known: a step hides what it runs") or (
        "nothing: no table, column or row is dropped"
    )


def _unknown(phases: tuple[PlannedPhase, ...], words: str) -> str:
    """The words, if some step cannot be read ahead."""
    hidden = (s.impact.unknown for phase in phases for s in phase.steps if s.impact)
    return words if any(hidden) else ""


def _losses(phase: PlannedPhase) -> tuple[str, ...]:
    return tuple(words for step in phase.steps if step.impact for words in step.impact.loses)


def _leaves(plan: Plan) -> str:
    if not plan.phases:
        return "everything as it is"
    last = plan.phases[-1]
    newest = last.previous_version
    partial = "" if last.last_of_version else f"; {last.version} partly done"
    return (f"schema at {newest}" if newest else "no migration applied") + partial


def _way_back(phases: tuple[PlannedPhase, ...]) -> str:
    """How to return from where the phases lead."""
    if not phases:
        return "not needed"
    final = {phase.version: phase.direction for phase in phases}
    ups = [v for v, direction in final.items() if direction is Direction.UP]
    if not ups:
        return f"apply {_names(list(reversed(final)))} again"
    stuck = [p.version for p in phases if p.direction is Direction.UP and p.undo is None]
    if stuck:
        return f"none for {_names(list(dict.fromkeys(stuck)))}: no down script"
    return f"roll back {_names(list(reversed(ups)))}"


def _names(versions: list[str]) -> str:
    """One or two versions by name, more as a range."""
    if len(versions) > 2:
        return f"{versions[0]} to {versions[-1]} ({len(versions)})"
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
