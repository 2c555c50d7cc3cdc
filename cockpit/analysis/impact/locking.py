"""LOCK TABLE."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact.reader import Depth, Reader
from cockpit.analysis.impact.scene import Scene
from cockpit.model.locks import LockMode

_MODES = tuple(LockMode)


def lock(scene: Scene, node: pb.LockStmt) -> None:
    """Descendants too unless ONLY; of a view also the tables below it."""
    mode = _MODES[node.mode - 1]
    for item in node.relations:
        relation = scene.find(item.range_var)
        if relation is None:
            continue
        members = scene.world.tree(relation.oid) if item.range_var.inh else [relation]
        for member in list(members):
            scene.lock(member, mode)
        if relation.kind == "v":
            Reader(scene, Depth.REWRITE).view(relation, mode)


HANDLERS = {"LockStmt": lock}
