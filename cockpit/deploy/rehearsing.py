"""What a rehearsal needs of both sides: the plan, the way back of each version, the target."""

from dataclasses import replace
from pathlib import Path

from cockpit.analysis.planner import Situation, make_plan
from cockpit.database.connection import Connection
from cockpit.deploy.context import SystemClock
from cockpit.deploy.looking import Looking
from cockpit.deploy.opening import Opening
from cockpit.deploy.server_side import ServerSide
from cockpit.deploy.source_side import SourceSide
from cockpit.errors import UsageError
from cockpit.model.goal import Action, Goal
from cockpit.model.migration import Migration, Phase
from cockpit.model.plan import Plan
from cockpit.model.rehearsal import Rehearsal
from cockpit.model.target import Environment
from cockpit.rehearsal.leg import WayBack, legs_of, ways_of_apply
from cockpit.rehearsal.rehearse import Stage, Target, rehearse
from cockpit.rehearsal.store import ProofStore

__all__ = ["Stage", "rehearse_goal", "store_in"]


def store_in(folder: Path) -> ProofStore:
    """Where proofs are kept; nothing is created before one is."""
    return ProofStore(folder)


def rehearse_goal(
    opening: Opening, goal: Goal, stage: Stage, store: ProofStore | None = None
) -> Rehearsal:
    """Plan towards the goal and rehearse that plan; the proof is kept in `store`.

    The target is only read, so what forbids a run there (a standby, protection, a marker that
    disagrees) does not forbid this. Raises `UsageError` for a goal without a way back of its own.
    """
    if goal.action is Action.REDO:
        raise UsageError(
            "A redo is rehearsed as its two halves.", next_step="Rehearse rollback, then apply."
        )
    password = opening.password()
    opening = replace(opening, password=lambda: password)
    server = ServerSide(opening)
    try:
        looking = Looking(opening, SourceSide(opening), server, SystemClock())
        situation = _unprotected(looking.situation(looking.look(opening.ref, None), goal))
        # Sizes and halves are looked up while the plan is made.
        plan = make_plan(situation, goal)
    finally:
        server.close()
    if plan.empty and not plan.refusals:
        raise UsageError("There is nothing to rehearse.", next_step="Name another goal.")
    rehearsal = rehearse(plan, legs_of(plan, _ways(plan, situation)), _target(opening), stage)
    if store is not None:
        store.keep(rehearsal)
    return rehearsal


def _unprotected(situation: Situation) -> Situation:
    standpoint = replace(situation.standpoint, environment=Environment.LOCAL, disagreement="")
    identity = replace(situation.identity, in_recovery=False)
    return replace(situation, standpoint=standpoint, identity=identity)


def _ways(plan: Plan, situation: Situation) -> dict[str, WayBack]:
    if plan.goal.action is Action.APPLY:
        final = {
            m.version: m.irreversible
            for m in situation.migrations.migrations
            if m.irreversible is not None
        }
        return ways_of_apply(plan, final)
    return {version: _up_again(plan, situation, version) for version in plan.versions}


def _up_again(plan: Plan, situation: Situation, version: str) -> WayBack:
    """The up phases of what was rolled back, as they were applied as far as git knows."""
    migration = _as_applied(situation, version)
    if migration is None:
        return WayBack(why_not="its way up is not in git")
    undone = {phase.phase for phase in plan.phases if phase.version == version}
    ups: tuple[Phase, ...] = tuple(phase for phase in migration.up if phase.name in undone)
    return WayBack(ups) if ups else WayBack(why_not="its way up has other phases now")


def _as_applied(situation: Situation, version: str) -> Migration | None:
    recovered = situation.recovered.get(version)
    standing = situation.find(version)
    return recovered.migration if recovered else standing.migration if standing else None


def _target(opening: Opening) -> Target:
    if opening.dsn is None:
        raise UsageError("No database is given.", next_step="Name a --target, or give a --dsn.")
    server = ServerSide(opening)

    def connect() -> Connection:
        return server.connect(read_only=True)

    return Target(opening.dsn, opening.password(), connect, opening.role)
