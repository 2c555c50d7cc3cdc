"""Defaults of columns, and the sequences they draw from."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.world import World
from cockpit.model.facts import DependencyFacts, RelationFacts


def keep_default(
    world: World, relation: RelationFacts, column: str, expression: syntax.Node
) -> RelationFacts:
    """The column has this default from now on; dropping a sequence in it reaches the table."""
    relation = world.change_column(relation, column, default=syntax.to_text(expression))
    number = (relation.numbers((column,)) or (0,))[0]
    oid = world.new_oid()
    world.depend(DependencyFacts("pg_attrdef", oid, 0, "pg_class", relation.oid, number, "a"))
    for part in syntax.walk(expression):
        sequence = _sequence(world, part)
        if sequence is not None:
            world.depend(DependencyFacts("pg_attrdef", oid, 0, "pg_class", sequence.oid, 0, "n"))
    return relation


def _sequence(world: World, node: syntax.Node) -> RelationFacts | None:
    if not isinstance(node, pb.FuncCall) or not node.args:
        return None
    if syntax.words(node.funcname)[-1] != "nextval":
        return None
    name = syntax.relation_name(syntax.constant_text(syntax.unwrap(node.args[0])))
    return world.find(name.schemaname, name.relname) if name is not None else None
