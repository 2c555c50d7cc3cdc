"""Foreign keys of a partitioned table, which its partitions share."""

from collections.abc import Iterable
from dataclasses import replace

from cockpit.analysis.impact.alteration import Alteration
from cockpit.analysis.impact.references import without_shares
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import ConstraintFacts, RelationFacts
from cockpit.model.locks import LockMode

_AX, _SRX = LockMode.ACCESS_EXCLUSIVE, LockMode.SHARE_ROW_EXCLUSIVE
_SHARED = LockMode.ACCESS_SHARE


def clone_foreign_keys(
    scene: Scene,
    parent: RelationFacts,
    partition: RelationFacts,
    alteration: Alteration | None = None,
) -> None:
    """The parent's foreign keys hold for the partition, also those that point to the parent."""
    world = scene.world
    own = [c for c in world.constraints.of(partition.oid) if c.kind == "f"]
    for key in without_shares(c for c in world.constraints.of(parent.oid) if c.kind == "f"):
        for member in world.tree(key.references):
            scene.lock(member, _SRX)
        if take_over(scene, key, own) or alteration is None:
            continue
        for member in world.tree(partition.oid):
            if member.kind != "p":
                alteration.on(member).foreign_keys.append(key)
    for key in without_shares(world.references_to(parent.oid)):
        mode = _SRX if world.major >= 15 else _SHARED
        scene.lock(world.relations.get(key.table), mode)


def take_over(scene: Scene, key: ConstraintFacts, own: Iterable[ConstraintFacts]) -> bool:
    """A partition's own foreign key becomes a share of its parent's.

    Its action triggers on the referenced table are dropped, since the parent has some already; from
    15 on also those on the partitions of that table (`tryAttachPartitionForeignKey`).
    """
    world = scene.world
    same = next((one for one in own if _same_key(world.relations, key, one)), None)
    if same is None:
        return False
    for member in world.tree(key.references):
        if member.oid == key.references or world.major >= 15:
            scene.lock(member, _AX)
    world.constraints.put(replace(same, parent=key.oid))
    return True


def _same_key(
    relations: dict[int, RelationFacts], one: ConstraintFacts, other: ConstraintFacts
) -> bool:
    return (
        one.references == other.references
        and other.valid
        and not other.parent
        and (one.deferrable, one.deferred) == (other.deferrable, other.deferred)
        and (one.on_update, one.on_delete) == (other.on_update, other.on_delete)
        and one.referenced_columns == other.referenced_columns
        and relations[one.table].named(one.columns) == relations[other.table].named(other.columns)
    )
