"""The items of the board's lists: rows of versions, rules for releases, words for emptiness."""

from cockpit.model.board import Board
from cockpit.model.state import Lane, Standing
from cockpit.present.harmless import harmless
from cockpit.present.schema_words import schema_tally
from cockpit.tui.present.item import Item, StandingItem
from cockpit.tui.present.lanes import lane_height, lane_row, table_row, tag_rule
from cockpit.tui.present.line import Line, line
from cockpit.tui.present.states import empty_lane

_NAMED = 2
SCHEMA = "schema:"
"""The key of the row about the schema; no version is called that."""
OTHERS = "others:"
"""The key of the row about histories of other tools."""


def lane_items(
    board: Board, lane: Lane, standings: tuple[Standing, ...], width: int
) -> tuple[Item | StandingItem, ...]:
    """One lane, newest first; releases are rules between the applied rows."""
    items: list[Item | StandingItem] = []
    tags = _tag_lines(board, standings, width) if lane is Lane.APPLIED else {}
    for standing in standings:
        if standing.version in tags:
            items.append(Item(None, (tags[standing.version],)))
        items.append(StandingItem(standing, width, lane_height(standing), lane_row))
    if not items and not board.lane(lane):
        items.append(Item(None, _folded(empty_lane(board, lane), width)))
    elif not items:
        items.append(Item(None, (line(("no row matches", "muted")),)))
    if lane is Lane.DRIFTED:
        items += schema_items(board)
    if lane is Lane.APPLIED:
        items += others_items(board)
    return tuple(items)


def schema_items(board: Board) -> list[Item]:
    """The last row of the drifted lane: what was changed outside of migrations."""
    if not board.schema_drift:
        return []
    words = schema_tally(board.schema_drift)
    return [Item(SCHEMA, (line(("!", "drifted"), (words, "drifted")),))]


def others_items(board: Board) -> list[Item]:
    """The last row of the applied lane: histories that other tools keep in this database."""
    if not board.others:
        return []
    words = f"  also {', '.join(dict.fromkeys(other.tool for other in board.others))}"
    return [Item(OTHERS, (line((words, "muted")),))]


def table_items(
    board: Board, standings: tuple[Standing, ...], width: int
) -> tuple[Item | StandingItem, ...]:
    """All versions, newest first."""
    tags = _tag_lines(board, standings, width)
    items: list[Item | StandingItem] = []
    for standing in standings:
        if standing.version in tags:
            items.append(Item(None, (tags[standing.version],)))
        items.append(StandingItem(standing, width, 1, _table_rows))
    if not items:
        words = empty_lane(board, Lane.PENDING) if not board.standings else ()
        items.append(Item(None, words or (line(("no row matches", "muted")),)))
    return (*items, *schema_items(board), *others_items(board))


def _table_rows(standing: Standing, width: int) -> tuple[Line, ...]:
    return (table_row(standing, width),)


def _tag_lines(board: Board, standings: tuple[Standing, ...], width: int) -> dict[str, Line]:
    """The rule above the newest row that each release holds; none for one that is not all there."""
    order = {standing.version: place for place, standing in enumerate(board.standings)}
    in_force = {standing.version for standing in board.standings if standing.state.in_force}
    names: dict[str, list[str]] = {}
    for tag, newest in board.tags:
        limit = order.get(newest)
        if limit is None or newest not in in_force:
            continue
        held = next((s.version for s in standings if order[s.version] <= limit), None)
        if held is not None:
            names.setdefault(held, []).append(tag.name)
    return {version: tag_rule(_joined(tags), width) for version, tags in names.items()}


def _joined(names: list[str]) -> str:
    """The releases that end at the same version: two by name, of more the newest and a count."""
    newest = harmless(names[-1])
    if len(names) <= _NAMED:
        return ", ".join(harmless(name) for name in reversed(names))
    return f"{newest} +{len(names) - 1}"


def _folded(lines: tuple[Line, ...], width: int) -> tuple[Line, ...]:
    return tuple(row for text in lines for row in text.wrapped(width))
