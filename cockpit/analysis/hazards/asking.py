"""How many rows an UPDATE or DELETE finds: what to ask the planner, and what it answered."""

from collections.abc import Iterable
from math import inf

from postgast import PgQueryError
from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import name_of
from cockpit.analysis.hazards.tables import Tables
from cockpit.analysis.impact import syntax
from cockpit.model.facts import CatalogFacts
from cockpit.model.hazard import Severity

MOST = 40
"""So many statements of a plan are asked about."""


def questions(sqls: Iterable[str], facts: CatalogFacts) -> tuple[str, ...]:
    """SELECTs whose planned rows are those that statements find, each once.

    They read what the statements read and name no function of a user: PostgreSQL's planner may
    run what is declared IMMUTABLE or STABLE, and a plan runs nobody's code.
    """
    tables = Tables(facts)
    users = frozenset(f.name for f in facts.functions if f.schema != "pg_catalog")
    asked = (question(node) for sql in sqls for node in _parsed(sql) if _matters(node, tables))
    return tuple(dict.fromkeys(q for q in asked if q and not _calls(q, users)))[:MOST]


def question(node: syntax.Node) -> str | None:
    """The SELECT for one statement; None for one that has no condition, or a batch's bounds."""
    if not isinstance(node, (pb.UpdateStmt, pb.DeleteStmt)) or not _is_limited(node):
        return None
    if any(isinstance(part, (pb.ParamRef, pb.CurrentOfExpr)) for part in syntax.walk(node)):
        return None
    if any(not isinstance(query, pb.SelectStmt) for query in _with(node)):
        return None
    select = pb.SelectStmt(limit_option=pb.LIMIT_OPTION_DEFAULT, op=pb.SETOP_NONE)
    one = pb.Node(a_const=pb.A_Const(ival=pb.Integer(ival=1)))
    select.target_list.append(pb.Node(res_target=pb.ResTarget(val=one)))
    select.from_clause.append(pb.Node(range_var=node.relation))
    others = node.using_clause if isinstance(node, pb.DeleteStmt) else node.from_clause
    select.from_clause.extend(others)
    select.where_clause.CopyFrom(node.where_clause)
    if node.HasField("with_clause"):
        select.with_clause.CopyFrom(node.with_clause)
    return syntax.to_statement(select)


def expected_rows(node: syntax.Node, facts: CatalogFacts | None) -> float | None:
    """What the planner said; None where it was not asked or could not tell."""
    if facts is None or not facts.expected:
        return None
    asked = question(node)
    return facts.expected.get(asked) if asked else None


def rows_found(node: syntax.Node | None, facts: CatalogFacts | None) -> float | None:
    """The same, with `inf` for every row; None where nobody knows, and for a batch's bounds."""
    if not isinstance(node, (pb.UpdateStmt, pb.DeleteStmt)):
        return None
    return expected_rows(node, facts) if _is_limited(node) else inf


def _is_limited(node: pb.UpdateStmt | pb.DeleteStmt) -> bool:
    return node.where_clause.WhichOneof("node") is not None


def _with(node: pb.UpdateStmt | pb.DeleteStmt) -> list[syntax.Node]:
    return [syntax.unwrap(one.common_table_expr.ctequery) for one in node.with_clause.ctes]


def _matters(node: syntax.Node, tables: Tables) -> bool:
    """A small table is never a danger, and one that the plan makes cannot be asked about."""
    if not isinstance(node, (pb.UpdateStmt, pb.DeleteStmt)):
        return False
    found = tables.find(name_of(node.relation))
    return found is not None and tables.size(found.full_name).severity > Severity.LOW


def _calls(sql: str, users: frozenset[str]) -> bool:
    (select,) = syntax.parse(sql)
    calls = (part for part in syntax.walk(select) if isinstance(part, pb.FuncCall))
    return any(syntax.words(call.funcname)[-1] in users for call in calls)


def _parsed(sql: str) -> tuple[syntax.Node, ...]:
    try:
        return syntax.parse(sql)
    except PgQueryError:
        return ()
