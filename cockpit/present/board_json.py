"""A look as JSON: the contract of `status --json`. Keys may be added, none changes its meaning."""

from datetime import UTC, datetime
from typing import Any

from cockpit.model.board import Board
from cockpit.model.ledger import Adopted
from cockpit.model.locks import LockHolder
from cockpit.model.problem import Problem
from cockpit.model.release import Release
from cockpit.model.schema import NOT_COMPARED
from cockpit.model.state import Standing
from cockpit.model.timeline import OtherHistory
from cockpit.present.board_text import server_version
from cockpit.present.schema_words import change_json

Json = dict[str, Any]


def board_json(board: Board) -> Json:
    """Everything a script may want to know; null where it is not known."""
    identity, revision = board.identity, board.revision
    return {
        "target": board.standpoint.name,
        "environment": board.standpoint.environment.value,
        "protected": board.standpoint.protected,
        "disagreement": board.standpoint.disagreement or None,
        "database": identity.database if identity else None,
        "address": identity.address if identity else None,
        "role": identity.role if identity else None,
        "server_version": server_version(identity.server_version) if identity else None,
        "standby": identity.in_recovery if identity else None,
        "ref": (revision.asked or revision.branch) if revision else None,
        "commit": revision.commit if revision else None,
        "worktree": revision.worktree if revision else None,
        "tool": board.tool,
        "adopted": _adopted(board.adopted) if board.adopted else None,
        "folder": board.folder,
        "as_of": moment(board.as_of),
        "lock": holder_json(board.holder) if board.holder else None,
        "locks": [holder_json(holder) for holder in board.holders],
        "migrations": [standing_json(standing) for standing in board.standings],
        "releases": [{"tag": tag.name, "newest": version} for tag, version in board.tags],
        "release": _release(board.release) if board.release else None,
        "schema_drift": [change_json(change) for change in board.schema_drift or ()],
        "schema_drift_checked": board.schema_drift is not None,
        "schema_drift_checked_at": moment(board.schema_checked) if board.schema_checked else None,
        "schema_drift_unchecked": board.schema_unchecked or None,
        "schema_not_compared": list(NOT_COMPARED),
        "unfinished": _unfinished(board),
        "other_histories": [_other(other) for other in board.others],
        "problems": [problem_json(problem) for problem in board.problems],
        "database_error": board.database_error or None,
        "source_error": board.source_error or None,
    }


def standing_json(standing: Standing) -> Json:
    """One migration."""
    migration, record = standing.migration, standing.record
    held = migration.checksum if migration else None
    return {
        "version": standing.version,
        "name": standing.name,
        "state": standing.state.value,
        "drift": standing.drift.value if standing.drift else None,
        "checksum": record.checksum if record and record.checksum else held,
        "applied_at": moment(record.applied_at) if record and record.applied_at else None,
        "commit": record.commit if record else None,
        "reversible": standing.reversible,
        "why": standing.why,
        "hazard": standing.severity.name.lower(),
        "uncommitted": migration.uncommitted if migration else False,
    }


def holder_json(holder: LockHolder) -> Json:
    """Who holds a deployment lock."""
    return {
        "tool": holder.key.tool,
        "key": holder.key.key,
        "note": holder.key.note,
        "pid": holder.pid or None,
        "user": holder.user,
        "application": holder.application,
        "address": holder.address,
        "state": holder.state,
        "connected_since": moment(holder.since) if holder.since else None,
        "ours": holder.ours,
        "place": holder.place or None,
        "verdict": holder.verdict or None,
    }


def problem_json(problem: Problem) -> Json:
    """One thing wrong, with its place."""
    return {
        "what": problem.what,
        "path": problem.path or None,
        "line": problem.line or None,
        "column": problem.column or None,
        "version": problem.version,
        "next": problem.next_step,
        "blocks_writing": problem.blocks_writing,
    }


def moment(at: datetime) -> str:
    """ISO 8601 in UTC with a Z: `2026-11-21T02:58:40.123456Z`."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _other(other: OtherHistory) -> Json:
    return {
        "tool": other.tool,
        "table": other.table,
        "applied": None if other.why else other.applied,
        "last": other.last or None,
        "last_at": moment(other.last_at) if other.last_at else None,
        "unreadable": other.why or None,
        "part": other.part or None,
        "note": other.note or None,
    }


def _release(release: Release) -> Json:
    return {
        "tag": release.tag,
        "exact": release.exact,
        "later": list(release.later),
        "missing": list(release.missing),
        "same_as": list(release.same_as),
    }


def _adopted(adopted: Adopted) -> dict[str, Any]:
    return {
        "tool": adopted.tool,
        "table": adopted.table,
        "at": moment(adopted.at),
        "actor": adopted.actor,
        "versions": len(adopted.versions),
    }


def _unfinished(board: Board) -> Json | None:
    left = board.unfinished
    if left is None:
        return None
    return {
        "what": left.what,
        "kept": left.kept,
        "undone": left.undone,
        "held": left.held,
        "next": left.next_step,
        "versions": list(left.versions),
    }
