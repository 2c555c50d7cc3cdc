"""SELECT, INSERT, UPDATE, DELETE, MERGE, and statements that carry a query."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import columns, syntax
from cockpit.analysis.impact.access import Source
from cockpit.analysis.impact.contradiction import finds_nothing
from cockpit.analysis.impact.insertion import Insertion
from cockpit.analysis.impact.reader import Depth, Reader
from cockpit.analysis.impact.scene import Scene
from cockpit.analysis.impact.updatable import below, has_instead_triggers
from cockpit.analysis.impact.writer import Event, Writer, replaced_by_rules
from cockpit.model.facts import RelationFacts
from cockpit.model.locks import LockMode

_LETTERS = {pb.CMD_INSERT: "a", pb.CMD_UPDATE: "w", pb.CMD_DELETE: "d"}


def select(scene: Scene, node: pb.SelectStmt) -> None:
    """SELECT; SELECT INTO also makes a table."""
    Reader(scene).select(node)
    if node.HasField("into_clause"):
        scene.study(pb.CreateTableAsStmt(into=node.into_clause, objtype=pb.OBJECT_TABLE))


def insert(scene: Scene, node: pb.InsertStmt) -> None:
    """INSERT, with ON CONFLICT."""
    reader = Reader(scene)
    known = reader.with_clause(node.with_clause, frozenset())
    table = scene.find(node.relation)
    scene.lock(table, LockMode.ROW_EXCLUSIVE)
    columns.refuse_unknown(scene, table, [item.res_target.name for item in node.cols])
    reader.expressions([syntax.unwrap(node.select_stmt)], known)
    reader.expressions([node.on_conflict_clause, node.returning_clause], known)
    if table is not None:
        replaces = node.on_conflict_clause.action == pb.ONCONFLICT_UPDATE
        reader.obey(table, known, "arw" if replaces else "a")
        if below(scene.world, table) and not replaced_by_rules(scene.world, table, Event.INSERT):
            Reader(scene, Depth.REWRITE).view(table)
        Writer(scene).insert(table, Insertion.of(table, node))


def update(scene: Scene, node: pb.UpdateStmt) -> None:
    """UPDATE, also through a simple view."""
    table = scene.find(node.relation)
    where = _change(scene, node, list(node.from_clause))
    if where is not None and table is not None:
        values = {i.res_target.name: syntax.unwrap(i.res_target.val) for i in node.target_list}
        rows = Insertion(tuple(values), (values,))
        Writer(scene).update(table, set(values), tree=node.relation.inh, rows=rows, where=where)


def delete(scene: Scene, node: pb.DeleteStmt) -> None:
    """DELETE, also through a simple view."""
    table = scene.find(node.relation)
    where = _change(scene, node, list(node.using_clause))
    if where is not None and table is not None:
        Writer(scene).delete(table, tree=node.relation.inh, where=where)
        if not node.HasField("where_clause"):
            scene.lose(f"every row of {table.name}")


def merge(scene: Scene, node: pb.MergeStmt) -> None:
    """MERGE: the target as its actions write it, the source read."""
    reader = Reader(scene)
    known = reader.with_clause(node.with_clause, frozenset())
    sources = reader.source(node.source_relation, known)
    reader.expressions(syntax.children(node), known)
    for source in sources:
        reader.read(source, [])
    table = scene.find(node.relation)
    if table is None:
        return
    scene.lock(table, LockMode.ROW_EXCLUSIVE)
    reader.obey(table, known, _written_by(node))
    alias = node.relation.alias.aliasname or node.relation.relname
    target = Source(table, alias, node.relation.inh)
    conditions = [c for c in _joined_by(node) if syntax.is_about(c, alias)]
    if table.kind == "v" and _written_by(node) == "r":
        reader.view(table, conditions=conditions, alias=alias)
        return
    _find_rows(reader, target, conditions)
    writer = Writer(scene)
    for clause in node.merge_when_clauses:
        when = clause.merge_when_clause
        if when.command_type == pb.CMD_INSERT:
            names = tuple(i.res_target.name for i in when.target_list)
            own = when.override == pb.OVERRIDING_USER_VALUE
            names = names or tuple(c.name for c in table.columns)
            writer.insert(table, Insertion(names, own_identity=own))
        elif when.command_type == pb.CMD_UPDATE:
            columns = {item.res_target.name for item in when.target_list}
            writer.update(table, columns, tree=node.relation.inh)
        elif when.command_type == pb.CMD_DELETE:
            writer.delete(table, tree=node.relation.inh)


def _joined_by(node: pb.MergeStmt) -> list[syntax.Node]:
    """What is asked of the target's rows; nothing where other rows have actions too."""
    kinds = {clause.merge_when_clause.match_kind for clause in node.merge_when_clauses}
    if kinds != {pb.MERGE_WHEN_MATCHED}:
        return []
    return list(syntax.conjuncts(syntax.unwrap(node.join_condition)))


def _written_by(node: pb.MergeStmt) -> str:
    """The commands of a MERGE, as policies name them."""
    kinds = {clause.merge_when_clause.command_type for clause in node.merge_when_clauses}
    return "r" + "".join(_LETTERS[kind] for kind in sorted(kinds) if kind in _LETTERS)


def explain(scene: Scene, node: pb.ExplainStmt) -> None:
    """EXPLAIN plans; with ANALYZE it runs."""
    query = syntax.unwrap(node.query)
    if syntax.switched_on(node.options, "analyze"):
        scene.study(query)
    else:
        Reader(scene, Depth.PLAN).query(query)


def declare(scene: Scene, node: pb.DeclareCursorStmt) -> None:
    """DECLARE: planned, and read later by FETCH."""
    query = syntax.unwrap(node.query)
    scene.world.cursors[node.portalname] = query
    Reader(scene, Depth.PLAN).query(query)


def fetch(scene: Scene, node: pb.FetchStmt) -> None:
    """FETCH and MOVE: the first one begins to read, under the locks that DECLARE took."""
    query = scene.world.cursors.pop(node.portalname, None)
    if query is not None:
        scene.read_under_locks(query)


def prepare(scene: Scene, node: pb.PrepareStmt) -> None:
    """PREPARE: analyzed and rewritten."""
    query = syntax.unwrap(node.query)
    scene.world.prepared[node.name] = query
    Reader(scene, Depth.REWRITE).query(query)


def execute(scene: Scene, node: pb.ExecuteStmt) -> None:
    """EXECUTE of a statement prepared earlier in the list."""
    query = scene.world.prepared.get(node.name)
    if query is None:
        scene.cannot_tell(f"the prepared statement {node.name} is not in this text")
    else:
        scene.study(query)


def _change(
    scene: Scene, node: "pb.UpdateStmt | pb.DeleteStmt", others: list[syntax.Node]
) -> list[syntax.Node] | None:
    """Find the rows to change, with all that is read beside them: what is known of these rows.

    None when there are none.
    """
    reader = Reader(scene)
    known = reader.with_clause(node.with_clause, frozenset())
    table = scene.find(node.relation)
    scene.lock(table, LockMode.ROW_EXCLUSIVE)
    if not others and not any(isinstance(part, pb.SubLink) for part in syntax.walk(node)):
        named = syntax.column_names(node.where_clause)
        columns.refuse_unknown(scene, table, named - {node.relation.alias.aliasname})
    sources = [s for item in others for s in reader.source(item, known)]
    conditions = list(reader.conditions(node.where_clause, others))
    reader.outer = frozenset({node.relation.alias.aliasname or node.relation.relname})
    reader.expressions(syntax.children(node), known)
    for source in sources:
        reader.read(source, conditions)
    if table is None:
        return None
    alias = node.relation.alias.aliasname or node.relation.relname
    target = Source(table, alias, node.relation.inh)
    event = Event.DELETE if isinstance(node, pb.DeleteStmt) else Event.UPDATE
    reader.obey(table, known, "rd" if event == Event.DELETE else "rw")
    if table.kind == "v" or not replaced_by_rules(scene.world, table, event):
        _find_rows(reader, target, conditions)
    if table.kind == "v":
        return []
    why = finds_nothing(scene.world, table, conditions)
    if why is not None:
        scene.note(f"no row is expected: {why}")
        return None
    return [c for c in conditions if syntax.is_about(c, alias)]


def _find_rows(reader: Reader, target: Source, conditions: list[syntax.Node]) -> None:
    """The rows of a table or view that are to be changed."""
    if target.relation.kind == "v":
        _read_below(reader, target.relation, conditions)
    else:
        reader.read(target, conditions, mode=LockMode.ROW_EXCLUSIVE)


def _read_below(reader: Reader, view: RelationFacts, conditions: list[syntax.Node]) -> None:
    """Rows to change are found in the table below a simple view, else by the view's query."""
    found = below(reader.scene.world, view)
    if found is None:
        if not has_instead_triggers(reader.scene.world, view) and not reader.scene.world.rules.of(
            view.oid
        ):
            reader.scene.refuse(f"no rows can be written through {view.name}")
        reader.view(view, conditions=conditions)
        return
    reader.expressions(found.conditions, frozenset())
    both = [*conditions, *found.conditions]
    if found.relation.kind == "v":
        _read_below(reader, found.relation, both)
    else:
        target = Source(found.relation, found.relation.name, found.tree)
        reader.read(target, both, mode=LockMode.ROW_EXCLUSIVE)


HANDLERS = {
    "SelectStmt": select,
    "InsertStmt": insert,
    "UpdateStmt": update,
    "DeleteStmt": delete,
    "MergeStmt": merge,
    "ExplainStmt": explain,
    "DeclareCursorStmt": declare,
    "FetchStmt": fetch,
    "PrepareStmt": prepare,
    "ExecuteStmt": execute,
}
