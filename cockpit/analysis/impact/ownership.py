"""OWNER TO, GRANT, REASSIGN OWNED, DROP OWNED."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import RelationFacts
from cockpit.model.locks import LockMode

_RELATIONS = {
    pb.OBJECT_TABLE: "r",
    pb.OBJECT_VIEW: "v",
    pb.OBJECT_MATVIEW: "m",
    pb.OBJECT_SEQUENCE: "S",
    pb.OBJECT_FOREIGN_TABLE: "f",
    pb.OBJECT_INDEX: "i",
}


def give(scene: Scene, relation: RelationFacts, role: pb.RoleSpec) -> None:
    """A new owner; indexes and owned sequences follow, unless it is the old one."""
    name = role.rolename
    if role.roletype != pb.ROLESPEC_CSTRING:
        name = scene.world.facts.role
    scene.lock(relation, LockMode.ACCESS_EXCLUSIVE)
    if relation.owner and relation.owner == name:
        return
    scene.lock_indexes(relation, LockMode.ACCESS_EXCLUSIVE)
    for sequence in scene.world.owned_sequences(relation.oid):
        scene.lock(sequence, LockMode.ACCESS_EXCLUSIVE)
    if relation.oid in scene.world.relations:
        scene.world.change(relation, owner=name)


def alter_owner(scene: Scene, node: pb.AlterOwnerStmt) -> None:
    """ALTER ... OWNER TO of anything but a table."""
    if node.object_type in _RELATIONS and node.HasField("relation"):
        relation = scene.find(node.relation, _RELATIONS[node.object_type])
        if relation is not None:
            give(scene, relation, node.newowner)
    elif node.object_type == pb.OBJECT_TYPE:
        composite = scene.world.find(
            (name := syntax.object_name(node.object)).schemaname, name.relname
        )
        if composite is not None and composite.kind == "c":
            scene.lock(composite, LockMode.ACCESS_EXCLUSIVE)


def grant(scene: Scene, node: pb.GrantStmt) -> None:
    """GRANT and REVOKE: since 18 named relations are locked against being dropped meanwhile."""
    named = node.targtype == pb.ACL_TARGET_OBJECT
    if scene.major < 18 or not named or node.objtype not in (pb.OBJECT_TABLE, pb.OBJECT_SEQUENCE):
        return
    for item in node.objects:
        scene.lock(scene.find(item.range_var), LockMode.ACCESS_SHARE)


def reassign_owned(scene: Scene, node: pb.ReassignOwnedStmt) -> None:
    """Everything of these roles gets a new owner."""
    roles = {role.role_spec.rolename for role in node.roles}
    if scene.world.assumes:
        scene.cannot_tell("the catalog knows what these roles own")
    for relation in list(scene.world.relations.values()):
        if relation.owner in roles and relation.kind not in "iI":
            give(scene, relation, node.newrole)


HANDLERS = {
    "AlterOwnerStmt": alter_owner,
    "GrantStmt": grant,
    "ReassignOwnedStmt": reassign_owned,
}
