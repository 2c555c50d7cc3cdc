"""Which partitions can hold the rows a statement wants, and what proves a partition's bound."""

from collections.abc import Sequence
from itertools import product

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import implication, syntax
from cockpit.analysis.impact.bounds import Bound, bound_of, gaps_of, spans_of, values_of
from cockpit.analysis.impact.datatypes import DataTypes
from cockpit.analysis.impact.hashing import remainder_of
from cockpit.analysis.impact.spans import Point, Span
from cockpit.analysis.impact.world import World
from cockpit.model.facts import PartitionKey, RelationFacts


def surviving(
    world: World, table: RelationFacts, conditions: list[syntax.Node]
) -> list[RelationFacts]:
    """The table and its descendants, without partitions that cannot hold a wanted row."""
    found = [table]
    if table.kind == "p" and any(syntax.is_false(condition) for condition in conditions):
        return found
    column = key_column(table)
    for child in world.children(table.oid):
        if table.kind != "p" or column is None or not _is_pruned(world, table, child, conditions):
            found += surviving(world, child, conditions)
    return found


def key_column(table: RelationFacts) -> str | None:
    """The leading key column of a partitioned table; None for an expression."""
    if table.key is None or not table.key.columns:
        return None
    number = table.key.columns[0]
    return next((column.name for column in table.columns if column.number == number), None)


def key_names(table: RelationFacts) -> tuple[str, ...]:
    """All key columns of a partitioned table, by name; empty for an expression."""
    return table.named(table.key.columns if table.key else ())


def may_move(world: World, table: RelationFacts, columns: set[str]) -> bool:
    """Whether new values in these columns can take a row to another partition."""
    for member in world.tree(table.oid) if table.kind == "p" else ():
        if member.key is not None and _names_any(member, member.key, columns):
            return True
    return False


def _names_any(table: RelationFacts, key: PartitionKey, columns: set[str]) -> bool:
    if set(table.numbers(tuple(columns))) & set(key.columns):
        return True
    if 0 not in key.columns:
        return False
    written = syntax.parse_expression(f"row({key.written.partition('(')[2]}")
    return written is None or bool(syntax.column_names(written) & columns)


def remainder(
    world: World, table: RelationFacts, row: Sequence[Point | None], modulus: int
) -> int | None:
    """The remainder of a row with these key values; None when its hash cannot be told."""
    if table.key is None or not table.key.usual or 0 in table.key.columns:
        return None
    types = DataTypes(world)
    columns = [table.column(name) for name in key_names(table)]
    names = [types.name(types.base(c.type)[0]) for c in columns if c is not None]
    return remainder_of(list(zip(row, names, strict=True)), modulus)


def _is_pruned(
    world: World, table: RelationFacts, child: RelationFacts, conditions: list[syntax.Node]
) -> bool:
    bound = bound_of(child.bound or "")
    column = key_column(table)
    if bound is None or column is None:
        return False
    if bound.strategy == "r":
        spans = spans_of(conditions, column)
        listed = values_of(conditions, column)
        return any(span.misses(bound.span) for span in spans) or any(
            all(v is None or _at(v).misses(bound.span) for v in values) for values in listed
        )
    wanted = values_of(conditions, column)
    if bound.strategy == "l":
        return any(not values & bound.values for values in wanted)
    if bound.strategy == "d":
        return _is_taken_elsewhere(world, table, conditions, column)
    return bound.strategy == "h" and _is_hashed_elsewhere(world, table, conditions, bound)


def _is_hashed_elsewhere(
    world: World, table: RelationFacts, conditions: list[syntax.Node], bound: Bound
) -> bool:
    """No wanted combination of key values has the remainder of this partition."""
    wanted = [values_of(conditions, name) for name in key_names(table)]
    if not wanted or not all(wanted):
        return False
    rows = product(*(frozenset.intersection(*listed) for listed in wanted))
    remainders = (remainder(world, table, row, bound.modulus) for row in rows)
    return all(found not in (None, bound.remainder) for found in remainders)


def _at(value: Point | None) -> Span:
    return Span(value, value, high_closed=True)


def _is_taken_elsewhere(
    world: World, table: RelationFacts, conditions: list[syntax.Node], column: str
) -> bool:
    """Every wanted value has a partition of its own, so none is left for the default one."""
    bounds = [b for c in world.children(table.oid) if (b := bound_of(c.bound or ""))]
    for values in values_of(conditions, column):
        if all(any(value in b.values for b in bounds if b.strategy == "l") for value in values):
            return table.key is not None and table.key.strategy == "l"
    spans = spans_of(conditions, column)
    ranges = [b.span for b in bounds if b.strategy == "r" and b.columns == 1]
    return any(_covers(ranges, span) for span in spans)


def _covers(ranges: list[Span], wanted: Span) -> bool:
    """Whether neighbouring ranges hold the whole interval."""
    if any(wanted.within(span) for span in ranges):
        return True
    if wanted.low is None or wanted.high is None:
        return False
    first = next(
        (s for s in ranges if Span(wanted.low, wanted.low, high_closed=True).within(s)), None
    )
    if first is None or first.high is None:
        return False
    rest = Span(first.high, wanted.high, high_closed=wanted.high_closed)
    return _covers([span for span in ranges if span is not first], rest)


def proves_bound(
    world: World, parent: RelationFacts, partition: RelationFacts, bound: Bound
) -> bool:
    """Whether checks of a table say already what the bound demands of its rows."""
    column = key_column(parent)
    facts = list(implication.facts_about(world, partition))
    if column is None or bound.strategy in "hd":
        return False
    if bound.columns > 1:
        return _is_well_inside(world, parent, partition, bound)
    if None not in bound.values and not implication.refuses_nulls(world, partition, column):
        return False
    if bound.strategy == "l":
        return any(values <= bound.values for values in values_of(facts, column))
    spans = spans_of(facts, column)
    return any(s.within(Span(low=bound.span.low)) for s in spans) and any(
        s.within(Span(high=bound.span.high)) for s in spans
    )


def _is_well_inside(
    world: World, parent: RelationFacts, partition: RelationFacts, bound: Bound
) -> bool:
    """Of several key columns the first decides where it is not at the very end of the bound."""
    numbers = parent.key.columns if parent.key else ()
    names = [c.name for c in parent.columns if c.number in numbers]
    if not all(implication.refuses_nulls(world, partition, name) for name in names):
        return False
    column = key_column(parent) or ""
    spans = spans_of(implication.facts_about(world, partition), column)
    above = Span(low=bound.span.low, low_open=True)
    below = Span(high=bound.span.high)
    return any(s.within(above) for s in spans) and any(s.within(below) for s in spans)


def excludes_bound(
    world: World, parent: RelationFacts, default: RelationFacts, bound: Bound
) -> bool:
    """Whether checks of the default partition say that it holds no row of this bound."""
    column = key_column(parent)
    facts = list(implication.facts_about(world, default))
    if column is None or bound.columns > 1:
        return False
    if bound.strategy == "l":
        return any(not values & bound.values for values in values_of(facts, column)) or any(
            _forbids(fact, column, bound) for fact in facts
        )
    if bound.strategy != "r":
        return False
    outside = [span for fact in facts for span in gaps_of(fact, column)]
    return any(s.misses(bound.span) for s in spans_of(facts, column)) or any(
        bound.span.within(gap) for gap in outside
    )


def _forbids(fact: syntax.Node, column: str, bound: Bound) -> bool:
    """`column <> value` for the only value of the bound."""
    if not isinstance(fact, pb.A_Expr) or syntax.words(fact.name)[-1:] != ("<>",):
        return False
    as_equal = pb.A_Expr()
    as_equal.CopyFrom(fact)
    as_equal.name[0].string.sval = "="
    return any(bound.values <= values for values in values_of([as_equal], column))
