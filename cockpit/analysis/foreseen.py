"""The step at which a plan is known to stop before it has begun, and what stays of it then."""

from collections.abc import Sequence
from dataclasses import dataclass

from cockpit.model.goal import Action
from cockpit.model.plan import Plan, PlannedPhase, Step, StepKind


@dataclass(frozen=True, slots=True)
class Foreseen:
    """PostgreSQL refuses a step, as far as the catalog and the steps before it tell."""

    step: int
    why: str
    kept: str
    """What is committed before it, as a clause; empty where nothing is: all of it is undone."""
    gated: bool
    """Somebody is asked before it is reached, and may have changed by then what it fails of."""

    @property
    def words(self) -> str:
        """`step 21 fails: other objects depend on it: view cheap; phases 1 to 7 stay`."""
        return f"step {self.step} fails: {self.why}; {self.kept or 'nothing of it stays'}"


def foreseen(phases: Sequence[PlannedPhase]) -> Foreseen | None:
    """The first step that is known to fail; None where none is."""
    for index, phase in enumerate(phases):
        for step in phase.steps:
            if step.impact and step.impact.fails and not step.already_done:
                gated = any(each.gate is not None for each in phases[: index + 1])
                kept = _kept(phases[:index], phase, step)
                return Foreseen(step.number, step.impact.fails, kept, gated)
    return None


def stops_halfway(plan: Plan) -> Foreseen | None:
    """A failure that would leave a part of the plan behind, with nobody asked in between."""
    found = foreseen(plan.phases)
    return found if found and found.kept and not found.gated else None


def may_stop_halfway(plan: Plan) -> bool:
    """Whether a failure could leave a part of it behind, so that the catalog is worth reading.

    A redo is tried because it may fail, again and again: that is not worth waiting for.
    """
    several = len(plan.phases) > 1 or any(not phase.transactional for phase in plan.phases)
    return several and plan.goal.action is not Action.REDO


def _kept(before: Sequence[PlannedPhase], phase: PlannedPhase, failing: Step) -> str:
    if len(before) == 1:
        return "phase 1 stays"
    if before:
        return f"phases 1 to {len(before)} stay"
    earlier = [
        step
        for step in phase.steps
        if step.number < failing.number and step.kind in (StepKind.SQL, StepKind.BACKFILL)
    ]
    alone = [step for step in earlier if step.group is None or step.group != failing.group]
    return "what ran before it stays" if alone else ""
