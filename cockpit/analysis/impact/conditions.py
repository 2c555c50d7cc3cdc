"""Conditions on the catalog that a block tests before it acts: `IF NOT EXISTS (SELECT ...)`."""

from collections.abc import Callable, Iterator, Mapping

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.catalog_rows import CATALOGS, CatalogRow
from cockpit.analysis.impact.world import World


class Conditions:
    """Decides conditions: True, False, or None when data or the session decide."""

    def __init__(self, world: World, known: Mapping[str, str]) -> None:
        self.world = world
        self.known = known
        """Variables with a value, such as `tg_op`."""

    def holds(self, node: syntax.Node) -> bool | None:
        """Whether the condition is true when the block runs."""
        if isinstance(node, pb.BoolExpr):
            return self._joined(node)
        if isinstance(node, pb.SubLink) and node.sub_link_type == pb.EXISTS_SUBLINK:
            return self._exists(syntax.unwrap(node.subselect))
        if isinstance(node, pb.NullTest):
            return self._is_null(node)
        if isinstance(node, pb.A_Expr):
            return self._compared(node)
        if isinstance(node, pb.A_Const) and node.WhichOneof("val") == "boolval":
            return bool(node.boolval.boolval)
        return None

    def rows_of(self, select: pb.SelectStmt) -> list[CatalogRow] | None:
        """What a query of the catalog returns, by its columns' names; None when not known."""
        rows = self._rows(select)
        where = syntax.unwrap(select.where_clause)
        parts = list(syntax.conjuncts(where)) if where is not None else []
        found = []
        for row in rows(self.world) if rows is not None else ():
            answers = {self._row_holds(part, row) for part in parts}
            if False in answers:
                continue
            shown = self._shown(select, row)
            if None in answers or shown is None:
                return None
            found.append(shown)
        return None if rows is None else found

    def _shown(self, select: pb.SelectStmt, row: CatalogRow) -> CatalogRow | None:
        shown: CatalogRow = {}
        for item in select.target_list:
            node = syntax.unwrap(item.res_target.val)
            cell = self._cell(node, row)
            if cell is None:
                return None
            names = syntax.words(node.fields) if isinstance(node, pb.ColumnRef) else ()
            shown[item.res_target.name or (names[-1] if names else "?")] = cell
        return shown

    def _joined(self, node: pb.BoolExpr) -> bool | None:
        parts = [self.holds(syntax.unwrap(item)) for item in node.args]
        if node.boolop == pb.NOT_EXPR:
            return None if parts[0] is None else not parts[0]
        decisive = bool(node.boolop == pb.OR_EXPR)
        if decisive in parts:
            return decisive
        return None if None in parts else not decisive

    def _is_null(self, node: pb.NullTest) -> bool | None:
        """`to_regclass('name') IS NULL`."""
        call = syntax.unwrap(node.arg)
        if not isinstance(call, pb.FuncCall) or self.world.assumes:
            return None
        if syntax.words(call.funcname)[-1] != "to_regclass":
            return None
        text = syntax.constant_text(syntax.unwrap(call.args[0]))
        missing = self._relation(text) is None
        return missing if node.nulltesttype == pb.IS_NULL else not missing

    def _relation(self, text: str) -> int | None:
        name = syntax.relation_name(text)
        found = self.world.find(name.schemaname, name.relname) if name else None
        return found.oid if found else None

    def _compared(self, node: pb.A_Expr) -> bool | None:
        left, right = (self._text(syntax.unwrap(side)) for side in (node.lexpr, node.rexpr))
        if node.kind == pb.AEXPR_IN and left is not None:
            items = [self._text(syntax.unwrap(i)) for i in syntax.unwrap(node.rexpr).items]
            return None if None in items else left in items
        if left is None or right is None or node.kind != pb.AEXPR_OP:
            return None
        return _compare(syntax.words(node.name)[-1], left, right)

    def _text(self, node: syntax.Node) -> str | None:
        """The value of a literal, a known variable, or a count of catalog rows."""
        if isinstance(node, pb.ColumnRef):
            return self.known.get(syntax.words(node.fields)[-1])
        if isinstance(node, pb.SubLink) and node.sub_link_type == pb.EXPR_SUBLINK:
            return self._count(syntax.unwrap(node.subselect))
        if isinstance(node, pb.TypeCast):
            return self._text(syntax.unwrap(node.arg))
        if isinstance(node, pb.A_Const):
            return syntax.constant_text(node)
        return self._session(node)

    def _session(self, node: syntax.Node) -> str | None:
        """`current_setting('server_version_num')`, `current_user`, `current_schema`."""
        if isinstance(node, pb.SQLValueFunction):
            users = (pb.SVFOP_CURRENT_USER, pb.SVFOP_CURRENT_ROLE, pb.SVFOP_USER)
            return self.world.role or None if node.op in users else None
        if not isinstance(node, pb.FuncCall) or self.world.assumes:
            return None
        name = syntax.words(node.funcname)[-1]
        if name == "current_schema":
            return self._schema()
        if name != "current_setting" or not node.args:
            return None
        wanted = syntax.constant_text(syntax.unwrap(node.args[0])).lower()
        if wanted == "server_version_num":
            return str(self.world.facts.version)
        return self.world.settings.get(wanted)

    def _count(self, select: pb.SelectStmt) -> str | None:
        target = syntax.unwrap(select.target_list[0].res_target.val)
        if not isinstance(target, pb.FuncCall) or not target.agg_star:
            return None
        matches = list(self._matches(select))
        return None if None in matches else str(len(matches))

    def _exists(self, select: pb.SelectStmt) -> bool | None:
        matches = set(self._matches(select))
        return True if True in matches else None if None in matches else False

    def _matches(self, select: pb.SelectStmt) -> Iterator[bool | None]:
        """True for every row that matches, None for one that may."""
        rows = self._rows(select)
        if rows is None:
            yield None
            return
        where = syntax.unwrap(select.where_clause)
        parts = list(syntax.conjuncts(where)) if where is not None else []
        for row in rows(self.world):
            answers = {self._row_holds(part, row) for part in parts}
            if False not in answers:
                yield None if None in answers else True

    def _rows(self, select: pb.SelectStmt) -> Callable[[World], Iterator[CatalogRow]] | None:
        """The most detailed catalog among those joined; its rows know the names of the others."""
        tables = [n for item in select.from_clause for n in syntax.walk(syntax.unwrap(item))
                  if isinstance(n, pb.RangeVar)]  # fmt: skip
        names = [_full_name(table) for table in tables]
        if self.world.assumes or not names or any(name not in CATALOGS for name in names):
            return None
        return CATALOGS[min(names, key=list(CATALOGS).index)]

    def _row_holds(self, node: syntax.Node, row: CatalogRow) -> bool | None:
        if isinstance(node, pb.BoolExpr):
            answers = [self._row_holds(syntax.unwrap(item), row) for item in node.args]
            if node.boolop == pb.NOT_EXPR:
                return None if answers[0] is None else not answers[0]
            decisive = node.boolop == pb.OR_EXPR
            return decisive if decisive in answers else None if None in answers else not decisive
        if isinstance(node, pb.ColumnRef):
            value = row.get(syntax.words(node.fields)[-1])
            return None if value is None else value == "true"
        if not isinstance(node, pb.A_Expr):
            return None
        left, right = syntax.unwrap(node.lexpr), syntax.unwrap(node.rexpr)
        if isinstance(left, pb.ColumnRef) and isinstance(right, pb.ColumnRef):
            return True
        return self._cell_holds(node, left, right, row)

    def _cell_holds(
        self, node: pb.A_Expr, left: syntax.Node, right: syntax.Node, row: CatalogRow
    ) -> bool | None:
        one = self._cell(left, row)
        if node.kind == pb.AEXPR_IN and one is not None:
            items = [self._cell(syntax.unwrap(item), row) for item in right.items]
            return None if None in items else one in items
        other = self._cell(right, row)
        if one is None or other is None or node.kind != pb.AEXPR_OP:
            return None
        return _compare(syntax.words(node.name)[-1], one, other)

    def _cell(self, node: syntax.Node, row: CatalogRow) -> str | None:
        """A value of the row; `'name'::regclass` is the OID of that relation."""
        if isinstance(node, pb.ColumnRef):
            return row.get(syntax.words(node.fields)[-1])
        if isinstance(node, pb.TypeCast):
            target = syntax.words(node.type_name.names)[-1]
            if target in ("regclass", "regnamespace"):
                return self._oid(target, syntax.constant_text(node))
            return self._cell(syntax.unwrap(node.arg), row)
        if isinstance(node, pb.FuncCall):
            name = syntax.words(node.funcname)[-1]
            return self._schema() if name in ("current_schema",) else None
        return syntax.constant_text(node) if isinstance(node, pb.A_Const) else None

    def _oid(self, kind: str, text: str) -> str | None:
        if kind == "regnamespace":
            oid = self.world.objects.get(("pg_namespace", text))
        else:
            oid = self._relation(text)
        return None if oid is None else str(oid)

    def _schema(self) -> str:
        return self.world.creation_schema


def _full_name(table: pb.RangeVar) -> str:
    return f"{table.schemaname or 'pg_catalog'}.{table.relname}"


def _compare(operator: str, one: str, other: str) -> bool | None:
    if operator in ("=", "<>"):
        return (one == other) == (operator == "=")
    if not (one.lstrip("-").isdigit() and other.lstrip("-").isdigit()):
        return None
    difference = int(one) - int(other)
    answers = {
        "<": difference < 0,
        ">": difference > 0,
        "<=": difference <= 0,
        ">=": difference >= 0,
    }
    return answers.get(operator)
