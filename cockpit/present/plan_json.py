"""A plan as JSON: what `plan --json` prints, `plan --out` writes and `apply --plan` reads.

Keys may be added, none changes its meaning.
"""

import json
import re
from typing import Any

from cockpit.errors import UsageError
from cockpit.model.attic import Place
from cockpit.model.goal import Action, Goal
from cockpit.model.hazard import Hazard
from cockpit.model.impact import Impact
from cockpit.model.live import Estimate
from cockpit.model.plan import Plan, PlannedPhase, Step

Json = dict[str, Any]
_KEEPING = ("keep", "restore", "half_way")
_GOAL = ("to_version", "to_tag", "only", "last_run", "phase", "step_in_doubt")
_REVIEWED = ("version", "phase", "direction", "kind", "sql", "group")


def plan_json(plan: Plan) -> Json:
    """Everything that was reviewed."""
    return {
        "id": plan.id,
        "goal": plan.goal.words,
        "asked": {
            "action": plan.goal.action.value,
            **{name: getattr(plan.goal, name) for name in (*_GOAL, "down_from", *_KEEPING)},
        },
        "target": plan.standpoint,
        "target_key": plan.target,
        "tool": plan.tool,
        "ledger_head": plan.head,
        "commit": plan.commit,
        "ref": plan.ref,
        "worktree": plan.worktree,
        "steps": [step_json(phase, step) for phase in plan.phases for step in phase.steps],
        "loses": list(plan.loses),
        "keeps": list(plan.keeps),
        "keepable": list(plan.keepable),
        "restorable": list(plan.restorable),
        "hazard": plan.severity.name.lower(),
        "notes": list(plan.notes),
        "refusals": list(plan.refusals),
        "other_ways": [
            {
                "version": way.version,
                "used": way.used,
                "other": way.other,
                "down_from": way.kind,
                "diff": list(way.diff),
            }
            for way in plan.other_ways
        ],
    }


def step_json(phase: PlannedPhase, step: Step) -> Json:
    """One step, with the phase it belongs to."""
    return {
        "number": step.number,
        "version": phase.version,
        "name": phase.name,
        "phase": phase.phase,
        "direction": phase.direction.value,
        "kind": step.kind.value,
        "sql": step.sql,
        "title": step.title,
        "path": step.path,
        "line": step.line or None,
        "transaction": step.group is not None,
        "group": step.group,
        "already_done": step.already_done,
        "gate": phase.gate,
        "script_from": phase.origin or None,
        "impact": impact_json(step.impact, step.hazards) if step.impact else None,
        "loses": list(step.loses),
        "estimate": _estimate(step.estimate),
        "holds": {lock.relation: lock.mode.value for lock in step.holds},
    }


def _estimate(estimate: Estimate | None) -> Json | None:
    """Seconds."""
    if estimate is None:
        return None
    low, high = estimate.low.total_seconds(), estimate.high.total_seconds()
    return {"low": round(low, 3), "high": round(high, 3), "reason": estimate.reason}


def impact_json(impact: Impact, hazards: tuple[Hazard, ...] = ()) -> Json:
    """What a statement does to others, with PostgreSQL's own lock mode names."""
    strongest = impact.strongest
    return {
        "kind": impact.kind,
        "locks": {lock.relation: lock.mode.value for lock in impact.locks},
        "new_locks": {lock.relation: lock.mode.value for lock in impact.new_locks},
        "rewrites": list(impact.rewrites),
        "scans": list(impact.scans),
        "may_scan": list(impact.may_scan),
        "indexes_rebuilt": list(impact.indexes_rebuilt),
        "transactional": impact.transactional,
        "unknown": impact.unknown,
        "blocks": strongest.blocks if strongest else None,
        "hazards": [
            {
                "rule": hazard.rule,
                "severity": hazard.severity.name.lower(),
                "message": hazard.message,
                "safer": hazard.safer,
            }
            for hazard in hazards
        ],
        "source": impact.basis.value,
    }


def read_plan(text: str, place: str) -> tuple[Goal, Json]:
    """The goal a saved plan was made for, and the plan as it was reviewed. Raises UsageError."""
    try:
        saved = json.loads(text)
        asked = saved["asked"]
        named = {name: asked[name] for name in _GOAL}
        goal = Goal(
            Action(asked["action"]),
            **named,
            down_from=asked.get("down_from"),
            keep=Place(asked["keep"]) if asked.get("keep") else None,
            restore=bool(asked.get("restore")),
            half_way=bool(asked.get("half_way")),
        )
        if not re.fullmatch("[0-9a-f]{64}", saved["id"]) or not isinstance(saved["steps"], list):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        raise UsageError(
            f"{place}: this is no plan that `cockpit plan --out` has written.",
            next_step="Make it again with cockpit plan --out FILE.",
        ) from None
    return goal, saved


def same_steps(saved: Json, plan: Plan) -> bool:
    """Whether the file still shows what the plan with its id would run: nobody edited it."""
    now = [step_json(phase, step) for phase in plan.phases for step in phase.steps]
    return _reviewed(saved["steps"]) == _reviewed(now)


def _reviewed(steps: list[Json]) -> list[list[Any]]:
    return [[step.get(name) for name in _REVIEWED] for step in steps]
