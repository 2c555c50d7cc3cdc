"""RENAME and SET SCHEMA."""

from dataclasses import replace

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import alter_columns, syntax
from cockpit.analysis.impact.scene import Scene
from cockpit.analysis.impact.world import World
from cockpit.model.facts import RelationFacts
from cockpit.model.locks import LockMode

_AX, _SUX = LockMode.ACCESS_EXCLUSIVE, LockMode.SHARE_UPDATE_EXCLUSIVE
_RELATIONS = {
    pb.OBJECT_TABLE: ("rpfmvSiI", "a table"),
    pb.OBJECT_VIEW: ("v", "a view"),
    pb.OBJECT_MATVIEW: ("m", "a materialized view"),
    pb.OBJECT_SEQUENCE: ("S", "a sequence"),
    pb.OBJECT_INDEX: ("iIrpmvSf", "an index"),
    pb.OBJECT_FOREIGN_TABLE: ("f", "a foreign table"),
}
"""Which kinds each command takes: TABLE almost all, and RENAME of INDEX too."""
_ON_RELATION = (pb.OBJECT_TRIGGER, pb.OBJECT_RULE, pb.OBJECT_POLICY)


def rename(scene: Scene, node: pb.RenameStmt) -> None:
    """ALTER ... RENAME of anything."""
    if node.rename_type in _RELATIONS:
        _rename_relation(scene, node)
    elif node.rename_type in (pb.OBJECT_COLUMN, pb.OBJECT_ATTRIBUTE):
        _rename_column(scene, node)
    elif node.rename_type == pb.OBJECT_TABCONSTRAINT:
        _rename_constraint(scene, node)
    elif node.rename_type in _ON_RELATION:
        _rename_on_relation(scene, node)
    elif node.rename_type == pb.OBJECT_TYPE:
        _rename_type(scene, node)
    elif node.rename_type == pb.OBJECT_STATISTIC_EXT:
        _rename_statistics(scene, node)
    elif node.rename_type == pb.OBJECT_SCHEMA:
        scene.world.rename_schema(node.subname, node.newname)


def _rename_relation(scene: Scene, node: pb.RenameStmt) -> None:
    """An index is renamed while readers and writers go on."""
    relation = scene.find_only(node.relation, *_RELATIONS[node.rename_type])
    if relation is None:
        return
    gently = relation.kind in "iI" and node.rename_type == pb.OBJECT_INDEX
    scene.lock(relation, _SUX if gently else _AX)
    scene.world.change(relation, name=node.newname)


def _rename_column(scene: Scene, node: pb.RenameStmt) -> None:
    relation = scene.find(node.relation)
    if relation is None:
        return
    members = list(scene.world.tree(relation.oid)) if node.relation.inh else [relation]
    scene.lock(relation, _AX)
    if relation.kind == "c":
        alter_columns.refuse_typed_tables(scene, relation, node.behavior)
        for table in list(scene.world.relations.values()):
            if table.of_type and table.of_type == relation.row_type:
                members += scene.world.tree(table.oid)
    for member in members:
        scene.lock(member, _AX)
        scene.world.change_column(member, node.subname, name=node.newname)
        _say_anew(scene.world, member.oid, node.subname, node.newname)


def _say_anew(world: World, table: int, old: str, new: str) -> None:
    """Checks and conditions of indexes go on meaning the column, so they say its new name."""
    for constraint in world.constraints.of(table):
        if constraint.expression:
            world.constraints.put(
                replace(constraint, expression=_renamed(constraint.expression, old, new))
            )
    for index in world.indexes.of(table):
        if index.predicate:
            world.indexes.put(replace(index, predicate=_renamed(index.predicate, old, new)))


def _renamed(text: str, old: str, new: str) -> str:
    expression = syntax.parse_expression(text)
    if expression is None or old not in syntax.column_names(expression):
        return text
    column = pb.ColumnRef(fields=[pb.Node(string=pb.String(sval=new))])
    return syntax.to_text(syntax.with_column(expression, old, column))


def _rename_constraint(scene: Scene, node: pb.RenameStmt) -> None:
    """Children inherit a check by its name, so they are locked too."""
    relation = scene.find(node.relation)
    if relation is None:
        return
    scene.lock(relation, _AX)
    world = scene.world
    found = [c for c in world.constraints.of(relation.oid) if c.name == node.subname]
    for constraint in found:
        if constraint.kind in "cn" and not constraint.no_inherit:
            for member in world.tree(relation.oid):
                scene.lock(member, _AX)
        if constraint.kind in "pux":
            index = world.relations.get(constraint.index)
            scene.lock(index, _SUX)
            if index is not None:
                world.change(index, name=node.newname)
        world.constraints.put(replace(constraint, name=node.newname))


def _rename_on_relation(scene: Scene, node: pb.RenameStmt) -> None:
    """Triggers of partitions are renamed with that of the partitioned table since 15."""
    relation = scene.find(node.relation)
    if relation is None:
        return
    scene.lock(relation, _AX)
    for trigger in scene.world.triggers.of(relation.oid):
        if node.rename_type == pb.OBJECT_TRIGGER and trigger.name == node.subname:
            scene.world.triggers.put(replace(trigger, name=node.newname))
    partitioned = node.rename_type == pb.OBJECT_TRIGGER and relation.kind == "p"
    if partitioned and scene.major >= 15:
        for member in scene.world.tree(relation.oid):
            scene.lock(member, _AX)


def _rename_type(scene: Scene, node: pb.RenameStmt) -> None:
    name = syntax.object_name(node.object)
    relation = scene.world.find(name.schemaname, name.relname)
    if relation is not None and relation.kind == "c":
        scene.lock(relation, _AX)
        scene.world.change(relation, name=node.newname)


def _rename_statistics(scene: Scene, node: pb.RenameStmt) -> None:
    """The table is not locked."""
    world, name = scene.world, syntax.object_name(node.object)
    places = [name.schemaname] if name.schemaname else world.search_path
    for found in list(world.statistics):
        if found.name == name.relname and found.schema in places:
            world.statistics.put(replace(found, name=node.newname))


def set_schema(scene: Scene, node: pb.AlterObjectSchemaStmt) -> None:
    """SET SCHEMA: owned sequences and indexes move along."""
    if node.object_type not in _RELATIONS:
        return
    relation = scene.find_only(node.relation, *_RELATIONS[node.object_type])
    if relation is None:
        return
    scene.lock(relation, _AX)
    world = scene.world
    if node.newschema not in world.schemas:
        scene.refuse(f"schema {node.newschema} does not exist")
    movers: list[RelationFacts] = [relation, *world.owned_sequences(relation.oid)]
    constrained = {c.index for c in world.constraints.of(relation.oid)}
    movers += [world.relations[i.oid] for i in world.indexes.of(relation.oid)]
    for mover in movers:
        if mover.oid not in constrained:
            scene.lock(mover, _AX)
        world.change(mover, schema=node.newschema)


HANDLERS = {"RenameStmt": rename, "AlterObjectSchemaStmt": set_schema}
