"""DETACH PARTITION."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact.alteration import Alteration
from cockpit.analysis.impact.cascade import without_parent
from cockpit.model.facts import ConstraintFacts, RelationFacts
from cockpit.model.locks import LockMode

_AX = LockMode.ACCESS_EXCLUSIVE


def detach(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """The partition and the default one are locked; CONCURRENTLY spares the parent.

    It leaves the partition a check of all its bounds (`DetachAddConstraintIfNeeded`), for which
    they are looked up in the parents too.
    """
    scene = alteration.scene
    definition = getattr(command, "def").partition_cmd
    scene.transactional = not definition.concurrent
    default = scene.world.default_partition(relation.oid)
    if default is not None and not definition.concurrent:
        scene.lock(default, _AX)
    partition = scene.find(definition.name)
    if partition is not None and definition.concurrent:
        scene.lock_ancestors(partition)
    if partition is not None:
        _release(alteration, relation, partition)


def finalize(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """FINALIZE of a detach that was interrupted."""
    scene = alteration.scene
    partition = scene.find(getattr(command, "def").partition_cmd.name)
    if partition is not None:
        _release(alteration, relation, partition)


def _release(alteration: Alteration, parent: RelationFacts, partition: RelationFacts) -> None:
    """The partition is locked with all below it, and stands alone.

    Foreign keys that point to the parent no longer hold for these rows, which is looked up.
    """
    scene, world = alteration.scene, alteration.scene.world
    for member in list(world.tree(partition.oid)):
        scene.lock(member, _AX)
    scene.lock_indexes(partition, _AX)
    world.disinherit(partition.oid, parent.oid)
    own = [c for c in world.constraints.of(partition.oid) if c.kind == "f"]
    shares = [key for key in own if key.parent and key.parent not in {k.oid for k in own}]
    for key in shares:
        for member in list(world.tree(key.references)):
            scene.lock(member, LockMode.SHARE_ROW_EXCLUSIVE)
        world.constraints.put(without_parent(key))
    for key in [key for key in world.references_to(partition.oid) if key.parent]:
        _look_for_users(alteration, partition, key)
        world.constraints.drop(key.oid)
    world.change(partition, partition=False, bound=None)


def _look_for_users(alteration: Alteration, partition: RelationFacts, key: ConstraintFacts) -> None:
    """No row may point into the partition: the referencing rows are joined with its own."""
    scene, world = alteration.scene, alteration.scene.world
    referencing = world.relations.get(key.table)
    scene.lock(referencing, _AX)
    scene.scan(partition)
    for member in world.tree(key.table):
        scene.scan(member)
