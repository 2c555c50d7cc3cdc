"""Boards of several targets joined into one table, and what a promotion between them would run."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from cockpit.analysis.schema_drift import schema_changes
from cockpit.model.board import Board
from cockpit.model.comparison import Comparison, Promotion, Row
from cockpit.model.schema import SchemaChange, Snapshot
from cockpit.model.state import Standing, State

OrderKey = Callable[[str], tuple[object, ...]]


def compare_targets(
    boards: Sequence[Board], schemas: Sequence[Snapshot | None], order_key: OrderKey
) -> Comparison:
    """Every version that any target knows, in order; a promotion from each target to the next.

    `schemas`: the live one of each target; None where it could not be read.
    """
    versions = sorted({s.version for board in boards for s in board.standings}, key=order_key)
    known = [{standing.version: standing for standing in board.standings} for board in boards]
    places = [
        {version: place for place, version in enumerate(_applied(board), 1)} for board in boards
    ]
    rows = tuple(_row(version, known, places) for version in versions)
    pairs = pairwise(zip(boards, schemas, strict=True))
    return Comparison(tuple(boards), rows, tuple(_promotion(*one, *two) for one, two in pairs))


def _row(
    version: str, known: Sequence[dict[str, Standing]], places: Sequence[dict[str, int]]
) -> Row:
    found = [standings.get(version) for standings in known]
    name = next((standing.name for standing in found if standing and standing.name), "")
    states = tuple(_word(standing) if standing else "" for standing in found)
    return Row(version, name, states, tuple(place.get(version, 0) for place in places))


def _word(standing: Standing) -> str:
    """Half of a missing one is not the same as all of it."""
    return State.PARTIAL.value if standing.partly else standing.state.value


def _applied(board: Board) -> list[str]:
    """Versions wholly in force, in the order they were applied."""
    return [standing.version for standing in sorted(_in_force(board), key=_when)]


def _in_force(board: Board) -> list[Standing]:
    return [standing for standing in board.standings if standing.wholly_in_force]


def _half_done(board: Board) -> tuple[str, ...]:
    """Neither wholly in force nor wholly out of it; of a failed one something is kept."""
    return tuple(s.version for s in board.standings if s.partly or _kept_of_failed(s))


def _kept_of_failed(standing: Standing) -> bool:
    record = standing.record
    return standing.state is State.FAILED and bool(record and (record.done or record.open))


def _when(standing: Standing) -> int:
    return standing.record.order if standing.record else 0


def _promotion(
    source: Board, source_schema: Snapshot | None, target: Board, target_schema: Snapshot | None
) -> Promotion:
    unknown = tuple(board.standpoint.name for board in (source, target) if board.history is None)
    if unknown:
        why = "A history could not be read."
        return Promotion(
            source.standpoint.name, target.standpoint.name, (), (), schema_why=why, unknown=unknown
        )
    here, there = _applied(source), _applied(target)
    known = [standing.version for standing in source.standings]
    both = (frozenset(here), frozenset(there))
    missing = both[0] - both[1]
    changes, why = _schemas(source_schema, target_schema)
    return Promotion(
        source.standpoint.name,
        target.standpoint.name,
        tuple(version for version in known if version in missing),
        tuple(version for version in there if version not in both[0]),
        half_there=_half_done(target),
        half_here=_half_done(source),
        other_order=[v for v in here if v in both[1]] != [v for v in there if v in both[0]],
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
    return schema_changes(source, target), ""
