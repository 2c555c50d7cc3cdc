"""ATTACH PARTITION, and CREATE TABLE ... PARTITION OF."""

from dataclasses import replace

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.alteration import Alteration
from cockpit.analysis.impact.bounds import Bound, bound_from
from cockpit.analysis.impact.partitioning import excludes_bound, proves_bound
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import ConstraintFacts, IndexFacts, RelationFacts
from cockpit.model.locks import LockMode

_AX, _SRX = LockMode.ACCESS_EXCLUSIVE, LockMode.SHARE_ROW_EXCLUSIVE
_SUX, _SHARED = LockMode.SHARE_UPDATE_EXCLUSIVE, LockMode.ACCESS_SHARE


def attach(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """The parent stays usable; the new partition is locked, and read unless checks prove its bound.

    The default partition is locked and read too, for rows that would belong to the new one.
    """
    scene, world = alteration.scene, alteration.scene.world
    definition = getattr(command, "def").partition_cmd
    partition = scene.find(definition.name, "i" if alteration.index else "r")
    if partition is None:
        return
    if alteration.index:
        _attach_index(scene, relation, partition)
        return
    for member in world.tree(partition.oid):
        scene.lock(member, _AX)
    bound = bound_from(definition.bound)
    _lock_default(alteration, relation, partition, bound)
    _check_rows(alteration, relation, partition, bound)
    _match_indexes(alteration, relation, partition)
    _clone_foreign_keys(scene, relation, partition, alteration)
    world.inherit(partition.oid, relation.oid)
    world.change(partition, partition=True, bound=bound_text(definition.bound))


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
    names = _names(parent, one.columns)
    return (
        names == _names(partition, other.columns)
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


def _names(table: RelationFacts, numbers: tuple[int, ...]) -> list[str]:
    named = {column.number: column.name for column in table.columns}
    return [named.get(number, "") for number in numbers]


def _clone_foreign_keys(
    scene: Scene,
    parent: RelationFacts,
    partition: RelationFacts,
    alteration: Alteration | None = None,
) -> None:
    """The parent's foreign keys hold for the partition, also those that point to the parent."""
    world = scene.world
    own = [c for c in world.constraints.of(partition.oid) if c.kind == "f"]
    for key in [c for c in world.constraints.of(parent.oid) if c.kind == "f"]:
        if key.references == parent.oid and key.parent:
            continue
        for member in world.tree(key.references):
            scene.lock(member, _SRX)
        if alteration is not None and not any(_same_key(world.relations, key, o) for o in own):
            for member in world.tree(partition.oid):
                if member.kind != "p":
                    alteration.on(member).foreign_keys.append(key)
    for key in world.references_to(parent.oid):
        if not key.parent or world.relations[key.table].kind != "p":
            mode = _SRX if world.major >= 15 else _SHARED
            scene.lock(world.relations.get(key.table), mode)


def _same_key(
    relations: dict[int, RelationFacts], one: ConstraintFacts, other: ConstraintFacts
) -> bool:
    return (
        one.references == other.references
        and one.referenced_columns == other.referenced_columns
        and _names(relations[one.table], one.columns)
        == _names(relations[other.table], other.columns)
    )


def create_partition(
    scene: Scene, parent: RelationFacts | None, table: RelationFacts, spec: pb.PartitionBoundSpec
) -> None:
    """A new, empty partition: the default one is read, for rows that would belong here."""
    if parent is None:
        return
    world, bound = scene.world, bound_from(spec)
    default = world.default_partition(parent.oid)
    if default is not None and default.oid != table.oid:
        for member in world.tree(default.oid):
            scene.lock(member, _AX)
            if not excludes_bound(world, parent, member, bound):
                scene.scan(member)
    for index in world.indexes.of(parent.oid):
        scene.lock(world.relations.get(index.oid), _SUX)
    _clone_foreign_keys(scene, parent, table)
    world.change(world.relations[table.oid], partition=True, bound=bound_text(spec))
