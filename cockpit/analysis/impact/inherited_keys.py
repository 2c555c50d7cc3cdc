"""Foreign keys of a partitioned table, which its partitions share."""

from collections.abc import Iterable
from dataclasses import replace

from cockpit.analysis.impact.alteration import Alteration
from cockpit.analysis.impact.references import without_shares
from cockpit.analysis.impact.scene import Scene
from cockpit.analysis.impact.world import World
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
        if not take_over(scene, key, own, alteration) and alteration is not None:
            _look_up(alteration, partition.oid, key)
    for key in without_shares(world.references_to(parent.oid)):
        mode = _SRX if world.major >= 15 else _SHARED
        scene.lock(world.relations.get(key.table), mode)


def _look_up(alteration: Alteration, partition: int, key: ConstraintFacts) -> None:
    for member in alteration.scene.world.tree(partition):
        if member.kind != "p":
            alteration.on(member).foreign_keys.append(key)


def take_over(
    scene: Scene,
    key: ConstraintFacts,
    own: Iterable[ConstraintFacts],
    alteration: Alteration | None = None,
) -> bool:
    """A partition's own foreign key becomes a share of its parent's; since 18 one NOT VALID too.

    Its action triggers, if it is enforced, go from the referenced table, since the parent has some
    already; from 15 on also from the partitions of that table (`tryAttachPartitionForeignKey`).
    """
    world = scene.world
    same = next((one for one in own if _same_key(world, key, one)), None)
    if same is None:
        return False
    if same.enforced != key.enforced:
        scene.refuse("the partition has the same foreign key, and only one of them is enforced")
    for member in world.tree(key.references) if same.enforced else ():
        if member.oid == key.references or world.major >= 15:
            scene.lock(member, _AX)
    world.constraints.put(replace(same, parent=key.oid, valid=same.valid or key.valid))
    if key.valid and not same.valid and alteration is not None:
        _look_up(alteration, same.table, key)
    return True


def _same_key(world: World, one: ConstraintFacts, other: ConstraintFacts) -> bool:
    relations = world.relations
    return (
        one.references == other.references
        and (other.valid or world.major >= 18)
        and not other.parent
        and (one.deferrable, one.deferred) == (other.deferrable, other.deferred)
        and (one.on_update, one.on_delete) == (other.on_update, other.on_delete)
        and one.referenced_columns == other.referenced_columns
        and relations[one.table].named(one.columns) == relations[other.table].named(other.columns)
    )
