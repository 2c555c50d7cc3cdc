"""Conditions that no row can meet."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from cockpit.analysis.impact import implication, syntax
from cockpit.analysis.impact.bounds import spans_of
from cockpit.analysis.impact.spans import Span
from cockpit.analysis.impact.world import World
from cockpit.model.facts import RelationFacts


def finds_nothing(
    world: World, table: RelationFacts, conditions: Iterable[syntax.Node]
) -> str | None:
    """Why no row is expected, in words; None when there may be some.

    A check that holds rules values out; a column that is filled by a sequence has no values
    outside of the sequence's range, unless somebody wrote them by hand.
    """
    known = list(conditions)
    facts = list(implication.facts_about(world, table))
    for column in table.columns:
        asked = spans_of(known, column.name)
        if any(wanted.misses(held) for wanted in asked for held in spans_of(facts, column.name)):
            return f"a check on {column.name} rules these rows out"
        for sequence, held in _sequences(world, table, column.number):
            if any(wanted.misses(held) for wanted in asked):
                return f"{column.name} comes from {sequence.name}, which gives no such values"
    return None


def _sequences(
    world: World, table: RelationFacts, column: int
) -> Iterator[tuple[RelationFacts, Span]]:
    for sequence in world.owned_sequences(table.oid, column):
        if sequence.range is not None:
            low, high = (Decimal(value) for value in sequence.range)
            yield sequence, Span(low, high, high_closed=True)
