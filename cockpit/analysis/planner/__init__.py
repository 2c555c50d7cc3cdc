"""From where a target is to where one wants it: pure, ordered, sealed with an id."""

from collections.abc import Iterable, Set
from dataclasses import replace

from cockpit.analysis.ownership import ownership_notes
from cockpit.analysis.planner.again import redo
from cockpit.analysis.planner.backward import rollback
from cockpit.analysis.planner.draft import Draft
from cockpit.analysis.planner.forward import apply
from cockpit.analysis.planner.keeping import Keeping
from cockpit.analysis.planner.seal import seal
from cockpit.analysis.planner.situation import Recovered, Situation
from cockpit.analysis.planner.steps import with_impact
from cockpit.analysis.planner.windows import with_windows
from cockpit.model.facts import CatalogFacts
from cockpit.model.goal import Action, Goal
from cockpit.model.plan import Plan, PlannedPhase, StepKind
from cockpit.model.problem import Problem

__all__ = ["Recovered", "Situation", "make_plan"]


def make_plan(situation: Situation, goal: Goal) -> Plan:
    """The dry run. Never raises for what the operator may have asked: `Plan.refusals` says it."""
    draft = Draft(
        situation,
        settle=goal.step_in_doubt,
        down_from=goal.down_from,
        half_way=goal.half_way,
    )
    _forbid(draft)
    if situation.facts_missing:
        draft.note(
            "Locks are predicted from the text alone, which is less than the catalog knows: "
            f"{situation.facts_missing}"
        )
    match goal.action:
        case Action.APPLY:
            apply(draft, goal)
        case Action.ROLLBACK:
            rollback(draft, goal)
        case Action.REDO:
            redo(draft, goal)
    _forbid_bad_files(draft, goal)
    keeping = Keeping(draft, goal)
    weighed = with_impact(draft.phases, _facts(draft), situation.identity.major)
    phases = keeping.through(with_windows(draft, weighed))
    _note_rights(draft, phases)
    plan = Plan(
        id="",
        goal=goal,
        target=situation.identity.key,
        standpoint=situation.standpoint.name,
        tool=situation.tool,
        head=situation.history.head,
        commit=situation.revision.commit,
        ref=situation.revision.asked,
        worktree=situation.revision.worktree,
        phases=tuple(_titled(phase, situation) for phase in phases),
        notes=tuple(draft.notes),
        refusals=tuple(draft.refusals),
        other_ways=tuple(draft.other_ways),
        keeps=tuple(keeping.keeps),
        keepable=tuple(keeping.keepable),
        restorable=tuple(keeping.restorable),
    )
    return seal(plan)


def _facts(draft: Draft) -> CatalogFacts | None:
    """The catalog, with how many rows the planner expects the drafted statements to find."""
    facts = draft.situation.facts
    steps = (step for phase in draft.phases for step in phase.steps)
    left = [step.sql for step in steps if step.sql and not step.already_done]
    return draft.situation.expecting(facts, left) if facts else None


def _note_rights(draft: Draft, phases: Iterable[PlannedPhase]) -> None:
    """A reader may plan for somebody who may write: notes, which leave the plan the same."""
    rights, facts = draft.situation.rights, draft.situation.facts
    if rights is None:
        return
    if rights.refusal:
        draft.note(f"{rights.refusal} {rights.way_out}")
    for words in ownership_notes(phases, facts, rights) if facts else ():
        draft.note(words)


def _forbid(draft: Draft) -> None:
    """What forbids every plan on this target."""
    situation = draft.situation
    if situation.identity.in_recovery:
        draft.refuse("This server is a standby: it can be looked at, never written.")
    if situation.not_driven:
        draft.refuse(situation.not_driven)
    if situation.standpoint.disagreement:
        draft.refuse(f"Writing is impossible: {situation.standpoint.disagreement}.")
    for problem in (*situation.history.problems, *situation.problems):
        if problem.blocks_writing and problem.version is None:
            draft.refuse(f"{problem}. {problem.next_step}".strip())
    for problem in situation.history.problems:
        if problem.blocks_writing and problem.version is not None:
            draft.refuse(f"{problem}. {problem.next_step}".strip())


def _forbid_bad_files(draft: Draft, goal: Goal) -> None:
    """What forbids this plan: files in it that are wrong, or that no commit holds."""
    touched = {phase.version for phase in draft.phases if phase.from_files}
    for problem in draft.situation.migrations.problems:
        if problem.blocks_writing and problem.version in touched:
            draft.refuse(f"{problem}. {problem.next_step}".strip())
        elif problem.blocks_writing and _is_passed_over(draft, goal, problem, touched):
            draft.refuse(
                f"{problem}. It comes before what would run, perhaps on what it makes. "
                f"{problem.next_step} Or apply others by name: --only."
            )
        elif problem.blocks_writing:
            draft.note(f"Left out: {problem}.")
        elif problem.version in touched:
            draft.note(f"{problem}.")
    if not draft.situation.standpoint.protected:
        return
    for migration in draft.situation.migrations.migrations:
        if migration.uncommitted and migration.version in touched:
            draft.refuse(
                f"{migration.path} is not committed as it stands: a protected target is only "
                "ever written from a commit. Commit it, or name a ref."
            )


def _is_passed_over(draft: Draft, goal: Goal, problem: Problem, touched: Set[str]) -> bool:
    """It comes before something that would run, and nobody has said to run that without it."""
    if goal.action is not Action.APPLY or goal.only or problem.version is None:
        return False
    known = draft.situation.find(problem.version)
    another_file = known and known.migration and known.migration.path != problem.path
    if known is not None and not known.state.waits and not another_file:
        return False
    key = draft.situation.order_key
    return any(key(problem.version) < key(version) for version in touched)


def _titled(phase: PlannedPhase, situation: Situation) -> PlannedPhase:
    words = situation.record_words(phase)
    steps = tuple(
        replace(step, title=words) if step.kind is StepKind.RECORD else step for step in phase.steps
    )
    return replace(phase, steps=steps)
