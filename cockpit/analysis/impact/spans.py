"""Intervals of the values that a column may have."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

Point = Decimal | datetime | str | bool


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


EVERYWHERE = Span()


def _starts_after(inner: Span, outer: Span) -> bool:
    if outer.low is None:
        return True
    if inner.low is None or not comparable(inner.low, outer.low):
        return False
    return less(outer.low, inner.low) or (
        inner.low == outer.low and (inner.low_open or not outer.low_open)
    )


def _ends_before(inner: Span, outer: Span) -> bool:
    if outer.high is None:
        return True
    if inner.high is None or not comparable(inner.high, outer.high):
        return False
    return less(inner.high, outer.high) or (
        inner.high == outer.high and (outer.high_closed or not inner.high_closed)
    )


def _is_left_of(left: Span, right: Span) -> bool:
    if left.high is None or right.low is None or not comparable(left.high, right.low):
        return False
    if left.high == right.low:
        return not left.high_closed or right.low_open
    return less(left.high, right.low)


def comparable(one: Point, other: Point) -> bool:
    """Whether the two are of one kind."""
    return type(one) is type(other)


def less(one: Point, other: Point) -> bool:
    """Whether the one is before the other, both being comparable."""
    return bool(one < other)  # type: ignore[operator]
