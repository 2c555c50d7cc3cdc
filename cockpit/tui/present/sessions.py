"""Other sessions, lock holders and the identity of this connection."""

from cockpit.model.activity import SessionFacts
from cockpit.model.board import Board
from cockpit.model.locks import LockHolder
from cockpit.present.durations import elapsed, timestamp
from cockpit.present.harmless import harmless
from cockpit.tui.present.line import Line, line
from cockpit.tui.present.sql_words import sql_lines


def session_row(session: SessionFacts) -> Line:
    """pid · who · state · age · what it holds."""
    age = elapsed(session.transaction_age) if session.transaction_age is not None else "-"
    role = "high" if session.state.startswith("idle in") else ""
    who = harmless(session.application or session.user)
    return line(
        (f" {session.pid:>7}  ", "strong"), (f"{who[:20]:<21}", ""),
        (f"{harmless(session.state)[:20]:<21}", role), (f"{age:>8}", role),
        (f"  {harmless(session.holds)}", "muted"),
    )  # fmt: skip


def session_header() -> Line:
    """Column titles."""
    return line((f" {'pid':>7}  {'who':<21}{'state':<21}{'in tx':>8}  holds", "muted"))


def session_detail(session: SessionFacts) -> tuple[Line, ...]:
    """Everything the role may see of one session."""
    facts = {
        "pid": str(session.pid),
        "user": session.user,
        "program": session.application,
        "from": session.address or "socket",
        "state": session.state,
        "in tx for": elapsed(session.transaction_age) if session.transaction_age else "-",
        "holds": session.holds,
    }
    rows = [line((f"{n:<10}", "muted"), harmless(w), hang=10) for n, w in facts.items() if w]
    return (*rows, line(), *sql_lines(session.query or "-- the role may not see its statement"))


def holder_lines(board: Board | None) -> tuple[Line, ...]:
    """Every deployment lock that is held in this database."""
    if board is None or board.identity is None:
        return (line("The database cannot be read: who holds the lock is unknown."),)
    if not board.holders:
        return (line("Nobody holds a deployment lock in this database."),)
    lines: list[Line] = []
    for holder in board.holders:
        lines += [*_holder(holder), line()]
    return tuple(lines[:-1])


def _holder(holder: LockHolder) -> list[Line]:
    whose = "this cockpit" if holder.ours else harmless(holder.application or holder.user)
    note = f" ({harmless(holder.key.note)})" if holder.key.note else ""
    facts = {
        "holder": whose,
        "lock of": f"{holder.key.tool}{note}, {_where(holder)}",
        "pid": str(holder.pid or "none: a row"),
        "user": holder.user,
        "from": holder.address or "socket",
        "state": holder.state,
        "that means": holder.verdict,
        "session since": timestamp(holder.since) if holder.since else "unknown",
    }
    return [line((f"{n:<14}", "muted"), harmless(w), hang=14) for n, w in facts.items() if w]


def _where(holder: LockHolder) -> str:
    return holder.place or f"key {holder.key.key}"


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
        "disagrees": stand.disagreement,
    }
    return tuple(line((f"{n:<12}", "muted"), harmless(w), hang=12) for n, w in facts.items() if w)
