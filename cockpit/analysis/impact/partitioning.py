"""Which partitions a statement reaches."""

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.world import World
from cockpit.model.facts import RelationFacts


def surviving(
    world: World, table: RelationFacts, conditions: list[syntax.Node]
) -> list[RelationFacts]:
    """The table and its descendants, without partitions that cannot hold a wanted row."""
    return list(world.tree(table.oid))
