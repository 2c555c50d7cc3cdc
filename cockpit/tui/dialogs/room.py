"""How much of itself a question shows in a terminal that is too small for all of it."""

from enum import IntEnum

from cockpit.tui.present.line import Line, Span, cut, line

ALL = "pgdn"
"""The key that shows all of a question, over it."""
_LONGEST = 2
"""Rows of one of the five lines where there is no room for all of it."""
_AROUND_DIFF = 16
"""Rows of a question that are not its diff."""


class Room(IntEnum):
    """From all of it to the least; what is folded here is one key away."""

    AMPLE = 0
    NO_EMPTY_ROWS = 1
    DANGERS_COUNTED = 2
    LINES_CUT = 3
    ONE_ROW_EACH = 4


def danger_rows(dangers: tuple[str, ...], width: int, room: Room) -> list[Line]:
    """Every danger; or the first, and how many more there are behind which key."""
    if room < Room.DANGERS_COUNTED or not dangers:
        return [row for words in dangers for row in _danger(words).wrapped(width)]
    more = f" and {len(dangers) - 1} more: {ALL}" if len(dangers) > 1 else ""
    whole = _danger(dangers[0], (more, "key")).wrapped(width)
    if room < Room.ONE_ROW_EACH or len(whole) == 1:
        return list(whole)
    return [_cut(_danger(dangers[0]), width, more or f" {ALL}")]


def _danger(words: str, *more: Span) -> Line:
    return line(("! ", "drifted"), (words, "high"), *more, hang=2)


def line_rows(row: Line, width: int, room: Room) -> tuple[Line, ...]:
    """One of the five lines; cut where there is no room, and then it says so."""
    rows, longest = row.wrapped(width), 1 if room is Room.ONE_ROW_EACH else _LONGEST
    if room < Room.LINES_CUT or len(rows) <= longest:
        return rows
    return (*rows[: longest - 1], _cut(Line(_joined(rows[longest - 1 :])), width, f" {ALL}: all"))


def _joined(rows: tuple[Line, ...]) -> tuple[Span, ...]:
    """Wrapped rows as one again."""
    rest = (span for row in rows[1:] for span in ((" ", ""), *row.spans[1:]))
    return (*rows[0].spans, *rest)


def _cut(row: Line, width: int, end: str) -> Line:
    """As much of it as fits before the key that shows the rest."""
    return Line((*cut(row.spans, width - len(end)), (end, "key")))


def diff_rows(diff: tuple[str, ...], height: int) -> list[Line]:
    """The first rows of a diff in a terminal of that height, and how many there are more."""
    room = max(1, height - _AROUND_DIFF)
    rows = whole_diff(diff[:room])
    more = len(diff) - room
    return [*rows, line((f"… {more} rows more: {ALL}", "muted"))] if more > 0 else rows


def whole_diff(diff: tuple[str, ...]) -> list[Line]:
    """Every row in the look of what it does."""
    roles = {"+": "add", "-": "remove"}
    return [line((row, roles.get(row[:1], "muted"))) for row in diff]
