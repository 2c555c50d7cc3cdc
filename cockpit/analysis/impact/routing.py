"""Which partition a new row goes to (`ExecFindPartition`)."""

from collections.abc import Mapping, Sequence

from cockpit.analysis.impact.bounds import Bound, bound_of
from cockpit.analysis.impact.partitioning import key_names, remainder
from cockpit.analysis.impact.spans import Point
from cockpit.analysis.impact.world import World
from cockpit.model.facts import RelationFacts

Values = Mapping[str, Point | None]
"""Columns of a row whose values are known; None is NULL."""


def routed(world: World, table: RelationFacts, rows: Sequence[Values]) -> list[RelationFacts]:
    """The table and the partitions these rows go to; all of them where values are not known."""
    found = {table.oid: table}
    for row in rows or [{}]:
        place = table
        while place.kind == "p":
            next_place = _route(world, place, row)
            if next_place is None:
                found |= {member.oid: member for member in world.tree(place.oid)}
                break
            place = next_place
            found[place.oid] = place
    return list(found.values())


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
