"""Conditions on what a view shows, as conditions of the query that it stands for.

The planner hands them down before it chooses how rows are found (`pull_up_subqueries`,
`qual_is_pushdown_safe`), so an index below the view may lead to the rows.
"""

from collections.abc import Iterable

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax

_KEEPS_APART = ("group_clause", "distinct_clause", "window_clause", "values_lists")


def handed_down(
    query: pb.SelectStmt, conditions: Iterable[syntax.Node], alias: str
) -> list[syntax.Node]:
    """Those of the conditions that are about one column of a plain query.

    None of a query that groups, aggregates, limits or combines: there a row of the result is not
    a row of a table.
    """
    if not _is_plain(query):
        return []
    shown = _shown(query)
    found = []
    for condition in conditions:
        names = syntax.column_names(condition)
        (name, *others) = names or {""}
        if name in shown and not others and syntax.is_about(condition, alias):
            found.append(syntax.with_column(condition, name, shown[name]))
    return found


def _is_plain(query: pb.SelectStmt) -> bool:
    if query.op != pb.SETOP_NONE or any(len(getattr(query, name)) for name in _KEEPS_APART):
        return False
    if query.HasField("limit_count") or query.HasField("limit_offset"):
        return False
    targets = (syntax.unwrap(item.res_target.val) for item in query.target_list)
    return not any(isinstance(p, pb.FuncCall) for target in targets for p in syntax.walk(target))


def _shown(query: pb.SelectStmt) -> dict[str, syntax.Node]:
    """Columns of tables below, by the names that the query gives them."""
    found: dict[str, syntax.Node] = {}
    for item in query.target_list:
        value = syntax.unwrap(item.res_target.val)
        if isinstance(value, pb.ColumnRef) and (names := syntax.words(value.fields)):
            found[item.res_target.name or names[-1]] = value
    return found
