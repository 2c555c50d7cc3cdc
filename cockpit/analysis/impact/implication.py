"""What checks that hold prove about every row of a table."""

from collections.abc import Iterator

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.world import World
from cockpit.model.facts import RelationFacts


def facts_about(world: World, table: RelationFacts) -> Iterator[syntax.Node]:
    """Every condition that a valid, enforced check demands of every row."""
    for constraint in world.constraints.of(table.oid):
        if constraint.kind == "c" and constraint.valid and constraint.enforced:
            expression = syntax.parse_expression(constraint.expression or "")
            if expression is not None:
                yield from syntax.conjuncts(expression)


def is_not_null(world: World, table: RelationFacts, column: str) -> bool:
    """Whether a check says `column IS NOT NULL`, alone or joined by AND (`NotNullImpliedByRelConstraints`)."""
    return any(_says_not_null(fact, column) for fact in facts_about(world, table))


def _says_not_null(fact: syntax.Node, column: str) -> bool:
    if not isinstance(fact, pb.NullTest) or fact.nulltesttype != pb.IS_NOT_NULL:
        return False
    argument = syntax.unwrap(fact.arg)
    return isinstance(argument, pb.ColumnRef) and syntax.words(argument.fields)[-1] == column
