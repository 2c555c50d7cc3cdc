"""Which partition a new row goes to (`ExecFindPartition`)."""

from collections.abc import Iterator, Mapping, Sequence

from cockpit.analysis.impact.bounds import Bound, bound_of
from cockpit.analysis.impact.partitioning import key_names, remainder
from cockpit.analysis.impact.spans import Point
from cockpit.analysis.impact.world import World
from cockpit.model.facts import RelationFacts

Values = Mapping[str, Point | None]
"""Columns of a row whose values are known; None is NULL."""


def routed(world: World, table: RelationFacts, rows: Sequence[Values]) -> list[RelationFacts]:
    """The table and the partitions these rows go to; all they may go to where that is not clear."""
    found: dict[int, RelationFacts] = {}
    for row in rows or [{}]:
        found |= {member.oid: member for member in _reached(world, table, row)}
    return list(found.values())


def _reached(world: World, table: RelationFacts, row: Values) -> Iterator[RelationFacts]:
    yield table
    if table.kind == "p":
        sure = _route(world, table, row)
        for child in [sure] if sure is not None else _possible(world, table, row):
            yield from _reached(world, child, row)


def _possible(world: World, table: RelationFacts, row: Values) -> list[RelationFacts]:
    """Partitions that the value of the leading column, if it is known, does not rule out."""
    children = world.children(table.oid)
    (leading, *_) = key_names(table) or ("",)
    if leading not in row:
        return children
    bounds = [(child, bound_of(child.bound or "")) for child in children]
    return [c for c, bound in bounds if bound is None or bound.may_hold(row[leading])] or children


def _route(world: World, table: RelationFacts, values: Values) -> RelationFacts | None:
    """The partition that a row with these values goes to; None when that cannot be told."""
    names = key_names(table)
    if not names or not all(name in values for name in names):
        return None
    row = [values[name] for name in names]
    default = None
    for child in world.children(table.oid):
        bound = bound_of(child.bound or "")
        if bound is None:
            return None
        if bound.strategy == "d":
            default = child
            continue
        held = _holds(world, table, bound, row)
        if held is not False:
            return child if held else None
    return default


def _holds(
    world: World, table: RelationFacts, bound: Bound, row: Sequence[Point | None]
) -> bool | None:
    if bound.strategy != "h":
        return bound.holds(row)
    found = remainder(world, table, row, bound.modulus)
    return None if found is None else found == bound.remainder
