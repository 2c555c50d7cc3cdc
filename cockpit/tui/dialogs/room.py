"""How much of itself a question shows in a terminal that is too small for all of it."""

from enum import IntEnum

from cockpit.tui.present.line import Line, cut, line

_LONGEST = 2
"""Rows of one of the five lines where there is no room for all of it."""
_AROUND_DIFF = 16
"""Rows of a question that are not its diff."""


class Room(IntEnum):
    """From all of it to the least; the plan names what is folded here."""

    AMPLE = 0
    NO_EMPTY_ROWS = 1
    DANGERS_COUNTED = 2
    LINES_CUT = 3


def danger_words(dangers: tuple[str, ...], room: Room) -> tuple[str, ...]:
    """Every danger, or how many there are."""
    if room < Room.DANGERS_COUNTED or len(dangers) < 2:
        return dangers
    return (f"{len(dangers)} dangers: the plan names them",)


def line_rows(row: Line, width: int, room: Room) -> tuple[Line, ...]:
    """One of the five lines; cut where there is no room, and then it says so."""
    rows = row.wrapped(width)
    if room < Room.LINES_CUT or len(rows) <= _LONGEST:
        return rows
    more = "… the plan names all"
    last = Line(cut(rows[_LONGEST - 1].spans, width - len(more)))
    return (*rows[: _LONGEST - 1], Line((*last.spans, (more, "muted"))))


def diff_rows(diff: tuple[str, ...], height: int) -> list[Line]:
    """The first rows of a diff in a terminal of that height, and how many there are more."""
    roles = {"+": "add", "-": "remove"}
    room = max(1, height - _AROUND_DIFF)
    rows = [line((row, roles.get(row[:1], "muted"))) for row in diff[:room]]
    more = len(diff) - room
    return [*rows, line((f"… {more} rows more", "muted"))] if more > 0 else rows
