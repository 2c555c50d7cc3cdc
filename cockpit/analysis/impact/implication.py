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
    """Whether a check says `column IS NOT NULL`, as `NotNullImpliedByRelConstraints` asks."""
    return any(_says_not_null(fact, column) for fact in facts_about(world, table))


def refuses_nulls(world: World, table: RelationFacts, column: str) -> bool:
    """Whether the column is NOT NULL, or a check says so."""
    found = table.column(column)
    return (found is not None and found.not_null) or is_not_null(world, table, column)


def _says_not_null(fact: syntax.Node, column: str) -> bool:
    """`column IS NOT NULL`, or `NOT column IS NULL`."""
    wanted = pb.IS_NOT_NULL
    if isinstance(fact, pb.BoolExpr) and fact.boolop == pb.NOT_EXPR:
        fact, wanted = syntax.unwrap(fact.args[0]), pb.IS_NULL
    if not isinstance(fact, pb.NullTest) or fact.nulltesttype != wanted:
        return False
    argument = syntax.unwrap(fact.arg)
    return isinstance(argument, pb.ColumnRef) and syntax.words(argument.fields)[-1] == column
