"""What the variable of a PL/pgSQL loop stands for in each turn, where that is known beforehand."""

from collections.abc import Mapping

from postgast import PgQueryError
from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import dynamic, plpgsql, syntax
from cockpit.analysis.impact.conditions import Conditions
from cockpit.analysis.impact.world import World

Turn = dict[str, str]
"""Variables with their values."""
_MOST = 1000


def turns(
    world: World, kind: str, content: plpgsql.Tree, known: Mapping[str, str], names: list[str]
) -> list[Turn] | None:
    """The turns of a loop; None when data decide. `names` are the variables by their number."""
    if kind == "PLpgSQL_stmt_fori":
        return _counted(content, known)
    if kind == "PLpgSQL_stmt_foreach_a":
        return _listed(content, known, names)
    if kind == "PLpgSQL_stmt_fors":
        return _queried(world, content, known)
    return None


def _counted(content: plpgsql.Tree, known: Mapping[str, str]) -> list[Turn] | None:
    ends = [dynamic.text_of(plpgsql.value(content[end]), known) for end in ("lower", "upper")]
    if any(end is None or not end.lstrip("-").isdigit() for end in ends):
        return None
    low, high = (int(end or 0) for end in ends)
    name = _name(content["var"])
    return [{name: str(n)} for n in range(low, high + 1)] if high - low < _MOST else None


def _listed(content: plpgsql.Tree, known: Mapping[str, str], names: list[str]) -> list[Turn] | None:
    try:
        (select,) = syntax.parse(f"SELECT {plpgsql.value(content['expr'])}")
    except (PgQueryError, ValueError):
        return None
    array = syntax.unwrap(select.target_list[0].res_target.val)
    while isinstance(array, pb.TypeCast):
        array = syntax.unwrap(array.arg)
    if not isinstance(array, pb.A_ArrayExpr):
        return None
    values = [dynamic.value_of(syntax.unwrap(item), known) for item in array.elements]
    name = names[content["varno"]]
    return None if None in values else [{name: value} for value in values if value is not None]


def _queried(world: World, content: plpgsql.Tree, known: Mapping[str, str]) -> list[Turn] | None:
    """A query of the catalog: its rows, under the names that the variable gives them."""
    try:
        (select,) = syntax.parse(plpgsql.value(content["query"]))
    except (PgQueryError, ValueError):
        return None
    if not isinstance(select, pb.SelectStmt):
        return None
    rows = Conditions(world, known).rows_of(select)
    if rows is None:
        return None
    fields = [field["name"] for field in content["var"].get("PLpgSQL_row", {}).get("fields", [])]
    return [dict(zip(fields, row.values(), strict=False)) if fields else row for row in rows]


def _name(variable: plpgsql.Tree) -> str:
    return str(next(iter(variable.values())).get("refname", ""))
