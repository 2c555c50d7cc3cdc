"""Several targets side by side, as text and as JSON."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from cockpit.model.comparison import Comparison, Promotion, Row
from cockpit.model.state import State
from cockpit.present.durations import plural
from cockpit.present.harmless import harmless
from cockpit.present.schema_words import change_json, sides_lines
from cockpit.present.table import table


def comparison_text(comparison: Comparison, *, everything: bool = False) -> str:
    """The targets, the versions that differ between them, then each promotion."""
    return "\n".join(_lines(comparison, everything))


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """All of it; `schema` is null where it was not compared."""
    names = comparison.names
    return {
        "targets": [
            {
                "name": board.standpoint.name,
                "environment": board.standpoint.environment.value,
                "database": board.identity.database if board.identity else None,
                "commit": board.revision.commit if board.revision else None,
                "release": board.release.tag if board.release else None,
                "error": board.database_error or board.source_error or None,
            }
            for board in comparison.boards
        ],
        "migrations": [
            {
                "version": row.version,
                "name": row.name,
                "states": list(zip(names, (state or None for state in row.states), strict=True)),
                "places": list(row.places),
                "differs": row.differs,
            }
            for row in comparison.rows
        ],
        "promotions": [_promotion_json(one) for one in comparison.promotions],
    }


def _promotion_json(one: Promotion) -> dict[str, Any]:
    changes = one.schema
    return {
        "from": one.source,
        "to": one.target,
        "unknown": list(one.unknown),
        "would_run": None if one.unknown else list(one.versions),
        "only_there": None if one.unknown else list(one.only_there),
        "half_done": {"from": list(one.half_here), "to": list(one.half_there)},
        "other_order": one.other_order,
        "schema": None if changes is None else [change_json(change) for change in changes],
        "schema_unchecked": one.schema_why or None,
    }


def _lines(comparison: Comparison, everything: bool) -> Iterator[str]:
    yield from table([_target(comparison, index) for index in range(len(comparison.boards))])
    for board in comparison.boards:
        for error in filter(None, (board.database_error, board.source_error)):
            yield f"  {harmless(board.standpoint.name)} is not read: {harmless(error)}"
    rows = [row for row in comparison.rows if everything or row.differs]
    same = len(comparison.rows) - len(rows)
    yield ""
    if rows:
        head = ("version", "name", *(harmless(name) for name in comparison.names))
        yield from table([head, *(_row(row) for row in rows)])
    if same:
        yield f"{plural(same, 'version')} the same on all of them"
    for promotion in comparison.promotions:
        yield ""
        yield from promotion_text(promotion)


def _target(comparison: Comparison, index: int) -> tuple[str, ...]:
    board = comparison.boards[index]
    where = board.identity.database if board.identity else "not read"
    git = board.revision.label if board.revision else "git not read"
    release = board.release.words if board.release else "no release"
    return tuple(
        harmless(word)
        for word in (board.standpoint.name, board.standpoint.environment.value, where, git, release)
    )


def _row(row: Row) -> tuple[str, ...]:
    cells = (f"{State(state).glyph} {state}" if state else "  -" for state in row.states)
    return (harmless(row.version), harmless(row.name), *cells)


def _of_which(one: Promotion, version: str) -> str:
    """A version that would run, all of it or the rest."""
    return harmless(version) + (" (the rest of it)" if version in one.half_there else "")


def promotion_text(one: Promotion) -> Iterator[str]:
    """What would run from one target to the next one, and how their schemas differ."""
    yield f"FROM {harmless(one.source)} TO {harmless(one.target)}"
    if one.unknown:
        names = " and ".join(map(harmless, one.unknown))
        yield f"  not known: what is applied on {names} could not be read"
        return
    if one.versions:
        versions = ", ".join(map(partial(_of_which, one), one.versions))
        yield f"  would run {plural(len(one.versions), 'migration')}: {versions}"
    else:
        yield "  would run nothing"
    if one.only_there:
        only = ", ".join(harmless(version) for version in one.only_there)
        yield f"  only on {harmless(one.target)}: {only}"
    for name, half in ((one.source, one.half_here), (one.target, one.half_there)):
        if half:
            yield f"  half done on {harmless(name)}: {', '.join(map(harmless, half))}"
    if one.other_order:
        yield "  what both have was applied in another order"
    if one.schema is None:
        yield f"  the schemas were not compared: {harmless(one.schema_why)}"
        return
    if not one.schema:
        yield "  the schemas are the same"
        return
    verb = "differs" if len(one.schema) == 1 else "differ"
    yield (
        f"  {plural(len(one.schema), 'object')} of the schema {verb}: - is on "
        f"{harmless(one.source)} alone, + on {harmless(one.target)} alone"
    )
    for change in one.schema:
        yield from (f"    {line}" for line in sides_lines(change, one.source, one.target))
