"""The line that names where one is: on every screen and in every dialog."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cockpit.deploy.engine import Grant
from cockpit.model.board import Board
from cockpit.model.target import Environment, Identity
from cockpit.present.durations import elapsed, short_duration
from cockpit.present.harmless import harmless
from cockpit.tui.present.line import Line, Span, cut, middle_cut

LABELS = {
    Environment.LOCAL: ("LOCAL", "local"),
    Environment.DEV: ("DEV", "dev"),
    Environment.STAGING: ("STAGING", "staging"),
    Environment.PRODUCTION: ("PROD", "protected"),
    Environment.UNKNOWN: ("UNKNOWN", "protected"),
}
"""Word and role of each environment."""


@dataclass(frozen=True, slots=True)
class Where:
    """Everything the line is made of."""

    board: Board | None
    now: datetime
    grant: Grant | None
    walkthrough: bool = False
    looking_for: timedelta = timedelta()
    """How long the first look has taken so far."""
    run_since: datetime | None = None
    """Since when a run of ours holds the deployment lock."""
    stale_after: timedelta = timedelta(seconds=10)
    opened: bool = True
    """Some target is open."""


def top_line(where: Where, width: int) -> Line:
    """Exactly that many cells. What matters least is shortened first; nothing vital goes."""
    if where.board is None:
        return _first_look(where, width)
    for spans in _variants(where, where.board):
        if Line(spans).width <= width:
            return Line(spans)
    return Line(cut(spans, width))


def environment(board: Board | None) -> tuple[str, str]:
    """Label and role of the environment; unknown until the first look."""
    if board is None:
        return "…", "off"
    return LABELS[board.standpoint.environment]


def server(identity: Identity) -> str:
    """`orders@db-1`, with the port when it is not 5432."""
    address = identity.address.removesuffix(":5432")
    return harmless(f"{identity.database}@{address}")


def _first_look(where: Where, width: int) -> Line:
    if not where.opened:
        return Line(cut(((" … ", "off"), ("  no target is open", "muted")), width))
    seconds = where.looking_for.total_seconds()
    waited = f" for {short_duration(where.looking_for)}" if seconds >= 1 else ""
    return Line(cut(((" … ", "off"), (f"  reading git and the database{waited}", "muted")), width))


def _variants(where: Where, board: Board) -> list[tuple[Span, ...]]:
    """From the whole line to the shortest that still says everything that matters."""
    label, role = environment(board)
    age = max(timedelta(), where.now - board.as_of)
    age_span = (_age(age), "high" if where.now - board.as_of > where.stale_after else "muted")
    variants = []
    for short in range(7):
        parts: list[Span] = [*_who(board, short), _mode(where), _lock(where, board, short)]
        revision = _revision(board, short)
        parts += [(revision, "muted")] if revision else []
        if board.release and not short:
            parts.append((f"at {harmless(board.release.words)}", "muted"))
        parts.append(age_span)
        parts = [part for part in parts if part[0]]
        joined: list[Span] = [(f" {label} ", role), (" ", "")]
        joint = "·" if short > 5 else " · "
        for position, part in enumerate(parts):
            joined += [(joint, "rule"), part] if position else [part]
        variants.append(tuple(joined))
    return variants


def _age(age: timedelta) -> str:
    """`2s`, `7:21`."""
    return f"{int(age.total_seconds())}s" if age < timedelta(minutes=1) else elapsed(age)


def _who(board: Board, short: int) -> list[Span]:
    identity = board.identity
    if identity is None:
        why = "no permission" if board.database_denied else "unreachable"
        name = middle_cut(harmless(board.standpoint.name), 24 if short < 3 else 12)
        return [(name, "strong"), (why, "failed")]
    parts: list[Span] = [(server(identity), "strong")]
    if short < 3:
        parts.append((f"pg{identity.major}", ""))
    if short < 5:
        parts.append((harmless(identity.role), ""))
    if identity.in_recovery:
        parts.append(("STANDBY", "high"))
    return parts


def _mode(where: Where) -> Span:
    if where.walkthrough:
        return "WALKTHROUGH", "good"
    if where.grant is None:
        return "READ-ONLY", "good"
    left = max(timedelta(), where.grant.until - where.now)
    minutes, seconds = divmod(int(left.total_seconds()), 60)
    return f"WRITE {minutes:02}:{seconds:02}", "armed"


def _lock(where: Where, board: Board, short: int) -> Span:
    if board.identity is None:
        return "lock unknown", "muted"
    holder = board.holder
    if where.run_since or (holder and holder.ours):
        begun = where.run_since or (holder.since if holder else None)
        since = f" {elapsed(where.now - begun)}" if begun and short < 2 else ""
        return f"LOCK mine{since}", "armed"
    if holder is None:
        return "lock free", ""
    who = harmless(holder.application or holder.user)
    return f"LOCK {who[:14].strip() if short < 4 else holder.pid}", "high"


def _revision(board: Board, short: int) -> str:
    if board.revision is None:
        return "git unreadable"
    label = harmless(board.revision.label)
    commit = board.revision.commit[:7] if board.revision.commit else "no commit"
    edited = "+" if board.revision.worktree and short < 2 and _edited(board) else ""
    if short >= 1:
        return commit + edited
    return label + edited


def _edited(board: Board) -> bool:
    """Some migration is not as the commit has it."""
    return any(migration.uncommitted for migration in board.migrations.migrations)
