"""INHERIT, NO INHERIT, OF."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact.alteration import Alteration
from cockpit.model.facts import RelationFacts
from cockpit.model.locks import LockMode


def add(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """The parent stays usable; descendants of the new child are looked at for loops."""
    scene = alteration.scene
    if relation.kind == "p" or relation.partition:
        scene.refuse(f"{relation.name} is partitioned, or a partition")
    parent = scene.find(getattr(command, "def").range_var)
    scene.lock(parent, LockMode.SHARE_UPDATE_EXCLUSIVE)
    for descendant in scene.world.tree(relation.oid):
        scene.lock(descendant, LockMode.ACCESS_SHARE)
    if parent is not None:
        scene.world.inherit(relation.oid, parent.oid)


def drop(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """The parent is only read."""
    parent = alteration.scene.find(getattr(command, "def").range_var)
    alteration.scene.lock(parent, LockMode.ACCESS_SHARE)
    if parent is not None:
        alteration.scene.world.disinherit(relation.oid, parent.oid)


def add_of(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """The composite type is only read."""
    scene = alteration.scene
    names = [node.string.sval for node in getattr(command, "def").type_name.names]
    schema = names[-2] if len(names) > 1 else ""
    scene.lock(scene.world.find(schema, names[-1]), LockMode.ACCESS_SHARE)
