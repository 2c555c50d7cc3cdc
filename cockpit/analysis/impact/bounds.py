"""Bounds of partitions as regions of the key, and what conditions say about a column."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import lru_cache
from typing import Any

from postgast import PgQueryError
from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.spans import EVERYWHERE, Point, Span, comparable, less


class End(Enum):
    """MINVALUE and MAXVALUE, of a range with several columns."""

    LOWEST = "minvalue"
    HIGHEST = "maxvalue"


Limit = Point | End | None
"""One column of a range's end; None where it is not written as a literal."""
_MIRROR = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "="}


@dataclass(frozen=True, slots=True)
class Bound:
    """What one partition takes: of the leading key column, as far as that decides."""

    strategy: str
    """`r`, `l`, `h`, or `d` for the default partition."""
    span: Span = EVERYWHERE
    values: frozenset[Point | None] = frozenset()
    columns: int = 1
    """Key columns in a range bound; only with one does the span say all."""
    low: tuple[Limit, ...] = ()
    high: tuple[Limit, ...] = ()
    """Both ends of a range, column by column; the lower one belongs to it."""
    modulus: int = 0
    remainder: int = 0
    """Of a hash bound."""

    def overlaps(self, other: "Bound | None") -> bool:
        """Whether some row plainly belongs to both."""
        if other is None or self.strategy != other.strategy:
            return False
        if self.strategy == "l":
            return bool(self.values & other.values)
        if self.strategy == "d":
            return True
        ends = (self.span.low, self.span.high, other.span.low, other.span.high)
        single = self.strategy == "r" and self.columns == 1 and None not in ends
        return single and any(
            one.span.within(two.span) for one, two in ((self, other), (other, self))
        )

    def holds(self, row: Sequence[Point | None]) -> bool | None:
        """Whether a row with these key values belongs to this range or list; None if unclear."""
        if self.strategy == "l":
            return row[0] in self.values
        if self.strategy != "r" or None in row:
            return False if self.strategy == "r" else None
        above, below = _compared(row, self.low), _compared(row, self.high)
        return None if above is None or below is None else above >= 0 > below

    def may_hold(self, leading: Point | None) -> bool:
        """Whether a row of which only this value is known cannot be ruled out."""
        if self.strategy == "l":
            return leading in self.values or any(
                leading is not None and other is not None and not comparable(leading, other)
                for other in self.values
            )
        if self.strategy == "r":
            at = Span(leading, leading, high_closed=True)
            return leading is not None and not at.misses(self.span)
        return True


def _compared(row: Sequence[Point | None], limits: tuple[Limit, ...]) -> int | None:
    """Less than, equal to or greater than 0, as the row is to the end of a range."""
    for value, limit in zip(row, limits, strict=False):
        if isinstance(limit, End):
            return 1 if limit is End.LOWEST else -1
        if value is None or limit is None or not comparable(value, limit):
            return None
        if value != limit:
            return -1 if less(value, limit) else 1
    return 0


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
        ends = [tuple(_end(n) for n in side) for side in (spec.lowerdatums, spec.upperdatums)]
        span = Span(low, high, high_closed=count > 1)
        return Bound("r", span, columns=count, low=ends[0], high=ends[1])
    return Bound("h", modulus=spec.modulus, remainder=spec.remainder)


def _end(node: pb.Node) -> Limit:
    inner = syntax.unwrap(node)
    if isinstance(inner, pb.ColumnRef):
        name = syntax.words(inner.fields)[-1]
        return next((end for end in End if end.value == name), None)
    return constant(inner)


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
    if isinstance(condition, pb.NullTest) and condition.nulltesttype == pb.IS_NULL:
        return frozenset({None}) if _is_column(syntax.unwrap(condition.arg), column) else None
    if _is_column(condition, column):
        return frozenset({True})
    if isinstance(condition, pb.BoolExpr) and condition.boolop == pb.NOT_EXPR:
        return frozenset({False}) if _is_column(syntax.unwrap(condition.args[0]), column) else None
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
