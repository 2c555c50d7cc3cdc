"""What an edit of an applied file would do, as text and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from cockpit.model.diagnosis import Presence
from cockpit.model.edit import Change, Edit, EditedStatement
from cockpit.present.harmless import harmless, harmless_block
from cockpit.present.impact_text import impact_text

_GLYPHS = {Change.REMOVED: "-", Change.ADDED: "+"}
_WIDTH = 72
_HEAD, _BEFORE, _AFTER = 24, 12, 16
"""Of a statement whose difference lies beyond the width: so much of its beginning, and so much
around the difference."""


def edit_lines(edit: Edit) -> list[str]:
    """One head line, then each statement with what the schema shows of it."""
    return list(_lines(edit))


def edit_json(edit: Edit) -> dict[str, Any]:
    """Everything that is known of it."""
    return {
        "version": edit.version,
        "name": edit.name,
        "applied_from": edit.applied_from,
        "file": edit.file_from,
        "unreadable": edit.unreadable or None,
        "statements": [
            {
                "change": one.change.value,
                "line": one.line,
                "sql": one.sql,
                "presence": one.presence.value,
                "found": one.words,
                "unlike": list(one.unlike),
                "uncompared": one.uncompared or None,
                "locks": {lock.relation: lock.mode.value for lock in one.impact.locks}
                if one.impact
                else None,
            }
            for one in edit.statements
        ],
    }


def _lines(edit: Edit) -> Iterator[str]:
    head = f"{harmless(edit.version)} {harmless(edit.name)}"
    yield f"{head}: as applied, from {harmless(edit.applied_from)}, against {edit.file_from}"
    if edit.unreadable:
        yield f"  the statements cannot be told apart: {harmless(edit.unreadable)}"
    elif not edit.statements:
        yield "  every statement of the way up is the same: the edit changes nothing that ran"
    else:
        yield "  nothing of it runs by itself: an applied migration is not run again"
    for one in edit.statements:
        yield from _statement(one, _start_of_difference(one, edit.statements))


def _start_of_difference(one: EditedStatement, every: Sequence[EditedStatement]) -> int:
    """Where its one line parts from that of the most alike statement on the other side."""
    mine = _one_line(one)
    others = (_one_line(other) for other in every if other.change is not one.change)
    return max((_alike(mine, other) for other in others), default=0)


def _alike(one: str, other: str) -> int:
    """Characters that both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _one_line(one: EditedStatement) -> str:
    return " ".join(harmless_block(one.sql).split())


def _cut(sql: str, part: int) -> str:
    """So much as fits, with the place `part` in it."""
    if len(sql) <= _WIDTH:
        return sql
    if part < _WIDTH - _AFTER:
        return f"{sql[: _WIDTH - 1]}…"
    room = _WIDTH - _HEAD - 3
    start = max(_HEAD, min(part - _BEFORE, len(sql) - room))
    more = "…" if start + room < len(sql) else ""
    return f"{sql[:_HEAD]} … {sql[start : start + room]}{more}"


def _statement(one: EditedStatement, difference: int) -> Iterator[str]:
    yield f"  {_GLYPHS[one.change]} {_cut(_one_line(one), difference)}"
    words = f": {harmless(one.words)}" if one.words else ""
    yield f"      {_verdict(one)}{words}"
    yield from (f"      {harmless(words)}" for words in one.unlike)
    if one.change is Change.ADDED and one.presence is not Presence.PRESENT:
        yield from (f"      to run it: {line}" for line in impact_text(one.impact))


def _verdict(one: EditedStatement) -> str:
    if one.presence in (Presence.HALF, Presence.INVALID):
        return "half of it is in the schema"
    if one.presence is Presence.UNSEEN:
        return "the catalog cannot tell"
    there = one.presence is Presence.PRESENT
    applied = "was applied, and " if one.change is Change.REMOVED else ""
    if there and one.unlike:
        return f"{applied}is there by name, but not like this"
    if there and one.uncompared:
        return f"{applied}is there by name; {one.uncompared} was not compared"
    if one.change is Change.REMOVED:
        return "was applied, and is in the schema" if there else "was applied, and is gone by now"
    return "is in the schema all the same" if there else "never ran: the schema does not have it"
