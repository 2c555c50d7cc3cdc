"""Boards of several targets joined into one table, and what a promotion between them would run."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from cockpit.analysis.schema_drift import schema_changes
from cockpit.model.board import Board
from cockpit.model.comparison import Comparison, Promotion, Row
from cockpit.model.schema import SchemaChange, Snapshot
from cockpit.model.state import Standing

OrderKey = Callable[[str], tuple[object, ...]]


def compare_targets(
    boards: Sequence[Board], schemas: Sequence[Snapshot | None], order_key: OrderKey
) -> Comparison:
    """Every version that any target knows, in order; a promotion from each target to the next.

    `schemas`: the live one of each target; None where it could not be read.
    """
    versions = sorted({s.version for board in boards for s in board.standings}, key=order_key)
    rows = tuple(_row(version, boards) for version in versions)
    pairs = pairwise(zip(boards, schemas, strict=True))
    return Comparison(tuple(boards), rows, tuple(_promotion(*one, *two) for one, two in pairs))


def _row(version: str, boards: Sequence[Board]) -> Row:
    found = [board.find(version) for board in boards]
    name = next((standing.name for standing in found if standing and standing.name), "")
    states = tuple(standing.state.value if standing else "" for standing in found)
    places = tuple(_applied(board).index(version) + 1 if version in _applied(board) else 0
                   for board in boards)  # fmt: skip
    return Row(version, name, states, places)


def _applied(board: Board) -> list[str]:
    """Versions in force, in the order they were applied."""
    return [standing.version for standing in sorted(_in_force(board), key=_when)]


def _in_force(board: Board) -> list[Standing]:
    return [standing for standing in board.standings if standing.state.in_force]


def _when(standing: Standing) -> int:
    return standing.record.order if standing.record else 0


def _promotion(
    source: Board, source_schema: Snapshot | None, target: Board, target_schema: Snapshot | None
) -> Promotion:
    here, there = _applied(source), _applied(target)
    known = [standing.version for standing in source.standings]
    changes, why = _schemas(source_schema, target_schema)
    return Promotion(
        source.standpoint.name,
        target.standpoint.name,
        tuple(version for version in known if version in here and version not in there),
        tuple(version for version in there if version not in here),
        other_order=[v for v in here if v in there] != [v for v in there if v in here],
        schema=changes,
        schema_why=why,
    )


def _schemas(
    source: Snapshot | None, target: Snapshot | None
) -> tuple[tuple[SchemaChange, ...] | None, str]:
    if source is None or target is None:
        return None, "One of the schemas could not be read."
    if source.server != target.server:
        why = f"PostgreSQL {source.server} and {target.server} write definitions differently."
        return None, why
    return schema_changes(target, source), ""
