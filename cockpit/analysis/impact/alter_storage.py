"""Where and how rows are kept: tablespace, access method, persistence, owner, clustering."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact.alteration import Alteration
from cockpit.analysis.impact.ownership import give
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import RelationFacts
from cockpit.model.locks import LockMode

_DEFAULT = "pg_default"


def change_owner(
    alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd
) -> None:
    """OWNER TO: indexes and owned sequences follow."""
    give(alteration.scene, relation, command.newowner)


def cluster_on(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """CLUSTER ON: the index is marked."""
    scene = alteration.scene
    index = scene.world.find(relation.schema, command.name)
    scene.lock(index, LockMode.SHARE_UPDATE_EXCLUSIVE)


def set_persistence(
    alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd
) -> None:
    """SET LOGGED and UNLOGGED: a new file, unless it is so already; since 15 sequences follow."""
    scene, world = alteration.scene, alteration.scene.world
    logged = command.subtype == pb.AT_SetLogged
    if not world.is_assumed(relation) and (relation.persistence == "p") == logged:
        return
    published = any(relation.oid in one.tables for one in world.publications.values())
    if not logged and published:
        scene.refuse(f"{relation.name} is part of a publication")
    for other in _others_by_foreign_key(alteration, relation, logged):
        scene.lock(other, LockMode.ACCESS_SHARE)
    if relation.kind == "p":
        return
    alteration.on(relation).rewrite = True
    world.change(relation, persistence="p" if logged else "u")
    if world.major >= 15:
        for sequence in world.owned_sequences(relation.oid):
            scene.lock(sequence, LockMode.ACCESS_EXCLUSIVE)


def _others_by_foreign_key(
    alteration: Alteration, relation: RelationFacts, logged: bool
) -> list[RelationFacts]:
    """A logged table may not point to an unlogged one, so the other side is looked at."""
    world = alteration.scene.world
    if logged:
        keys = [c.references for c in world.constraints.of(relation.oid) if c.kind == "f"]
    else:
        keys = [c.table for c in world.references_to(relation.oid)]
    return [world.relations[o] for o in keys if o != relation.oid and o in world.relations]


def set_access_method(
    alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd
) -> None:
    """SET ACCESS METHOD: a rewrite when it is another one."""
    world = alteration.scene.world
    name = command.name or "heap"
    if world.is_assumed(relation) or relation.access_method != name:
        alteration.on(relation).rewrite = relation.kind != "p"
        world.change(relation, access_method=name)


def set_tablespace(
    alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd
) -> None:
    """SET TABLESPACE: the file is copied; indexes stay where they are."""
    move(alteration.scene, relation, command.name)


def move(scene: Scene, relation: RelationFacts, tablespace: str) -> None:
    """Copy a table or an index to another tablespace, if it is not there already."""
    place = "" if tablespace == _DEFAULT else tablespace
    if not scene.world.is_assumed(relation) and relation.tablespace == place:
        return
    if relation.kind == "i":
        scene.rebuild(relation)
    elif relation.stored:
        scene.move(relation)
    scene.world.change(relation, tablespace=place)


def replica_identity(
    alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd
) -> None:
    """REPLICA IDENTITY USING INDEX also locks the index."""
    identity = getattr(command, "def").replica_identity_stmt
    if identity.name:
        index = alteration.scene.world.find(relation.schema, identity.name)
        alteration.scene.lock(index, LockMode.SHARE)
