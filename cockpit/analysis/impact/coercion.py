"""Whether stored values of one type are, bit for bit, values of another.

Follows `coerce_to_target_type` as far as `ATColumnChangeRequiresRewrite` looks, with the planner
support functions that find a length coercion to be without effect.
"""

from collections.abc import Callable
from dataclasses import dataclass

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.datatypes import NO_TYPMOD, UNKNOWN, DataTypes
from cockpit.analysis.impact.world import World
from cockpit.model.facts import ColumnFacts

_ZERO_ZONES = frozenset(
    {
        "utc", "uct", "gmt", "gmt0", "gmt+0", "gmt-0", "greenwich", "universal", "zulu", "etc/utc",
        "etc/uct", "etc/gmt", "etc/gmt0", "etc/gmt+0", "etc/gmt-0", "etc/greenwich",
        "etc/universal", "etc/zulu", "0", "+0", "-0", "+00", "+00:00", "00:00", "z",
    }
)  # fmt: skip
"""Time zones without an offset at any time."""


@dataclass(frozen=True, slots=True)
class Value:
    """What an expression over one stored column yields, while it is still the stored bits."""

    type: int
    typmod: int


class Coercions:
    """Type conversions as this server makes them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.types = DataTypes(world)

    def keeps_bits(
        self, column: ColumnFacts, target: int, typmod: int, using: syntax.Node | None
    ) -> bool:
        """True when changing the column's type leaves every stored value as it is."""
        start = Value(column.type, column.typmod)
        value = start if using is None else self._expression(using, column)
        return value is not None and self.convert(value, target, typmod) is not None

    def _expression(self, node: syntax.Node, column: ColumnFacts) -> Value | None:
        """USING: the column itself, or a chain of casts of it."""
        if isinstance(node, pb.ColumnRef):
            same = syntax.words(node.fields)[-1:] == (column.name,)
            return Value(column.type, column.typmod) if same else None
        if not isinstance(node, pb.TypeCast):
            return None
        inner = self._expression(syntax.unwrap(node.arg), column)
        target, typmod = self.types.resolve(node.type_name)
        return self.convert(inner, target, typmod) if inner else None

    def convert(self, value: Value, target: int, typmod: int) -> Value | None:
        """The value as the target type, or None when new bits must be written."""
        if UNKNOWN in (value.type, target):
            return None
        base, base_typmod = self.types.base(target, typmod)
        if value.type == target:
            return self._fit(value, base, typmod)
        converted = self._relabel(value, base)
        fitted = self._fit(converted, base, base_typmod) if converted else None
        if fitted is None or self.types.has_domain_constraints(target):
            return None
        return Value(target, NO_TYPMOD) if target != base else fitted

    def _relabel(self, value: Value, target: int) -> Value | None:
        source, _ = self.types.base(value.type)
        if source == target:
            return Value(target, value.typmod if value.type == target else NO_TYPMOD)
        if self.is_binary_coercible(source, target) or self._is_zone_shift(source, target):
            return Value(target, NO_TYPMOD)
        return None

    def is_binary_coercible(self, source: int, target: int) -> bool:
        """Whether `pg_cast` says that no conversion is needed."""
        return any(
            cast.source == source and cast.target == target and cast.method == "b"
            for cast in self.world.facts.casts
        )

    def _is_zone_shift(self, source: int, target: int) -> bool:
        """Between timestamp and timestamptz the bits agree while the session's zone is UTC."""
        names = {self.types.name(source), self.types.name(target)}
        if names != {"timestamp", "timestamptz"}:
            return False
        return self.world.settings.get("timezone", "").lower() in _ZERO_ZONES

    def _fit(self, value: Value, base: int, typmod: int) -> Value | None:
        """Apply a length or precision; None when it may cut values."""
        if typmod in (NO_TYPMOD, value.typmod):
            return value
        found = self.types.get(base)
        fits = _FITS.get(self.types.name(base))
        if found is None or (fits is None and not self._has_length(base)):
            return value
        if fits is not None and fits(value.typmod, typmod):
            return Value(value.type, typmod)
        return None

    def _has_length(self, base: int) -> bool:
        """Whether the type has a cast to itself that applies a modifier."""
        found = self.types.get(base)
        element = found.element if found and found.element else base
        return any(cast.source == cast.target == element for cast in self.world.facts.casts)


def _varchar(old: int, new: int) -> bool:
    return old >= 0 and old <= new


def _varbit(old: int, new: int) -> bool:
    return new <= 0 or 0 < old <= new


def _numeric(old: int, new: int) -> bool:
    if new < 4:
        return True
    if old < 4:
        return False
    (old_precision, old_scale), (new_precision, new_scale) = _digits(old), _digits(new)
    return old_scale == new_scale and new_precision >= old_precision


def _digits(typmod: int) -> tuple[int, int]:
    return (typmod - 4) >> 16 & 0xFFFF, (typmod - 4) & 0x7FF


def _seconds(old: int, new: int) -> bool:
    return new == 6 or 0 <= old <= new


def _interval(old: int, new: int) -> bool:
    """No field is lost, and no digit where seconds are among them (`interval_support`)."""
    old_precision = 0xFFFF if old < 0 else old & 0xFFFF
    new_precision = new & 0xFFFF
    old_field, new_field = _least_field(old), _least_field(new)
    if new_field > old_field:
        return False
    return old_field > 0 or new_precision >= 6 or new_precision >= old_precision


_FIELDS = ((1 << 12, 0), (1 << 11, 1), (1 << 10, 2), (1 << 3, 3), (1 << 1, 4), (1 << 2, 5))
"""Bits of SECOND, MINUTE, HOUR, DAY, MONTH, YEAR in an interval's typmod, finest first."""


def _least_field(typmod: int) -> int:
    if typmod < 0:
        return 0
    fields = typmod >> 16 & 0x7FFF
    return next((rank for bit, rank in _FIELDS if fields & bit), 0)


_FITS: dict[str, Callable[[int, int], bool]] = {
    "varchar": _varchar,
    "varbit": _varbit,
    "numeric": _numeric,
    "time": _seconds,
    "timetz": _seconds,
    "timestamp": _seconds,
    "timestamptz": _seconds,
    "interval": _interval,
}
"""Types whose length coercion the planner can find to be without effect."""
