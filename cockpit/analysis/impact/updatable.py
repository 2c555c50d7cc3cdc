"""Views that are written through: the table below, its columns, the rows the view shows."""

from dataclasses import dataclass

from postgast import PgQueryError
from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.world import World
from cockpit.model.facts import RelationFacts

_INSTEAD = 64


@dataclass(frozen=True, slots=True)
class Below:
    """What a simple view stands for."""

    relation: RelationFacts
    """The table, or another view."""
    columns: dict[str, str]
    """Columns of the view by the name they have below."""
    conditions: tuple[syntax.Node, ...]
    tree: bool = True
    """Its descendants are meant too: no ONLY."""


def below(world: World, view: RelationFacts) -> Below | None:
    """The single relation of an automatically updatable view; None for any other view."""
    try:
        (select,) = syntax.parse(view.definition or "")
    except (PgQueryError, ValueError):
        return None
    if len(select.from_clause) != 1 or not syntax.is_a(select.from_clause[0], "range_var"):
        return None
    name = select.from_clause[0].range_var
    relation = world.find(name.schemaname, name.relname)
    if relation is None or has_instead_triggers(world, view):
        return None
    where = syntax.unwrap(select.where_clause)
    conditions = tuple(syntax.conjuncts(where)) if where is not None else ()
    return Below(relation, _columns(select, relation), conditions, name.inh)


def has_instead_triggers(world: World, view: RelationFacts) -> bool:
    """Whether INSTEAD OF triggers do the writing."""
    return any(trigger.bits & _INSTEAD for trigger in world.triggers.of(view.oid))


def _columns(select: pb.SelectStmt, relation: RelationFacts) -> dict[str, str]:
    found = {}
    for item in select.target_list:
        value = syntax.unwrap(item.res_target.val)
        if isinstance(value, pb.ColumnRef):
            names = syntax.words(value.fields)
            if names:
                found[item.res_target.name or names[-1]] = names[-1]
    return found or {column.name: column.name for column in relation.columns}
