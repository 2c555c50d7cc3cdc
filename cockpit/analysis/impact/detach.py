"""DETACH PARTITION."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact.alteration import Alteration
from cockpit.model.facts import RelationFacts
from cockpit.model.locks import LockMode


def detach(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """The partition and the default one are locked; CONCURRENTLY spares the parent."""
    scene = alteration.scene
    definition = getattr(command, "def").partition_cmd
    scene.transactional = not definition.concurrent
    partition = scene.find(definition.name)
    default = scene.world.default_partition(relation.oid)
    if default is not None and not definition.concurrent:
        scene.lock(default, LockMode.ACCESS_EXCLUSIVE)
    if partition is not None:
        scene.lock(partition, LockMode.ACCESS_EXCLUSIVE)
        scene.lock_indexes(partition, LockMode.ACCESS_EXCLUSIVE)
        scene.world.disinherit(partition.oid, relation.oid)


def finalize(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """FINALIZE of a detach that was interrupted."""
    detach(alteration, relation, command)
