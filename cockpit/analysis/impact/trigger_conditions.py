"""The WHEN of a trigger, as far as it can be decided without rows."""

from collections.abc import Set as AbstractSet

from postgast import PgQueryError
from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax


def is_never(definition: str, unchanged: AbstractSet[str]) -> bool:
    """Whether the condition cannot be true where these columns keep their values."""
    try:
        (trigger,) = syntax.parse(definition)
    except (PgQueryError, ValueError):
        return False
    condition = syntax.unwrap(trigger.when_clause)
    return condition is not None and _is_false(condition, unchanged)


def _is_false(node: syntax.Node, unchanged: AbstractSet[str]) -> bool:
    if isinstance(node, pb.BoolExpr):
        parts = [_is_false(syntax.unwrap(item), unchanged) for item in node.args]
        if node.boolop == pb.AND_EXPR:
            return any(parts)
        return node.boolop == pb.OR_EXPR and all(parts)
    if not isinstance(node, pb.A_Expr):
        return False
    differs = node.kind == pb.AEXPR_DISTINCT or (
        node.kind == pb.AEXPR_OP and syntax.words(node.name) == ("<>",)
    )
    sides = [_value(syntax.unwrap(side)) for side in (node.lexpr, node.rexpr)]
    rows = {side[0] for side in sides if side}
    columns = {side[1] for side in sides if side}
    return differs and rows == {"old", "new"} and len(columns) == 1 and columns <= unchanged


def _value(node: syntax.Node) -> tuple[str, str] | None:
    """OLD or NEW, and the column."""
    while isinstance(node, pb.TypeCast):
        node = syntax.unwrap(node.arg)
    if not isinstance(node, pb.ColumnRef):
        return None
    names = syntax.words(node.fields)
    return (names[0].lower(), names[1]) if len(names) == 2 else None
