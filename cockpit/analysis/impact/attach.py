"""ATTACH PARTITION, and CREATE TABLE ... PARTITION OF."""

from dataclasses import replace

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.alteration import Alteration
from cockpit.analysis.impact.bounds import Bound, bound_from, bound_of
from cockpit.analysis.impact.inherited_keys import clone_foreign_keys
from cockpit.analysis.impact.partitioning import excludes_bound, proves_bound
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import IndexFacts, RelationFacts
from cockpit.model.locks import LockMode

_AX = LockMode.ACCESS_EXCLUSIVE
_SUX, _SHARED = LockMode.SHARE_UPDATE_EXCLUSIVE, LockMode.ACCESS_SHARE


def attach(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """The parent stays usable; the new partition is locked, and read unless checks prove its bound.

    The default partition is locked and read too, for rows that would belong to the new one.
    """
    scene, world = alteration.scene, alteration.scene.world
    definition = getattr(command, "def").partition_cmd
    if relation.kind not in "pI":
        scene.refuse(f"{relation.name} is not partitioned")
    partition = scene.find(definition.name, "i" if alteration.index else "r")
    if not alteration.index:
        scene.lock(world.default_partition(relation.oid), _AX)
    if partition is None:
        return
    if alteration.index:
        _attach_index(scene, relation, partition)
        return
    scene.lock(partition, _AX)
    _refuse_family(scene, partition)
    for member in world.tree(partition.oid):
        scene.lock(member, _AX)
    scene.lock_ancestors(relation)
    bound = bound_from(definition.bound)
    _refuse_other_columns(scene, relation, partition)
    _refuse_overlap(scene, relation, bound)
    _lock_default(alteration, relation, partition, bound)
    _check_rows(alteration, relation, partition, bound)
    _match_indexes(alteration, relation, partition)
    _clone_triggers(scene, relation)
    clone_foreign_keys(scene, relation, partition, alteration)
    world.inherit(partition.oid, relation.oid)
    world.change(partition, partition=True, bound=bound_text(definition.bound))


def _refuse_family(scene: Scene, partition: RelationFacts) -> None:
    """A partition, an heir, a parent of heirs or a table OF a type cannot be attached."""
    if scene.world.parents(partition.oid):
        scene.refuse(f"{partition.name} belongs to another table already")
    if partition.of_type or (partition.kind == "r" and scene.world.children(partition.oid)):
        scene.refuse(f"{partition.name} has heirs, or a type of its own")


def _refuse_other_columns(scene: Scene, parent: RelationFacts, partition: RelationFacts) -> None:
    """Both must have the same columns (`MergeAttributesIntoExisting`)."""
    theirs = {c.name: c.type for c in parent.columns}
    own = {c.name: c.type for c in partition.columns}
    for name in theirs.keys() ^ own.keys():
        scene.refuse(f"only one of {parent.name} and {partition.name} has a column {name}")
    for name in theirs:
        if theirs[name] != own.get(name):
            scene.refuse(f"{name} has another type in {partition.name} than in {parent.name}")


def _refuse_overlap(scene: Scene, parent: RelationFacts, bound: Bound) -> None:
    """`check_new_partition_bound`."""
    for other in scene.world.children(parent.oid):
        if bound.overlaps(bound_of(other.bound or "")):
            scene.refuse(f"some of its rows belong to {other.name}")


def _clone_triggers(scene: Scene, parent: RelationFacts) -> None:
    """A constraint trigger FROM another table looks that table up for every clone."""
    for trigger in scene.world.triggers.of(parent.oid):
        if trigger.referenced and not trigger.internal:
            scene.lock(scene.world.relations.get(trigger.referenced), _SHARED)


def bound_text(spec: pb.PartitionBoundSpec) -> str:
    """A bound as the catalog prints it."""
    if spec.is_default:
        return "DEFAULT"
    table = pb.CreateStmt(
        relation=pb.RangeVar(relname="p", inh=True, relpersistence="p"),
        inh_relations=[pb.Node(range_var=pb.RangeVar(relname="t", inh=True, relpersistence="p"))],
        partbound=spec,
    )
    text = syntax.to_statement(table)
    return text[text.index("FOR VALUES") :]


def _attach_index(scene: Scene, parent: RelationFacts, index: RelationFacts) -> None:
    """ALTER INDEX ... ATTACH PARTITION: both indexes are locked, their tables looked up."""
    world = scene.world
    facts = world.indexes.get(index.oid)
    scene.lock(parent, _SUX)
    scene.lock(index, _AX)
    if facts is not None:
        scene.lock(world.relations.get(facts.table), _SHARED)
        world.indexes.put(replace(facts, parent=parent.oid))
    above = world.indexes.get(parent.oid)
    if above is not None:
        scene.lock(world.relations.get(above.table), _SHARED)


def _lock_default(
    alteration: Alteration, parent: RelationFacts, partition: RelationFacts, bound: Bound
) -> None:
    scene, world = alteration.scene, alteration.scene.world
    default = world.default_partition(parent.oid)
    if default is None or default.oid == partition.oid:
        return
    for member in world.tree(default.oid):
        scene.lock(member, _AX)
        if not excludes_bound(world, parent, member, bound):
            alteration.on(member).check |= member.kind != "p"


def _check_rows(
    alteration: Alteration, parent: RelationFacts, partition: RelationFacts, bound: Bound
) -> None:
    world = alteration.scene.world
    if bound.strategy == "d" and not world.children(parent.oid):
        return
    if proves_bound(world, parent, partition, bound):
        return
    if partition.kind != "p":
        alteration.on(partition).check = True
        return
    for child in world.children(partition.oid):
        _check_rows(alteration, parent, child, bound)


def _match_indexes(alteration: Alteration, parent: RelationFacts, partition: RelationFacts) -> None:
    """An index of the same shape is taken over; a missing one is built."""
    scene, world = alteration.scene, alteration.scene.world
    own = world.indexes.of(partition.oid)
    for index in own:
        scene.lock(world.relations.get(index.oid), _SHARED)
    taken: set[int] = set()
    for index in world.indexes.of(parent.oid):
        scene.lock(world.relations.get(index.oid), _SUX)
        same = next((i for i in own if i.oid not in taken and _same(scene, parent, index, i)), None)
        if same is not None:
            taken.add(same.oid)
        else:
            for member in world.tree(partition.oid):
                alteration.on(member).check |= member.kind != "p"


def _same(scene: Scene, parent: RelationFacts, one: IndexFacts, other: IndexFacts) -> bool:
    """`CompareIndexInfo`, with columns matched by name."""
    partition = scene.world.relations[other.table]
    names = parent.named(one.columns)
    return (
        names == partition.named(other.columns)
        and (one.method, one.unique, one.keys) == (other.method, other.unique, other.keys)
        and (one.classes == other.classes or not one.classes or not other.classes)
        and one.expressions == other.expressions
        and one.predicate == other.predicate
        and other.valid
        and not other.parent
        and _constrained(scene, one) <= _constrained(scene, other)
    )


def _constrained(scene: Scene, index: IndexFacts) -> bool:
    constraints = scene.world.constraints.of(index.table)
    return any(c.index == index.oid and c.kind in "pux" for c in constraints)


def create_partition(
    scene: Scene, parent: RelationFacts | None, table: RelationFacts, spec: pb.PartitionBoundSpec
) -> None:
    """A new, empty partition: the default one is read, for rows that would belong here."""
    if parent is None:
        return
    world, bound = scene.world, bound_from(spec)
    default = world.default_partition(parent.oid)
    if parent.kind != "p":
        scene.refuse(f"{parent.name} is not partitioned")
    scene.lock(default, _AX)
    _refuse_overlap(scene, parent, bound)
    if default is not None and default.oid != table.oid:
        for member in world.tree(default.oid):
            scene.lock(member, _AX)
            if not excludes_bound(world, parent, member, bound):
                scene.scan(member)
    for index in world.indexes.of(parent.oid):
        scene.lock(world.relations.get(index.oid), _SUX)
    clone_foreign_keys(scene, parent, table)
    world.change(world.relations[table.oid], partition=True, bound=bound_text(spec))
