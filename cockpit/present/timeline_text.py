"""Histories of several tools in one database, as text."""

from collections.abc import Iterable

from cockpit.model.board import Board
from cockpit.model.timeline import Applied, OtherHistory
from cockpit.present.durations import ago, count, timestamp
from cockpit.present.harmless import harmless
from cockpit.present.table import table


def others_lines(board: Board) -> list[str]:
    """One line a history: `django (public.django_migrations): 214 applied, last shop.0042 now`."""
    return [_line(other, board) for other in board.others]


def timeline_text(entries: Iterable[Applied]) -> str:
    """One line a version, in the order given."""
    return "\n".join(table([_row(entry) for entry in entries]))


def _line(other: OtherHistory, board: Board) -> str:
    place = f"{_named(other)} ({harmless(other.table)})"
    if other.why:
        return f"{place}: {other.why}"
    if other.tool in _HEADS_ONLY:
        return f"{place}: at {harmless(other.last)}" if other.last else f"{place}: nothing applied"
    when = f" {ago(other.last_at, board.as_of)}" if other.last_at else ""
    last = f", last {harmless(other.last)}{when}" if other.last else ""
    note = f"; {harmless(other.note)}" if other.note else ""
    return f"{place}: {count(other.applied)} applied{last}{note}"


def _named(other: OtherHistory) -> str:
    return f"{other.tool} {other.part}".strip()


_HEADS_ONLY = ("golang-migrate", "alembic")
"""Tools whose table names the newest version and no other."""


def _row(entry: Applied) -> tuple[str, ...]:
    return (
        timestamp(entry.at) if entry.at else "not written down",
        entry.tool,
        harmless(entry.version),
        harmless(entry.name),
    )
