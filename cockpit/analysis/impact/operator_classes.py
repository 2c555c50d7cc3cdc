"""Whether an index can keep its file when the type of a column changes (`CheckIndexCompatible`)."""

from cockpit.analysis.impact.coercion import Coercions
from cockpit.analysis.impact.datatypes import DataTypes
from cockpit.analysis.impact.world import World
from cockpit.model.facts import ColumnFacts, IndexFacts, OperatorClassFacts

_POLYMORPHIC = frozenset({"anyarray", "anyenum", "anyrange", "anymultirange", "anyelement"})


def stays_usable(world: World, index: IndexFacts, old: ColumnFacts, new: ColumnFacts) -> bool:
    """Plain columns only, and the same operator class and collation before and after."""
    if index.expressions or index.predicate or not index.valid:
        return False
    for place, number in enumerate(index.columns[: index.keys]):
        if number == old.number and not _same_key(world, index, place, old, new):
            return False
    return True


def _same_key(
    world: World, index: IndexFacts, place: int, old: ColumnFacts, new: ColumnFacts
) -> bool:
    collation = index.collations[place] if place < len(index.collations) else 0
    if collation and collation == old.collation != new.collation:
        return False
    if place >= len(index.classes):
        return old.type == new.type
    current = index.classes[place]
    chosen = default_class(world, old.type, index.method)
    if chosen is not None and chosen.oid != current:
        return not _is_polymorphic(world, current) or old.type == new.type
    found = default_class(world, new.type, index.method)
    if found is None or found.oid != current:
        return False
    return not _is_polymorphic(world, current) or old.type == new.type


def _is_polymorphic(world: World, oid: int) -> bool:
    taken = next((c for c in world.facts.classes if c.oid == oid), None)
    return taken is not None and DataTypes(world).name(taken.type) in _POLYMORPHIC


def default_class(world: World, type_oid: int, method: str) -> OperatorClassFacts | None:
    """The operator class an index of this method takes when none is named (`GetDefaultOpClass`)."""
    types = DataTypes(world)
    base, _ = types.base(type_oid)
    defaults = [c for c in world.facts.classes if c.method == method and c.default]
    exact = next((c for c in defaults if c.type == base), None)
    if exact is not None:
        return exact
    coercions = Coercions(world)
    close = [c for c in defaults if coercions.is_binary_coercible(base, c.type)]
    if close:
        return next((c for c in close if types.name(c.type) == "text"), close[0])
    return _polymorphic_default(types, defaults, base)


def _polymorphic_default(
    types: DataTypes, defaults: list[OperatorClassFacts], base: int
) -> OperatorClassFacts | None:
    found = types.get(base)
    if found is None:
        return None
    wanted = {"e": "anyenum", "r": "anyrange", "m": "anymultirange"}.get(found.kind)
    if found.element:
        wanted = "anyarray"
    return next((c for c in defaults if types.name(c.type) == wanted), None)


def compare_alike(world: World, old: int, new: int) -> bool:
    """Whether `=` on either type is the same operator on the same bits."""
    types = DataTypes(world)
    if types.base(old)[0] == types.base(new)[0]:
        return True
    before, after = default_class(world, old, "btree"), default_class(world, new, "btree")
    return before is not None and before == after
