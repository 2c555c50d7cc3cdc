"""CREATE TABLE in all its forms, and what comes inside CREATE SCHEMA."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import alter_constraints, attach, syntax
from cockpit.analysis.impact.alteration import Alteration
from cockpit.analysis.impact.columns import column_of
from cockpit.analysis.impact.reader import Depth, Reader
from cockpit.analysis.impact.row_types import lock_composites
from cockpit.analysis.impact.scene import Scene
from cockpit.analysis.impact.world import TEMPORARY
from cockpit.model.facts import ColumnFacts, PartitionKey, RelationFacts
from cockpit.model.locks import LockMode

_ON_COLUMN = (pb.CONSTR_CHECK, pb.CONSTR_FOREIGN, pb.CONSTR_UNIQUE, pb.CONSTR_PRIMARY)
_LIKE_INDEXES = 1 << 6
"""INCLUDING INDEXES among the options of LIKE (`CREATE_TABLE_LIKE_INDEXES`)."""
_STRATEGIES = {
    pb.PARTITION_STRATEGY_LIST: "l",
    pb.PARTITION_STRATEGY_RANGE: "r",
    pb.PARTITION_STRATEGY_HASH: "h",
}


def create(scene: Scene, node: pb.CreateStmt) -> None:
    """CREATE TABLE: parents, LIKE sources and referenced tables are locked."""
    world = scene.world
    schema = schema_for(scene, node.relation)
    if (schema, node.relation.relname) in world.names:
        return
    parents = _lock_parents(scene, node)
    columns = _inherited_columns(parents)
    kind = "p" if node.HasField("partspec") else "r"
    table = new_relation(scene, node.relation, kind)
    table = world.change(table, columns=columns)
    for item in node.table_elts:
        inner = syntax.unwrap(item)
        if isinstance(inner, pb.ColumnDef):
            table = world.add_column(table, column_of(world, inner))
        elif isinstance(inner, pb.TableLikeClause):
            table = _like(scene, table, inner)
    lock_composites(scene, [column.type for column in table.columns])
    if node.HasField("partspec"):
        table = world.change(table, key=partition_key(table, node.partspec))
    if node.HasField("of_typename"):
        _of_type(scene, node.of_typename)
    for parent in parents:
        world.inherit(table.oid, parent.oid)
    if node.HasField("partbound"):
        attach.create_partition(scene, parents[0] if parents else None, table, node.partbound)
    _constrain(scene, table, node)


def create_foreign(scene: Scene, node: pb.CreateForeignTableStmt) -> None:
    """CREATE FOREIGN TABLE."""
    create(scene, node.base_stmt)


def schema_for(scene: Scene, name: pb.RangeVar) -> str:
    """The schema a new relation goes to."""
    if name.relpersistence == "t":
        return TEMPORARY
    return name.schemaname or scene.world.creation_schema


def new_relation(scene: Scene, name: pb.RangeVar, kind: str) -> RelationFacts:
    """A relation that only this transaction sees so far."""
    relation = RelationFacts(
        oid=scene.world.new_oid(),
        schema=schema_for(scene, name),
        name=name.relname,
        kind=kind,
        persistence=name.relpersistence or "p",
        access_method="heap",
    )
    scene.world.add(relation)
    return relation


def partition_key(table: RelationFacts, written: pb.PartitionSpec) -> PartitionKey:
    """How a table is divided, from its PARTITION BY."""
    elements = [item.partition_elem for item in written.part_params]
    numbers = tuple((table.numbers((e.name,)) or (0,))[0] if e.name else 0 for e in elements)
    usual = not any(e.opclass or e.collation for e in elements)
    return PartitionKey(_STRATEGIES.get(written.strategy, "r"), numbers, usual=usual)


def _lock_parents(scene: Scene, node: pb.CreateStmt) -> list[RelationFacts]:
    """Parents stay readable and writable; PARTITION OF takes ACCESS EXCLUSIVE."""
    partition = node.HasField("partbound")
    mode = LockMode.ACCESS_EXCLUSIVE if partition else LockMode.SHARE_UPDATE_EXCLUSIVE
    found = [scene.find(item.range_var) for item in node.inh_relations]
    for parent in found:
        scene.lock(parent, mode)
    return [parent for parent in found if parent is not None]


def _inherited_columns(parents: list[RelationFacts]) -> tuple[ColumnFacts, ...]:
    columns: dict[str, ColumnFacts] = {}
    for parent in parents:
        for column in parent.columns:
            columns.setdefault(column.name, column)
    return tuple(columns.values())


def _like(scene: Scene, table: RelationFacts, clause: pb.TableLikeClause) -> RelationFacts:
    source = scene.find(clause.relation)
    scene.lock(source, LockMode.ACCESS_SHARE)
    if source is not None and clause.options & _LIKE_INDEXES:
        scene.lock_indexes(source, LockMode.ACCESS_SHARE)
    for column in source.columns if source else ():
        table = scene.world.add_column(table, column)
    return table


def _of_type(scene: Scene, name: pb.TypeName) -> None:
    written = syntax.name_of(name.names)
    composite = scene.world.find(written.schemaname, written.relname)
    scene.lock(composite, LockMode.ACCESS_SHARE)


def _constrain(scene: Scene, table: RelationFacts, node: pb.CreateStmt) -> None:
    alteration = Alteration(scene, LockMode.ACCESS_EXCLUSIVE, only=True)
    for item in node.table_elts:
        inner = syntax.unwrap(item)
        if isinstance(inner, pb.Constraint):
            command = pb.AlterTableCmd()
            getattr(command, "def").constraint.CopyFrom(inner)
            alter_constraints.add(alteration, table, command)
        elif isinstance(inner, pb.ColumnDef):
            for constraint in inner.constraints:
                if constraint.constraint.contype in _ON_COLUMN:
                    alter_constraints.add_on_column(alteration, table, inner.colname, constraint)


def create_as(scene: Scene, node: pb.CreateTableAsStmt) -> None:
    """CREATE TABLE AS and CREATE MATERIALIZED VIEW read their query; WITH NO DATA does not."""
    name = node.into.rel
    query = syntax.unwrap(node.query)
    if node.if_not_exists and (schema_for(scene, name), name.relname) in scene.world.names:
        Reader(scene, Depth.PARSE).query(query)
        return
    if isinstance(query, pb.SelectStmt):
        Reader(scene, Depth.PARSE if node.into.skip_data else Depth.RUN).select(query)
    elif query is not None:
        scene.study(query)
    kind = "m" if node.objtype == pb.OBJECT_MATVIEW else "r"
    relation = new_relation(scene, name, kind)
    if kind == "m" and query is not None:
        scene.world.change(relation, definition=syntax.to_statement(query))


def create_schema(scene: Scene, node: pb.CreateSchemaStmt) -> None:
    """CREATE SCHEMA with the objects written inside it."""
    name = node.schemaname or node.authrole.rolename
    scene.world.add_schema(name)
    path = scene.world.search_path
    scene.world.search_path = [name, *path]
    for item in node.schema_elts:
        scene.study(syntax.unwrap(item))
    scene.world.search_path = path


HANDLERS = {
    "CreateStmt": create,
    "CreateForeignTableStmt": create_foreign,
    "CreateTableAsStmt": create_as,
    "CreateSchemaStmt": create_schema,
}
