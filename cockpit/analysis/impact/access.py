"""Whether a table is read from end to end, as far as text and indexes tell."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.world import World
from cockpit.model.facts import RelationFacts

_INDEXABLE = {"=", "<", ">", "<=", ">="}


def reads_whole(
    world: World,
    table: RelationFacts,
    alias: str,
    conditions: list[syntax.Node],
    select: pb.SelectStmt | None,
    *,
    alone: bool,
) -> bool:
    """True unless an index leads to the wanted rows, or the first row found is enough."""
    if any(_is_false(condition) for condition in conditions):
        return False
    if select is not None and alone and _ends_early(world, table, select):
        return False
    if world.is_assumed(table):
        return not conditions
    wanted = {name for c in conditions for name in _fixed_columns(c, alias)}
    return not any(
        index.valid and index.keys and _column(table, index.columns[0]) in wanted
        for index in world.indexes.of(table.oid)
    )


def _column(table: RelationFacts, number: int) -> str:
    return next((c.name for c in table.columns if c.number == number), "")


def _is_false(condition: syntax.Node) -> bool:
    constant = isinstance(condition, pb.A_Const) and condition.WhichOneof("val") == "boolval"
    return constant and not condition.boolval.boolval


def _fixed_columns(condition: syntax.Node, alias: str) -> list[str]:
    """Columns of the table that a condition compares with values known beforehand."""
    if not isinstance(condition, pb.A_Expr):
        return []
    kinds = (pb.AEXPR_OP, pb.AEXPR_IN, pb.AEXPR_BETWEEN, pb.AEXPR_OP_ANY)
    if condition.kind not in kinds:
        return []
    if condition.kind == pb.AEXPR_OP and not set(syntax.words(condition.name)) & _INDEXABLE:
        return []
    if condition.kind == pb.AEXPR_IN and syntax.words(condition.name) != ("=",):
        return []
    left, right = syntax.unwrap(condition.lexpr), syntax.unwrap(condition.rexpr)
    pairs = ((left, right), (right, left))
    return [
        name
        for side, other in pairs
        if (name := _own_column(side, alias)) and not syntax.column_names(other or pb.List())
    ]


def _own_column(node: syntax.Node, alias: str) -> str:
    if not isinstance(node, pb.ColumnRef):
        return ""
    names = syntax.words(node.fields)
    return names[-1] if names and (len(names) == 1 or names[-2] == alias) else ""


def _ends_early(world: World, table: RelationFacts, select: pb.SelectStmt) -> bool:
    """ORDER BY an indexed column with LIMIT, or min and max of one."""
    indexed = {_column(table, i.columns[0]) for i in world.indexes.of(table.oid) if i.columns}
    if select.HasField("limit_count") and select.sort_clause:
        key = syntax.unwrap(select.sort_clause[0].sort_by.node)
        return bool(syntax.column_names(key) & indexed)
    if select.group_clause or len(select.target_list) != 1:
        return False
    target = syntax.unwrap(select.target_list[0].res_target.val)
    if not isinstance(target, pb.FuncCall):
        return False
    extreme = syntax.words(target.funcname)[-1] in ("min", "max")
    return extreme and bool(syntax.column_names(target) & indexed)
