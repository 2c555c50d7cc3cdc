"""A world as facts again: the catalog that statements would leave behind."""

from dataclasses import replace

from cockpit.analysis.impact.world import World
from cockpit.model.facts import CatalogFacts, ObjectFacts


def facts_of(world: World) -> CatalogFacts:
    """Everything in the world, as if it had been committed and read."""
    domain_constraints = world.domain_constraints.values()
    on_tables = [c for c in world.constraints if not c.domain]
    return replace(
        world.facts,
        search_path=tuple(world.search_path),
        settings=dict(world.settings),
        objects=tuple(ObjectFacts(c, oid, name) for (c, name), oid in world.objects.items()),
        relations=tuple(world.relations.values()),
        inheritance=tuple(world.inheritance()),
        indexes=tuple(world.indexes),
        constraints=(*on_tables, *domain_constraints),
        triggers=tuple(world.triggers),
        rules=tuple(world.rules),
        policies=tuple(world.policies),
        statistics=tuple(world.statistics),
        types=tuple(world.types.values()),
        functions=tuple(world.function_by_oid.values()),
        publications=tuple(world.publications.values()),
        dependencies=tuple(d for found in world.dependents.values() for d in found),
    )
