"""ATTACH PARTITION, and CREATE TABLE ... PARTITION OF."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact.alteration import Alteration
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import RelationFacts
from cockpit.model.locks import LockMode


def attach(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """The parent stays usable; the new partition is locked, and read unless a check proves its bound."""
    scene = alteration.scene
    definition = getattr(command, "def").partition_cmd
    partition = scene.find(definition.name)
    if partition is None:
        return
    scene.lock(partition, LockMode.ACCESS_EXCLUSIVE)
    alteration.on(partition).check = True
    scene.world.inherit(partition.oid, relation.oid)


def create_partition(
    scene: Scene, parent: RelationFacts | None, table: RelationFacts, bound: pb.PartitionBoundSpec
) -> None:
    """A new, empty partition: the default one is read, for rows that would belong here."""
    if parent is None:
        return
    default = scene.world.default_partition(parent.oid)
    if default is not None and default.oid != table.oid:
        scene.lock(default, LockMode.ACCESS_EXCLUSIVE)
        scene.scan(default)
