"""Other sessions, and the identity of this connection."""

from collections.abc import Sequence

from cockpit.model.activity import SEES_ALL, SessionFacts
from cockpit.model.board import Board
from cockpit.present.durations import elapsed, plural
from cockpit.present.harmless import harmless
from cockpit.tui.present.line import Line, line, middle_cut
from cockpit.tui.present.sql_words import sql_lines


def session_row(session: SessionFacts, width: int) -> Line:
    """pid · who · state · age · what it holds, as far as there is room."""
    age = elapsed(session.transaction_age) if session.transaction_age is not None else "-"
    role = "high" if session.state.startswith("idle in") else ""
    who = harmless(session.application or session.user)
    spare = _who_width(width)
    return line(
        (f" {session.pid:>7}  ", "strong"),
        (f"{middle_cut(who, spare - 1):<{spare}}", ""),
        (f"{_short(session.state):<{_STATE}}", role), (f"{age:>8}", role),
        (f"  {harmless(session.holds.replace('public.', ''))}", "muted"),
    )  # fmt: skip


_STATE = 13
_FIXED = 10 + _STATE + 8
"""Cells of pid, state and age."""


def _short(state: str) -> str:
    """`idle in tx (aborted)` would be wider than the column: the detail has the whole word."""
    return harmless(state).replace("transaction", "tx")[: _STATE - 1]


def _who_width(width: int) -> int:
    """What is left for the program's name, with room for a lock beside it where there is any."""
    return max(10, min(21, width - _FIXED) if width < 78 else min(36, (width - _FIXED) // 2))


def session_header(width: int) -> Line:
    """Column titles."""
    spare = _who_width(width)
    return line((f" {'pid':>7}  {'who':<{spare}}{'state':<{_STATE}}{'in tx':>8}  holds", "muted"))


def session_detail(session: SessionFacts) -> tuple[Line, ...]:
    """Everything the role may see of one session."""
    facts = {
        "pid": str(session.pid),
        "user": session.user,
        "program": session.application,
        "from": session.place,
        "state": session.state,
        "in tx for": elapsed(session.transaction_age) if session.transaction_age else "-",
        "holds": session.holds,
    }
    rows = [line((f"{n:<10}", "muted"), harmless(w), hang=10) for n, w in facts.items() if w]
    return (
        *rows,
        line(),
        *sql_lines(
            session.query or f"-- hidden: a role sees what others do once it is in {SEES_ALL}"
        ),
    )


def sessions_words(sessions: Sequence[SessionFacts]) -> str:
    """`5 sessions`, and how many of them this role sees only from outside."""
    hidden = sum(session.hidden for session in sessions)
    more = f", {hidden} hidden from this role ({SEES_ALL} shows them)" if hidden else ""
    return f"{plural(len(sessions), 'session')}{more}"


def doing(session: SessionFacts) -> str:
    """What ending it interrupts; empty when it has run nothing yet."""
    if session.hidden:
        return f"what it does is hidden from this role ({SEES_ALL} shows it)"
    idle = session.state.startswith("idle")
    return f"it {'ran' if idle else 'runs'}: {harmless(session.query)}" if session.query else ""


def identity_lines(board: Board | None) -> tuple[Line, ...]:
    """Who answers, read from the live connection."""
    if board is None or board.identity is None:
        return (line("The database cannot be read: its identity is unknown."),)
    who, stand = board.identity, board.standpoint
    marked = stand.marked.value if stand.marked else "no marker in the database"
    facts = {
        "target": stand.name,
        "environment": f"{stand.environment} (settings: {stand.configured}; database: {marked})",
        "protected": "yes: its name must be typed" if stand.protected else "no",
        "database": who.database,
        "server": f"{who.address}, PostgreSQL {who.major} ({who.server_version})",
        "system id": who.system_identifier or "the role may not read it",
        "role": who.role,
        "standby": "yes: never written" if who.in_recovery else "no",
        "tool": f"{board.tool}, {board.folder}",
        "release": board.release.sentence if board.release else "",
        "disagrees": stand.disagreement,
    }
    return tuple(line((f"{n:<12}", "muted"), harmless(w), hang=12) for n, w in facts.items() if w)
