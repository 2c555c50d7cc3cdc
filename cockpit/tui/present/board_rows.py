"""The items of the board's lists: rows of versions, rules for releases, words for emptiness."""

from cockpit.model.board import Board
from cockpit.model.state import Lane, Standing
from cockpit.present.release_rules import ReleaseRule, placed_rows, release_rules
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
    rules = release_rules(board, lane) if lane is Lane.APPLIED else {}
    for row in placed_rows(board, standings, rules):
        if row.rule:
            items.append(Item(None, (_rule_line(row.rule, width),)))
        standing = row.standing
        release = row.release if rules else board.released.get(standing.version, "")
        items.append(StandingItem(standing, release, width, lane_height(standing), lane_row))
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
    names = dict.fromkeys(f"{other.tool} {other.part}".strip() for other in board.others)
    words = f"  also {', '.join(names)}"
    return [Item(OTHERS, (line((words, "muted")),))]


def table_items(
    board: Board, standings: tuple[Standing, ...], width: int
) -> tuple[Item | StandingItem, ...]:
    """All versions, newest first."""
    items: list[Item | StandingItem] = []
    for row in placed_rows(board, standings, release_rules(board)):
        if row.rule:
            items.append(Item(None, (_rule_line(row.rule, width),)))
        items.append(StandingItem(row.standing, row.release, width, 1, _table_rows))
    if not items:
        words = empty_lane(board, Lane.PENDING) if not board.standings else ()
        items.append(Item(None, words or (line(("no row matches", "muted")),)))
    return (*items, *schema_items(board), *others_items(board))


def _table_rows(standing: Standing, release: str, width: int) -> tuple[Line, ...]:
    return (table_row(standing, release, width),)


def _rule_line(rule: ReleaseRule, width: int) -> Line:
    """Two releases by name; of more the newest and a count."""
    names = rule.names
    words = ", ".join(names) if len(names) <= _NAMED else f"{names[0]} +{len(names) - 1}"
    return tag_rule(rule.lead + words, width)


def _folded(lines: tuple[Line, ...], width: int) -> tuple[Line, ...]:
    return tuple(row for text in lines for row in text.wrapped(width))
