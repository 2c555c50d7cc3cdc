"""Composite types as types of columns: looked up when a column is made, in the way of changes."""

from collections.abc import Iterable, Iterator

from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import RelationFacts, TypeFacts
from cockpit.model.locks import LockMode

_SHARED = LockMode.ACCESS_SHARE


def lock_composites(scene: Scene, types: Iterable[int]) -> None:
    """What `CheckAttributeType` opens: composite types, also below domains and in arrays."""
    pending, seen = list(types), set[int]()
    while pending:
        oid = pending.pop()
        found = scene.world.types.get(oid)
        if found is None or oid in seen:
            continue
        seen.add(oid)
        relation = scene.world.relations.get(found.relation) if found.kind == "c" else None
        if relation is not None:
            scene.lock(relation, _SHARED)
            pending += [column.type for column in relation.columns]
        pending += [other for other in (found.element, found.base) if other]


def refuse_users(scene: Scene, composite: RelationFacts) -> None:
    """A table with a column of the row type is looked up, and forbids the change."""
    for user, column in _users(scene, composite.row_type, set()):
        scene.lock(user, _SHARED)
        scene.refuse(f"column {user.name}.{column} uses the row type of {composite.name}")


def containers(scene: Scene, oid: int) -> list[tuple[RelationFacts, str]]:
    """Columns whose type holds this one inside: arrays of it, composite types with it."""
    direct = {(r.oid, c.name) for r, c in scene.world.columns_of_type(oid)}
    return [(r, c) for r, c in _users(scene, oid, set()) if (r.oid, c) not in direct]


def _users(scene: Scene, oid: int, seen: set[int]) -> Iterator[tuple[RelationFacts, str]]:
    """Stored columns of the type, of arrays and domains over it, and of types with such columns."""
    world = scene.world
    if not oid or oid in seen:
        return
    seen.add(oid)
    for relation, column in world.columns_of_type(oid):
        if relation.kind in "rmp":
            yield relation, column.name
        elif relation.kind in "cv":
            yield from _users(scene, relation.row_type, seen)
    for other in [t for t in world.types.values() if _is_over(t, oid)]:
        yield from _users(scene, other.oid, seen)


def _is_over(other: TypeFacts, oid: int) -> bool:
    return oid in (other.element, other.base) and other.oid != oid
