"""ALTER COLUMN TYPE."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import alter_columns, syntax
from cockpit.analysis.impact.alteration import Alteration
from cockpit.analysis.impact.coercion import Coercions
from cockpit.analysis.impact.datatypes import DataTypes
from cockpit.analysis.impact.operator_classes import compare_alike, stays_usable
from cockpit.analysis.impact.row_types import lock_composites, refuse_users
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import ColumnFacts, ConstraintFacts, RelationFacts
from cockpit.model.locks import LockMode

_AX, _SRX = LockMode.ACCESS_EXCLUSIVE, LockMode.SHARE_ROW_EXCLUSIVE


def change(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """ALTER COLUMN TYPE: a rewrite, unless the stored values can stay as they are.

    Indexes, checks and foreign keys with the column are made again; without a rewrite an index
    keeps its file when nothing in its definition changes, a valid check is read again.
    """
    scene, world = alteration.scene, alteration.scene.world
    definition = getattr(command, "def").column_def
    column = relation.column(command.name)
    if column is None:
        _assume(alteration, relation, command.name)
        return
    changed = _changed(alteration, column, definition)
    lock_composites(scene, [changed.type])
    for sequence in world.owned_sequences(relation.oid, column.number) if column.identity else ():
        scene.lock(sequence, _SRX)
    using = syntax.unwrap(definition.raw_default)
    keeps = Coercions(world).keeps_bits(column, changed.type, changed.typmod, using)
    if relation.kind in "rmp" and column.generated != "v":
        alteration.on(relation).rewrite |= not keeps
        alteration.on(relation).values = True
    if not keeps and _narrows(world_types := DataTypes(world), column, changed):
        scene.lose(
            f"what does not fit in {relation.name}.{column.name} as {_words(world_types, changed)}"
        )
    if relation.kind == "c":
        _change_typed_tables(alteration, relation, command)
    world.change_column(
        relation, column.name, type=changed.type, typmod=changed.typmod, collation=changed.collation
    )
    alteration.retyped.append((relation.oid, column, changed))


def prepare(scene: Scene, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """What forbids the change before any other table is locked."""
    column = relation.column(command.name)
    if column is None:
        return
    oid, _ = DataTypes(scene.world).resolve(getattr(command, "def").column_def.type_name)
    if column.identity and DataTypes(scene.world).name(oid) not in ("int2", "int4", "int8"):
        for sequence in scene.world.owned_sequences(relation.oid, column.number):
            scene.lock(sequence, _SRX)
        scene.refuse(f"{column.name} is an identity column, so it must be an integer")
    if column.ancestors:
        scene.refuse(f"{relation.name} inherits {column.name}")
    if relation.key and column.number in relation.key.columns:
        scene.refuse(f"{column.name} is part of the partition key of {relation.name}")


def _change_typed_tables(
    alteration: Alteration, composite: RelationFacts, command: pb.AlterTableCmd
) -> None:
    """Tables OF the type change with it; a column of the type forbids the change."""
    scene, world = alteration.scene, alteration.scene.world
    refuse_users(scene, composite)
    alter_columns.refuse_typed_tables(scene, composite, command.behavior)
    for table in list(world.relations.values()):
        if table.of_type and table.of_type == composite.row_type:
            for member in list(world.tree(table.oid)):
                scene.lock(member, alteration.mode)
                change(alteration, member, command)


def _assume(alteration: Alteration, relation: RelationFacts, name: str) -> None:
    if alteration.scene.world.is_assumed(relation) and relation.kind in "rmp":
        alteration.on(relation).rewrite = True
        alteration.scene.note(f"the old type of {name} decides whether the table is rewritten")


def _changed(alteration: Alteration, column: ColumnFacts, definition: pb.ColumnDef) -> ColumnFacts:
    from dataclasses import replace

    world = alteration.scene.world
    types = DataTypes(world)
    oid, typmod = types.resolve(definition.type_name)
    found = types.get(oid)
    collation = found.collation if found else 0
    if definition.HasField("coll_clause"):
        name = syntax.words(definition.coll_clause.collname)[-1]
        collation = world.objects.get(("pg_collation", name), -1)
    return replace(column, type=oid, typmod=typmod, collation=collation)


def _narrows(types: DataTypes, old: ColumnFacts, new: ColumnFacts) -> bool:
    """The same type with less room, or a number with less range."""
    order = ("int2", "int4", "int8", "numeric")
    names = types.name(old.type), types.name(new.type)
    if names[0] == names[1]:
        return new.typmod != -1
    if names[0] in order and names[1] in order:
        return order.index(names[1]) < order.index(names[0])
    return names in (("float8", "float4"), ("timestamptz", "date"), ("timestamp", "date"))


def _words(types: DataTypes, column: ColumnFacts) -> str:
    found = types.get(column.type)
    return found.name if found else "the new type"


def remake(alteration: Alteration) -> None:
    """Make indexes and constraints of changed columns again, once all types are known."""
    for oid, old, new in alteration.retyped:
        relation = alteration.scene.world.relations[oid]
        _remake_indexes(alteration, relation, old, new)
        _remake_checks(alteration, relation, old)
        _remake_foreign_keys(alteration, relation, old, new)


def _remake_indexes(
    alteration: Alteration, relation: RelationFacts, old: ColumnFacts, new: ColumnFacts
) -> None:
    scene, world = alteration.scene, alteration.scene.world
    work = alteration.on(relation)
    for index in world.indexes.of(relation.oid):
        if old.number in index.uses or old.number in index.columns:
            scene.lock(world.relations[index.oid], _AX)
            if not work.rewrite and not stays_usable(world, index, old, new):
                work.stale_indexes[index.oid] = None


def _remake_checks(alteration: Alteration, relation: RelationFacts, old: ColumnFacts) -> None:
    for constraint in alteration.scene.world.constraints.of(relation.oid):
        holds = constraint.kind == "c" and constraint.valid and constraint.enforced
        if holds and old.number in constraint.columns:
            alteration.on(relation).check = True


def _remake_foreign_keys(
    alteration: Alteration, relation: RelationFacts, old: ColumnFacts, new: ColumnFacts
) -> None:
    """Both sides are locked; rows are looked up again when a side is rewritten or compares anew.

    A key that is not enforced (18) has no triggers to drop on the referenced side.
    """
    scene, world = alteration.scene, alteration.scene.world
    own = [
        c for c in world.constraints.of(relation.oid) if c.kind == "f" and old.number in c.columns
    ]
    others = [c for c in world.references_to(relation.oid) if old.number in c.referenced_columns]
    for key in (*own, *others):
        scene.lock(world.relations.get(key.table), _AX)
        scene.lock(world.relations.get(key.references), _AX if key.enforced else _SRX)
        if not key.parent and key.valid and _must_look_up(alteration, key, old, new):
            for member in world.tree(key.table):
                if member.kind != "p":
                    alteration.on(member).foreign_keys.append(key)


def _must_look_up(
    alteration: Alteration, key: ConstraintFacts, old: ColumnFacts, new: ColumnFacts
) -> bool:
    world = alteration.scene.world
    sides = (world.relations[key.table], world.relations[key.references])
    if any(alteration.on(side).rewrite for side in sides):
        return True
    return not compare_alike(world, old.type, new.type)
