"""A plan's id: a hash of everything that was reviewed."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from cockpit.model.ledger import undo_detail
from cockpit.model.migration import Phase
from cockpit.model.plan import Plan, PlannedPhase, Step


def seal(plan: Plan) -> Plan:
    """The plan with its id. Two plans have one id when they run the same on the same state.

    Left out are predictions and notes: a better analysis does not make a reviewed plan stale. A
    reason not to run it that has come up since does.
    Left out is the commit too: what counts is the content of the files that are run.
    """
    reviewed = {
        "goal": [getattr(plan.goal, name) for name in plan.goal.__slots__],
        "target": plan.target,
        "tool": plan.tool,
        "head": plan.head,
        "refusals": plan.refusals,
        "phases": [_phase(phase) for phase in plan.phases],
    }
    text = json.dumps(reviewed, sort_keys=True, ensure_ascii=False)
    return plan.sealed(hashlib.sha256(text.encode()).hexdigest())


def _phase(phase: PlannedPhase) -> dict[str, Any]:
    return {
        "version": phase.version,
        "name": phase.name,
        "phase": phase.phase,
        "direction": phase.direction,
        "checksum": phase.checksum,
        "script": phase.script,
        "undo": _undo(phase.undo),
        "cursor": phase.cursor,
        "gate": phase.gate,
        "backfill": asdict(phase.backfill) if phase.backfill else None,
        "recorded": [phase.all_phases, phase.last_of_version, phase.previous_version],
        "steps": [_step(step) for step in phase.steps],
    } | _said_rarely(phase)


def _said_rarely(phase: PlannedPhase) -> dict[str, Any]:
    """Left out where it is not said, so that other plans keep their ids."""
    metadata: dict[str, Any] = {"metadata": phase.metadata} if phase.metadata else {}
    metadata |= {"program": list(phase.program)} if phase.program else {}
    metadata |= {"gate_sql": phase.gate_sql} if phase.gate_sql else {}
    return metadata | ({"readonly": asdict(phase.readonly)} if phase.readonly else {})


def _undo(undo: Phase | None) -> list[Any] | None:
    return [undo.name, undo.script, undo_detail(undo)] if undo else None


def _step(step: Step) -> list[Any]:
    return [step.kind, step.sql, step.group, step.already_done]
