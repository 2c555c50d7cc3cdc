"""DROP, and everything that goes with what is dropped (`dependency.c`)."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import KINDS, RelationFacts
from cockpit.model.locks import LockMode

_RELATIONS = {
    pb.OBJECT_TABLE: "r",
    pb.OBJECT_VIEW: "v",
    pb.OBJECT_MATVIEW: "m",
    pb.OBJECT_SEQUENCE: "S",
    pb.OBJECT_FOREIGN_TABLE: "f",
    pb.OBJECT_INDEX: "i",
}


class Cascade:
    """One deletion with all its dependents."""

    def __init__(self, scene: Scene, *, cascades: bool) -> None:
        self.scene = scene
        self.cascades = cascades

    def drop(self, catalog: str, oid: int, column: int = 0) -> None:
        """Drop one object and all that needs it."""
        world = self.scene.world
        if catalog == "pg_class" and not column:
            relation = world.relations.get(oid)
            self.scene.lock(relation, LockMode.ACCESS_EXCLUSIVE)
            world.remove(oid)


def drop(scene: Scene, node: pb.DropStmt) -> None:
    """DROP of anything."""
    if node.remove_type in _RELATIONS:
        for item in node.objects:
            _drop_relation(scene, node, syntax.object_name(item))


def _drop_relation(scene: Scene, node: pb.DropStmt, name: pb.RangeVar) -> None:
    relation = scene.find(name, _RELATIONS[node.remove_type])
    scene.transactional = not node.concurrent
    if relation is None:
        return
    if relation.kind in "rm":
        scene.lose(f"{KINDS[relation.kind]} {relation.name} with every row")
    if relation.kind in "iI":
        lock_index_for_drop(scene, relation, concurrently=node.concurrent)
    Cascade(scene, cascades=node.behavior == pb.DROP_CASCADE).drop("pg_class", relation.oid)


def lock_index_for_drop(scene: Scene, index: RelationFacts, *, concurrently: bool) -> None:
    """The table of an index is locked before the index."""
    mode = LockMode.SHARE_UPDATE_EXCLUSIVE if concurrently else LockMode.ACCESS_EXCLUSIVE
    facts = scene.world.indexes.get(index.oid)
    if facts is not None:
        scene.lock(scene.world.relations.get(facts.table), mode)
    elif scene.world.assumes:
        scene.note(f"the table of index {index.name} is locked {mode.words} too")


HANDLERS = {"DropStmt": drop}
