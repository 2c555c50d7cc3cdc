"""A rehearsal as JSON. Keys may be added, none changes its meaning."""

from typing import Any

from cockpit.model.rehearsal import Failure, Observation, Proof, Rehearsal
from cockpit.present.plan_json import impact_json

Json = dict[str, Any]


def rehearsal_json(rehearsal: Rehearsal) -> Json:
    """The verdict, the proof of every migration, and every step as predicted and as observed."""
    return {
        "goal": rehearsal.goal,
        "target": rehearsal.target,
        "plan_id": rehearsal.plan_id,
        "at": rehearsal.at.isoformat(),
        "seconds": round(rehearsal.took.total_seconds(), 3),
        "scratch": rehearsal.scratch or None,
        "rows": rehearsal.rows,
        "fingerprint": rehearsal.fingerprint or None,
        "verdict": rehearsal.verdict.value,
        "why": rehearsal.why or None,
        "missing": list(rehearsal.missing),
        "migrations": [_proof(proof) for proof in rehearsal.proofs],
        "steps": [_step(observation) for observation in rehearsal.observations],
        "disagreements": len(rehearsal.disagreements),
        "notes": list(rehearsal.notes),
    }


def _proof(proof: Proof) -> Json:
    return {
        "version": proof.version,
        "name": proof.name,
        "verdict": proof.verdict.value,
        "why": proof.why or None,
        "loses": list(proof.loses),
        "differences": [
            {"what": d.what, "before": d.before, "after": d.after, "form": d.form}
            for d in proof.differences
        ],
        "error": _failure(proof.failure),
    }


def _step(observation: Observation) -> Json:
    predicted, observed = observation.predicted, observation.observed
    return {
        "version": observation.version,
        "phase": observation.phase,
        "direction": observation.direction.value,
        "number": observation.number,
        "sql": observation.sql,
        "path": observation.path,
        "line": observation.line,
        "seconds": round(observation.took.total_seconds(), 6),
        "predicted": impact_json(predicted) if predicted else None,
        "observed": impact_json(observed) if observed else None,
        "differences": list(observation.differences),
        "unsettled": list(observation.unsettled),
        "error": _failure(observation.failure),
    }


def _failure(failure: Failure | None) -> Json | None:
    if failure is None:
        return None
    return {
        "message": failure.what,
        "sqlstate": failure.sqlstate,
        "path": failure.path,
        "line": failure.line,
        "sql": failure.sql,
    }
