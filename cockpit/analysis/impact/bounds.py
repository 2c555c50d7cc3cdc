"""Bounds of partitions as regions of the key, and what conditions say about a column."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from postgast import PgQueryError
from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax

Point = Decimal | datetime | str | bool
_MIRROR = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "="}


@dataclass(frozen=True, slots=True)
class Span:
    """An interval of values; None is without end. The lower end belongs to it unless told."""

    low: Point | None = None
    high: Point | None = None
    low_open: bool = False
    high_closed: bool = False

    def within(self, other: "Span") -> bool:
        """Whether every value of this one is in the other."""
        return _starts_after(self, other) and _ends_before(self, other)

    def misses(self, other: "Span") -> bool:
        """Whether no value is in both."""
        return _is_left_of(self, other) or _is_left_of(other, self)


@dataclass(frozen=True, slots=True)
class Bound:
    """What one partition takes: of the leading key column, as far as that decides."""

    strategy: str
    """`r`, `l`, `h`, or `d` for the default partition."""
    span: Span = Span()
    values: frozenset[Point | None] = frozenset()
    columns: int = 1
    """Key columns in a range bound; only with one does the span say all."""


def point(text: str) -> Point:
    """A literal as something that compares: numbers and times by value, the rest as text."""
    try:
        return Decimal(text)
    except InvalidOperation:
        pass
    if text in ("true", "false"):
        return text == "true"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def constant(node: syntax.Node) -> Point | None:
    """The value of a literal, also with a cast around it; None for anything else."""
    while isinstance(node, pb.TypeCast):
        node = syntax.unwrap(node.arg)
    if not isinstance(node, pb.A_Const) or node.isnull:
        return None
    return point(syntax.constant_text(node))


@lru_cache(maxsize=4096)
def bound_of(text: str) -> Bound | None:
    """A bound as `pg_get_expr` prints it; None when it cannot be read."""
    if text == "DEFAULT":
        return Bound("d")
    try:
        (statement,) = syntax.parse(f"CREATE TABLE p PARTITION OF t {text}")
    except (PgQueryError, ValueError):
        return None
    return bound_from(statement.partbound)


def bound_from(spec: pb.PartitionBoundSpec) -> Bound:
    """A bound as a statement writes it."""
    if spec.is_default:
        return Bound("d")
    if spec.strategy == "l":
        return Bound("l", values=frozenset(constant(syntax.unwrap(n)) for n in spec.listdatums))
    if spec.strategy == "r":
        low, high = _limit(spec.lowerdatums[0]), _limit(spec.upperdatums[0])
        count = len(spec.lowerdatums)
        return Bound("r", Span(low, high, high_closed=count > 1), columns=count)
    return Bound("h")


def _limit(node: pb.Node) -> Point | None:
    inner = syntax.unwrap(node)
    if isinstance(inner, pb.ColumnRef):
        return None
    return constant(inner)


def spans_of(conditions: Iterable[syntax.Node], column: str) -> list[Span]:
    """What each condition demands of the column, as an interval."""
    return [span for condition in conditions for span in _spans(condition, column)]


def gaps_of(condition: syntax.Node, column: str) -> list[Span]:
    """Values that a condition forbids: NOT BETWEEN, less than one end or more than the other."""
    if isinstance(condition, pb.BoolExpr) and condition.boolop == pb.NOT_EXPR:
        return _together([syntax.unwrap(condition.args[0])], column)
    if isinstance(condition, pb.A_Expr) and condition.kind == pb.AEXPR_NOT_BETWEEN:
        inner = pb.A_Expr()
        inner.CopyFrom(condition)
        inner.kind = pb.AEXPR_BETWEEN
        return _spans(inner, column)
    if isinstance(condition, pb.BoolExpr) and condition.boolop == pb.OR_EXPR:
        return _between([syntax.unwrap(item) for item in condition.args], column)
    return []


def _together(conditions: list[syntax.Node], column: str) -> list[Span]:
    """What all of them allow, as one interval."""
    parts = [p for c in conditions for p in syntax.conjuncts(c)]
    spans = spans_of(parts, column)
    if not spans or len(spans) < len(parts):
        return []
    found = spans[0]
    for span in spans[1:]:
        low = found if found.low is not None else span
        high = found if found.high is not None else span
        found = Span(low.low, high.high, low.low_open, high.high_closed)
    return [found]


def _between(sides: list[syntax.Node], column: str) -> list[Span]:
    """The gap in `column < low OR column > high`."""
    spans = [span for side in sides for span in _spans(side, column)]
    if len(sides) != 2 or len(spans) != 2:
        return []
    below = next((s for s in spans if s.low is None and s.high is not None), None)
    above = next((s for s in spans if s.high is None and s.low is not None), None)
    if below is None or above is None:
        return []
    return [Span(below.high, above.low, below.high_closed, above.low_open)]


def values_of(conditions: Iterable[syntax.Node], column: str) -> list[frozenset[Point | None]]:
    """What each condition demands of the column, as a list of values."""
    found = (_listed(condition, column) for condition in conditions)
    return [values for values in found if values is not None]


def _spans(condition: syntax.Node, column: str) -> list[Span]:
    if not isinstance(condition, pb.A_Expr):
        return []
    left, right = syntax.unwrap(condition.lexpr), syntax.unwrap(condition.rexpr)
    if condition.kind == pb.AEXPR_BETWEEN and _is_column(left, column):
        low, high = (constant(syntax.unwrap(item)) for item in right.items)
        return [Span(low, high, high_closed=True)] if None not in (low, high) else []
    if condition.kind != pb.AEXPR_OP:
        return []
    operator = syntax.words(condition.name)[-1]
    if _is_column(right, column):
        left, right, operator = right, left, _MIRROR.get(operator, "")
    value = constant(right)
    if not _is_column(left, column) or value is None:
        return []
    return _half(operator, value)


def _half(operator: str, value: Point) -> list[Span]:
    halves = {
        "=": Span(value, value, high_closed=True),
        "<": Span(high=value),
        "<=": Span(high=value, high_closed=True),
        ">": Span(low=value, low_open=True),
        ">=": Span(low=value),
    }
    return [halves[operator]] if operator in halves else []


def _listed(condition: syntax.Node, column: str) -> frozenset[Point | None] | None:
    if not isinstance(condition, pb.A_Expr):
        return None
    if not _is_column(syntax.unwrap(condition.lexpr), column):
        return None
    right = syntax.unwrap(condition.rexpr)
    if condition.kind == pb.AEXPR_OP and syntax.words(condition.name) == ("=",):
        value = constant(right)
        return None if value is None else frozenset({value})
    items: Any = None
    if condition.kind == pb.AEXPR_IN and isinstance(right, pb.List):
        items = right.items
    elif condition.kind == pb.AEXPR_OP_ANY:
        while isinstance(right, pb.TypeCast):
            right = syntax.unwrap(right.arg)
        items = right.elements if isinstance(right, pb.A_ArrayExpr) else None
    if items is None:
        return None
    values = [constant(syntax.unwrap(item)) for item in items]
    return None if None in values else frozenset(values)


def _is_column(node: syntax.Node, column: str) -> bool:
    while isinstance(node, pb.TypeCast):
        node = syntax.unwrap(node.arg)
    return isinstance(node, pb.ColumnRef) and syntax.words(node.fields)[-1:] == (column,)


def _starts_after(inner: Span, outer: Span) -> bool:
    if outer.low is None:
        return True
    if inner.low is None or not _comparable(inner.low, outer.low):
        return False
    return _less(outer.low, inner.low) or (
        inner.low == outer.low and (inner.low_open or not outer.low_open)
    )


def _ends_before(inner: Span, outer: Span) -> bool:
    if outer.high is None:
        return True
    if inner.high is None or not _comparable(inner.high, outer.high):
        return False
    return _less(inner.high, outer.high) or (
        inner.high == outer.high and (outer.high_closed or not inner.high_closed)
    )


def _is_left_of(left: Span, right: Span) -> bool:
    if left.high is None or right.low is None or not _comparable(left.high, right.low):
        return False
    if left.high == right.low:
        return not left.high_closed or right.low_open
    return _less(left.high, right.low)


def _comparable(one: Point, other: Point) -> bool:
    return type(one) is type(other)


def _less(one: Point, other: Point) -> bool:
    return bool(one < other)  # type: ignore[operator]
