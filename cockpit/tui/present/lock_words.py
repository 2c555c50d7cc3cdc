"""Deployment locks as rows and as facts: of which tool, who holds them, and whether they live."""

from datetime import datetime

from cockpit.model.board import Board
from cockpit.model.locks import LockHolder
from cockpit.present.durations import ago, timestamp
from cockpit.present.harmless import harmless
from cockpit.tui.present.item import Item
from cockpit.tui.present.line import Line, line, middle_cut

_TOOL, _PID, _SINCE = 17, 7, 13
_ROOMY = 76


def lock_items(board: Board, now: datetime, width: int) -> tuple[Item, ...]:
    """One row a lock that is held, ours first; what nobody holds is not claimed to be free."""
    if board.identity is None:
        words = "who holds a lock is unknown: the database cannot be read"
        return (Item(None, (line((f" {words}", "muted")),)),)
    if not board.holders:
        return tuple(Item(None, (row,)) for row in _free(board))
    held = sorted(enumerate(board.holders), key=lambda pair: not pair[1].ours)
    return tuple(Item(str(place), (_row(holder, now, width),)) for place, holder in held)


def lock_header(width: int) -> Line:
    """Column titles."""
    holder = f"{'holder':<{_who(width)}}"
    since = f"{'connected':<{_since(width)}}"[: _since(width)]
    words = f" {'tool':<{_TOOL}}{holder}{'pid':>{_PID}}  {since}is it alive"
    return line((words, "muted"))


def _row(holder: LockHolder, now: datetime, width: int) -> Line:
    """tool · holder · pid · since · what its session's state says."""
    note = f" {holder.key.note}" if holder.key.note else ""
    spare = _who(width)
    who = "this cockpit" if holder.ours else harmless(holder.application or holder.user)
    since = f"{ago(holder.since, now) if holder.since else 'unknown':<{_SINCE}}"
    verdict = harmless(holder.verdict or holder.state)
    return line(
        (f" {middle_cut(harmless(holder.key.tool + note), _TOOL - 1):<{_TOOL}}", "strong"),
        (f"{middle_cut(who, spare - 1):<{spare}}", "good" if holder.ours else "high"),
        f"{holder.pid or 'row':>{_PID}}  ",
        (since[: _since(width)], "muted"),
        (verdict, "" if verdict.startswith("alive") else "medium"),
    )


def _since(width: int) -> int:
    """The column goes where there is no room for it; the facts below have the moment."""
    return _SINCE if width >= _ROOMY else 0


def _who(width: int) -> int:
    return max(15, min(30, width - _TOOL - _PID - _since(width) - 26))


def _free(board: Board) -> tuple[Line, ...]:
    database = harmless(board.identity.database) if board.identity else "this database"
    return (
        line((f" nobody holds a deployment lock in {database}", "good")),
        line((" looked for: the locks of every tool the cockpit knows, not only of", "muted")),
        line(
            (f" {harmless(board.tool)}; L takes the cockpit's own, once writing is armed", "muted")
        ),
    )


def lock_facts(holder: LockHolder) -> tuple[Line, ...]:
    """Everything the server tells about one holder."""
    whose = "this cockpit" if holder.ours else harmless(holder.application or holder.user)
    note = f" ({harmless(holder.key.note)})" if holder.key.note else ""
    facts = {
        "holder": whose,
        "lock of": f"{holder.key.tool}{note}, {holder.place or f'key {holder.key.key}'}",
        "pid": str(holder.pid or "none: a row in a table, which no dead session frees"),
        "user": holder.user,
        "from": holder.address or "socket",
        "state": holder.state,
        "that means": holder.verdict,
        "session since": timestamp(holder.since) if holder.since else "unknown",
    }
    return tuple(line((f"{n:<14}", "muted"), harmless(w), hang=14) for n, w in facts.items() if w)


def holder_lines(board: Board | None) -> tuple[Line, ...]:
    """Every deployment lock that is held in this database, one below the other."""
    if board is None or board.identity is None:
        return (line("The database cannot be read: who holds the lock is unknown."),)
    if not board.holders:
        return (line("Nobody holds a deployment lock in this database."),)
    lines: list[Line] = []
    for holder in board.holders:
        lines += [*lock_facts(holder), line()]
    return tuple(lines[:-1])
