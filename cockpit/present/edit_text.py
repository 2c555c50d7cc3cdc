"""What an edit of an applied file would do, as text and as JSON."""

from collections.abc import Iterator
from typing import Any

from cockpit.model.diagnosis import Presence
from cockpit.model.edit import Change, Edit, EditedStatement
from cockpit.present.harmless import harmless, harmless_block
from cockpit.present.impact_text import impact_text

_GLYPHS = {Change.REMOVED: "-", Change.ADDED: "+"}
_WIDTH = 72


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
        yield from _statement(one)


def _statement(one: EditedStatement) -> Iterator[str]:
    sql = " ".join(harmless_block(one.sql).split())
    shown = sql if len(sql) <= _WIDTH else f"{sql[: _WIDTH - 1]}…"
    yield f"  {_GLYPHS[one.change]} {shown}"
    words = f": {harmless(one.words)}" if one.words else ""
    yield f"      {_verdict(one)}{words}"
    if one.change is Change.ADDED and one.presence is not Presence.PRESENT:
        yield from (f"      to run it: {line}" for line in impact_text(one.impact))


def _verdict(one: EditedStatement) -> str:
    if one.presence in (Presence.HALF, Presence.INVALID):
        return "half of it is in the schema"
    if one.presence is Presence.UNSEEN:
        return "the catalog cannot tell"
    there = one.presence is Presence.PRESENT
    if one.change is Change.REMOVED:
        return "was applied, and is in the schema" if there else "was applied, and is gone by now"
    return "is in the schema all the same" if there else "never ran: the schema does not have it"
