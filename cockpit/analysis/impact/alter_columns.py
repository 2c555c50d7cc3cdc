"""Subcommands of ALTER TABLE that add, drop and change columns, their types aside."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import alter_constraints, syntax
from cockpit.analysis.impact.alteration import Alteration
from cockpit.analysis.impact.cascade import Cascade
from cockpit.analysis.impact.columns import column_of
from cockpit.analysis.impact.datatypes import DataTypes
from cockpit.analysis.impact.defaults import keep_default
from cockpit.analysis.impact.row_types import lock_composites
from cockpit.analysis.impact.scene import Scene
from cockpit.analysis.impact.volatility import is_volatile
from cockpit.model.facts import ColumnFacts, RelationFacts
from cockpit.model.locks import LockMode

_ON_COLUMN = (pb.CONSTR_CHECK, pb.CONSTR_FOREIGN, pb.CONSTR_UNIQUE, pb.CONSTR_PRIMARY)


def add(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """ADD COLUMN: cheap, unless rows must be given values or looked at."""
    definition = getattr(command, "def").column_def
    world = alteration.scene.world
    if relation.column(definition.colname) is not None and command.missing_ok:
        return
    if relation.kind == "c":
        refuse_typed_tables(alteration.scene, relation, command.behavior)
        world.add_column(relation, column_of(world, definition))
        for table in _typed_tables(alteration, relation):
            _add_one(alteration, table, definition)
        return
    changed = _add_one(alteration, relation, definition)
    for node in definition.constraints:
        if node.constraint.contype in _ON_COLUMN:
            alter_constraints.add_on_column(alteration, changed, definition.colname, node)


def _add_one(
    alteration: Alteration, relation: RelationFacts, definition: pb.ColumnDef
) -> RelationFacts:
    """The column alone, in the table and its descendants that do not have it yet."""
    world = alteration.scene.world
    column = column_of(world, definition)
    for child in alteration.looked_up_children(relation):
        if child.column(column.name) is None:
            changed = _add_one(alteration, child, definition)
            world.change_column(changed, column.name, local=False, ancestors=1)
    lock_composites(alteration.scene, [column.type])
    fills = _fills_rows(alteration, column, definition)
    work = alteration.on(relation)
    work.rewrite |= fills
    work.values |= column.default is not None or bool(column.generated == "s")
    default = DataTypes(world).default_of(column.type)
    empty = column.default is None and default is None
    work.check |= column.not_null and (empty or column.generated == "v")
    if fills:
        _evaluate(alteration, relation, definition)
    relation = world.add_column(relation, column)
    for node in definition.constraints:
        if node.constraint.contype == pb.CONSTR_DEFAULT and column.default:
            value = syntax.unwrap(node.constraint.raw_expr)
            relation = keep_default(world, relation, column.name, value)
    return relation


def _evaluate(alteration: Alteration, relation: RelationFacts, definition: pb.ColumnDef) -> None:
    """Functions and sequences in a default that is computed for every row."""
    if alteration.scene.world.is_assumed(relation):
        alteration.scene.note(f"column {definition.colname} needs a value in every row")
    for node in definition.constraints:
        if node.constraint.contype == pb.CONSTR_DEFAULT:
            for part in syntax.walk(syntax.unwrap(node.constraint.raw_expr)):
                if isinstance(part, pb.FuncCall):
                    alteration.scene.study(part)


def _fills_rows(alteration: Alteration, column: ColumnFacts, definition: pb.ColumnDef) -> bool:
    """Whether every row gets a value of its own, so that the table is written anew."""
    world = alteration.scene.world
    if column.generated:
        return column.generated == "s"
    if column.identity or (column.default or "").startswith("nextval("):
        return True
    types = DataTypes(world)
    if types.has_domain_constraints(column.type):
        return True
    default = next(
        (n.constraint for n in definition.constraints if n.constraint.contype == pb.CONSTR_DEFAULT),
        None,
    )
    if default is not None:
        return is_volatile(world, syntax.unwrap(default.raw_expr))
    inherited = types.default_of(column.type)
    return inherited is not None and is_volatile(world, inherited)


def drop(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """DROP COLUMN, with everything that hangs on it."""
    scene, world = alteration.scene, alteration.scene.world
    column = relation.column(command.name)
    if column is None and not world.is_assumed(relation):
        return
    if column is not None and column.ancestors and relation.oid == alteration.top:
        scene.refuse(f"{relation.name} inherits {column.name}")
    if column is not None and relation.key and column.number in relation.key.columns:
        scene.refuse(f"{column.name} is part of the partition key of {relation.name}")
    what = "attribute" if relation.kind == "c" else "column"
    scene.lose(f"{what} {relation.name}.{command.name}")
    children = alteration.looked_up_children(relation)
    if alteration.only and relation.kind == "p" and world.children(relation.oid):
        scene.refuse(f"{command.name} must be dropped from the partitions too")
    for child in children:
        inherited = child.column(command.name)
        if inherited is not None and inherited.ancestors <= 1 and not inherited.local:
            drop(alteration, child, command)
    if relation.kind == "c":
        refuse_typed_tables(scene, relation, command.behavior)
        for table in _typed_tables(alteration, relation):
            drop(alteration, table, command)
    if column is not None:
        cascade = Cascade(scene, cascades=command.behavior == pb.DROP_CASCADE)
        cascade.drop(("pg_class", relation.oid, column.number))


def refuse_typed_tables(scene: Scene, composite: RelationFacts, behavior: int) -> None:
    """Without CASCADE a table OF the type forbids the change (`find_typed_table_dependencies`)."""
    typed = [r for r in scene.world.relations.values() if r.of_type == composite.row_type]
    if composite.row_type and typed and behavior != pb.DROP_CASCADE:
        scene.refuse(f"{composite.name} is the type of table {typed[0].name}")


def _typed_tables(alteration: Alteration, composite: RelationFacts) -> list[RelationFacts]:
    """Tables OF a composite type are altered with it, when CASCADE allows that."""
    world = alteration.scene.world
    found = [r for r in world.relations.values() if r.of_type and r.of_type == composite.row_type]
    for table in found:
        alteration.scene.lock(table, alteration.mode)
    return found


def set_default(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """SET DEFAULT, DROP DEFAULT: for rows to come."""
    expression = syntax.unwrap(getattr(command, "def"))
    world = alteration.scene.world
    if expression is None:
        world.change_column(relation, command.name, default=None)
    else:
        keep_default(world, relation, command.name, expression)


def set_expression(
    alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd
) -> None:
    """SET EXPRESSION: stored values are computed anew; virtual ones read if a check names them.

    What hangs on a stored column is made again, as with its type (`ATExecSetExpression`).
    """
    column = relation.column(command.name)
    if column is None or column.generated != "v":
        alteration.on(relation).rewrite = True
        alteration.retyped += [(relation.oid, column, column)] if column else []
        return
    world = alteration.scene.world
    checks = [c for c in world.constraints.of(relation.oid) if c.kind in "cn" and c.valid]
    alteration.on(relation).check |= any(column.number in c.columns for c in checks)


def drop_expression(
    alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd
) -> None:
    """DROP EXPRESSION: the values stay."""
    alteration.scene.world.change_column(relation, command.name, generated="", default=None)


def add_identity(
    alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd
) -> None:
    """ADD GENERATED AS IDENTITY: since 17 also for the partitions."""
    scene, world = alteration.scene, alteration.scene.world
    world.change_column(relation, command.name, identity="d")
    if scene.major >= 17 and relation.kind == "p":
        for child in alteration.children(relation):
            add_identity(alteration, child, command)


def set_identity(
    alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd
) -> None:
    """SET GENERATED, RESTART, ...: the sequence of the column is altered.

    Since 17 partitions are told too, but only what is GENERATED (`ATExecSetIdentity`).
    """
    scene = alteration.scene
    for sequence in _sequences_of(alteration, relation, command.name):
        scene.lock(sequence, LockMode.SHARE_ROW_EXCLUSIVE)
    generated = syntax.option(getattr(command, "def").list.items, "generated") is not None
    if scene.major >= 17 and relation.kind == "p" and generated:
        for child in alteration.children(relation):
            set_identity(alteration, child, command)


def drop_identity(
    alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd
) -> None:
    """DROP IDENTITY: the sequence goes too."""
    scene, world = alteration.scene, alteration.scene.world
    column = relation.column(command.name)
    if column is not None and not column.identity:
        return
    if scene.major >= 17 and relation.kind == "p":
        for child in alteration.children(relation):
            drop_identity(alteration, child, command)
    for sequence in _sequences_of(alteration, relation, command.name):
        scene.lock(sequence, LockMode.ACCESS_EXCLUSIVE)
        world.remove(sequence.oid)
    world.change_column(relation, command.name, identity="")


def _sequences_of(
    alteration: Alteration, relation: RelationFacts, name: str
) -> list[RelationFacts]:
    column = relation.column(name)
    number = column.number if column else 0
    return alteration.scene.world.owned_sequences(relation.oid, number)


def set_storage(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """SET STORAGE, SET COMPRESSION: indexes with the column follow."""
    alteration.scene.lock_indexes(relation, LockMode.ACCESS_EXCLUSIVE)
