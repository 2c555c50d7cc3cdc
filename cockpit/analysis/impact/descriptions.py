"""COMMENT and SECURITY LABEL."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.scene import Scene
from cockpit.model.locks import LockMode

_RELATIONS = {
    pb.OBJECT_TABLE: "r", pb.OBJECT_VIEW: "v", pb.OBJECT_MATVIEW: "m", pb.OBJECT_SEQUENCE: "S",
    pb.OBJECT_INDEX: "i", pb.OBJECT_FOREIGN_TABLE: "f",
}  # fmt: skip
_ON_RELATION = (pb.OBJECT_TRIGGER, pb.OBJECT_RULE, pb.OBJECT_POLICY, pb.OBJECT_TABCONSTRAINT)


def describe(scene: Scene, node: "pb.CommentStmt | pb.SecLabelStmt") -> None:
    """SHARE UPDATE EXCLUSIVE for a relation or column, ACCESS SHARE for what hangs on one."""
    parts = _parts(node.object)
    if node.objtype in _RELATIONS:
        relation = scene.find(_name(parts), _RELATIONS[node.objtype])
        scene.lock(relation, LockMode.SHARE_UPDATE_EXCLUSIVE)
    elif node.objtype == pb.OBJECT_COLUMN:
        scene.lock(scene.find(_name(parts[:-1])), LockMode.SHARE_UPDATE_EXCLUSIVE)
    elif node.objtype in _ON_RELATION:
        scene.lock(scene.find(_name(parts[:-1])), LockMode.ACCESS_SHARE)


def _parts(node: pb.Node) -> tuple[str, ...]:
    inner = syntax.unwrap(node)
    return syntax.words(inner.items) if isinstance(inner, pb.List) else syntax.words([node])


def _name(parts: tuple[str, ...]) -> pb.RangeVar:
    schema = parts[-2] if len(parts) > 1 else ""
    return pb.RangeVar(schemaname=schema, relname=parts[-1] if parts else "")


HANDLERS = {"CommentStmt": describe, "SecLabelStmt": describe}
