"""Statements that the catalog shows the server to refuse: what is not there, or there already."""

from collections.abc import Callable, Iterator

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import alter_refusals, syntax
from cockpit.analysis.impact.scene import Scene
from cockpit.analysis.impact.views import can_be_compared
from cockpit.model.facts import RelationFacts

_WHOLE = (pb.OBJECT_TABLE, pb.OBJECT_VIEW, pb.OBJECT_INDEX, pb.OBJECT_SEQUENCE)


def foresee(scene: Scene, node: syntax.Node) -> None:
    """Note why the statement will fail. Silent without a catalog, and behind what is unknown."""
    if scene.world.assumes or scene.world.uncertain:
        return
    for why in _reasons(scene, node):
        scene.fail(why)
        return


def _reasons(scene: Scene, node: syntax.Node) -> Iterator[str]:
    for name in _needed(node):
        if scene.is_missing(name):
            yield f"relation {name.relname} does not exist"
    check = _CHECKS.get(type(node).__name__)
    if check is not None:
        yield from check(scene, node)


def _needed(node: syntax.Node) -> Iterator[pb.RangeVar]:
    """Relations that a statement cannot do without."""
    if isinstance(node, (pb.AlterTableStmt, pb.RenameStmt)):
        if node.HasField("relation") and not node.missing_ok:
            yield node.relation
    elif isinstance(node, (pb.IndexStmt, pb.CreateTrigStmt, pb.RuleStmt)):
        yield node.relation
    elif isinstance(node, (pb.CreatePolicyStmt, pb.AlterPolicyStmt)):
        yield node.table
    elif isinstance(node, (pb.InsertStmt, pb.UpdateStmt, pb.DeleteStmt, pb.MergeStmt)):
        yield node.relation
    elif isinstance(node, (pb.TruncateStmt, pb.LockStmt)):
        yield from (item.range_var for item in node.relations)
    elif isinstance(node, pb.VacuumStmt):
        yield from (item.vacuum_relation.relation for item in node.rels)
    elif isinstance(node, pb.CreateStmt):
        yield from (item.range_var for item in node.inh_relations)
    elif isinstance(node, (pb.CopyStmt, pb.RefreshMatViewStmt, pb.ClusterStmt, pb.ReindexStmt)):
        if node.HasField("relation"):
            yield node.relation
    elif isinstance(node, (pb.SelectStmt, pb.ViewStmt, pb.CreateTableAsStmt)):
        yield from _read(node)


def _read(node: syntax.Node) -> Iterator[pb.RangeVar]:
    """What a query names in FROM, and is not the name of one of its own WITH queries."""
    parts = list(syntax.walk(node))
    known = {part.ctename for part in parts if isinstance(part, pb.CommonTableExpr)}
    made = [part.rel for part in parts if isinstance(part, pb.IntoClause)]
    made += [node.view] if isinstance(node, pb.ViewStmt) else []
    made += [
        rel.range_var for p in parts if isinstance(p, pb.LockingClause) for rel in p.locked_rels
    ]
    for part in parts:
        named = isinstance(part, pb.RangeVar) and part not in made
        if named and (part.schemaname or part.relname not in known):
            yield part


def _exists(scene: Scene, name: pb.RangeVar) -> bool:
    schema = name.schemaname or scene.world.creation_schema
    return name.relpersistence != "t" and (schema, name.relname) in scene.world.names


def _create(scene: Scene, node: pb.CreateStmt) -> Iterator[str]:
    if not node.if_not_exists and _exists(scene, node.relation):
        yield f"relation {node.relation.relname} exists already"
    for part in syntax.walk(node):
        if isinstance(part, pb.Constraint) and part.HasField("pktable"):
            own = part.pktable.relname == node.relation.relname
            if not own and scene.is_missing(part.pktable):
                yield f"relation {part.pktable.relname} does not exist"


def _create_as(scene: Scene, node: pb.CreateTableAsStmt) -> Iterator[str]:
    if not node.if_not_exists and _exists(scene, node.into.rel):
        yield f"relation {node.into.rel.relname} exists already"


def _view(scene: Scene, node: pb.ViewStmt) -> Iterator[str]:
    if not _exists(scene, node.view):
        return
    found = scene.find(node.view)
    if not node.replace:
        yield f"relation {node.view.relname} exists already"
    elif found is not None and found.kind != "v":
        yield f"{found.name} is not a view"


def _sequence(scene: Scene, node: pb.CreateSeqStmt) -> Iterator[str]:
    if not node.if_not_exists and _exists(scene, node.sequence):
        yield f"relation {node.sequence.relname} exists already"


def _index(scene: Scene, node: pb.IndexStmt) -> Iterator[str]:
    table = scene.find(node.relation)
    if table is None:
        return
    if (
        node.idxname
        and not node.if_not_exists
        and (table.schema, node.idxname) in scene.world.names
    ):
        yield f"relation {node.idxname} exists already"
    if node.concurrent and table.kind == "p":
        yield f"{table.name} is partitioned, and its index cannot be built concurrently"
    for item in node.index_params:
        name = item.index_elem.name
        if name and table.column(name) is None and table.kind in "rpm":
            yield f"column {name} of {table.name} does not exist"


def _drop(scene: Scene, node: pb.DropStmt) -> Iterator[str]:
    kinds = {
        pb.OBJECT_TABLE: "rp", pb.OBJECT_VIEW: "v", pb.OBJECT_MATVIEW: "m", pb.OBJECT_SEQUENCE: "S",
        pb.OBJECT_INDEX: "iI", pb.OBJECT_FOREIGN_TABLE: "f",
    }  # fmt: skip
    wanted = kinds.get(node.remove_type)
    for item in node.objects if wanted else ():
        name = syntax.object_name(item)
        found = scene.find(name)
        if found is None:
            if not node.missing_ok and scene.is_missing(name):
                yield f"{name.relname} does not exist"
        elif wanted and found.kind not in wanted:
            yield f"{name.relname} is of another kind"
        elif node.concurrent and found.kind == "I":
            yield f"{name.relname} is partitioned, and cannot be dropped concurrently"
    if node.concurrent and len(node.objects) > 1:
        yield "only one index can be dropped concurrently in one statement"


def _rename(scene: Scene, node: pb.RenameStmt) -> Iterator[str]:
    relation = scene.find(node.relation) if node.HasField("relation") else None
    if relation is None:
        return
    if node.rename_type == pb.OBJECT_COLUMN and relation.kind in "rpf":
        column = relation.column(node.subname)
        if column is not None and column.ancestors:
            yield f"{relation.name} inherits {node.subname}"
        elif not node.relation.inh and scene.world.children(relation.oid):
            yield f"{node.subname} must be renamed in child tables too"
        if relation.column(node.subname) is None:
            yield f"column {node.subname} of {relation.name} does not exist"
        elif relation.column(node.newname) is not None:
            yield f"column {node.newname} of {relation.name} exists already"
    elif node.rename_type in _WHOLE and (relation.schema, node.newname) in scene.world.names:
        yield f"relation {node.newname} exists already"


def _truncate(scene: Scene, node: pb.TruncateStmt) -> Iterator[str]:
    for item in node.relations:
        table = scene.find(item.range_var)
        if table is not None and table.kind == "p" and not item.range_var.inh:
            yield f"{table.name} is partitioned, and cannot be emptied ONLY"
    if node.behavior == pb.DROP_CASCADE:
        return
    named = [scene.find(item.range_var) for item in node.relations]
    emptied = {member.oid for table in named if table for member in scene.world.tree(table.oid)}
    for oid in emptied:
        for key in scene.world.references_to(oid):
            if key.table not in emptied:
                yield f"foreign key {key.name} refers to it"


def _refresh(scene: Scene, node: pb.RefreshMatViewStmt) -> Iterator[str]:
    view = scene.find(node.relation)
    if view is None or not node.concurrent:
        return
    if node.skip_data:
        yield "CONCURRENTLY and WITH NO DATA exclude each other"
    elif not view.populated:
        yield f"{view.name} was never filled, so nothing can be compared"
    elif not can_be_compared(scene, view):
        yield f"{view.name} has no unique index over columns, without a condition"


def _cluster(scene: Scene, node: pb.ClusterStmt) -> Iterator[str]:
    table = scene.find(node.relation) if node.HasField("relation") else None
    indexes = scene.world.indexes.of(table.oid) if table is not None else []
    if table is not None and not node.indexname and not any(i.clustered for i in indexes):
        yield f"{table.name} was never clustered, so an index must be named"


def _vacuum(scene: Scene, node: pb.VacuumStmt) -> Iterator[str]:
    analyze = not node.is_vacuumcmd or syntax.switched_on(node.options, "analyze")
    if not analyze and any(item.vacuum_relation.va_cols for item in node.rels):
        yield "columns can be named only with ANALYZE"


def _copy(scene: Scene, node: pb.CopyStmt) -> Iterator[str]:
    table = scene.find(node.relation) if node.HasField("relation") else None
    if table is not None and table.kind == "p" and not node.is_from:
        yield f"{table.name} is partitioned: COPY (SELECT ...) TO reads it"


def _lock(scene: Scene, node: pb.LockStmt) -> Iterator[str]:
    for item in node.relations:
        relation = scene.find(item.range_var)
        if relation is not None and relation.kind not in "rpv":
            yield f"{relation.name} is neither a table nor a view"


def _alter(scene: Scene, node: pb.AlterTableStmt) -> Iterator[str]:
    relation: RelationFacts | None = scene.find(node.relation)
    if relation is not None and relation.kind in "rp" and node.objtype == pb.OBJECT_TABLE:
        yield from alter_refusals.reasons(scene, relation, node)


_CHECKS: dict[str, Callable[[Scene, syntax.Node], Iterator[str]]] = {
    "AlterTableStmt": _alter,
    "ClusterStmt": _cluster,
    "CopyStmt": _copy,
    "CreateSeqStmt": _sequence,
    "CreateStmt": _create,
    "CreateTableAsStmt": _create_as,
    "DropStmt": _drop,
    "IndexStmt": _index,
    "LockStmt": _lock,
    "RefreshMatViewStmt": _refresh,
    "RenameStmt": _rename,
    "TruncateStmt": _truncate,
    "VacuumStmt": _vacuum,
    "ViewStmt": _view,
}
