"""A look as plain text: where one is, what a stop left behind, the three lanes, what is wrong."""

from collections.abc import Iterator
from datetime import datetime

from cockpit.model.board import Board, Unfinished
from cockpit.model.locks import LockHolder
from cockpit.model.state import Lane, Standing, State
from cockpit.model.target import Identity
from cockpit.present.durations import ago
from cockpit.present.harmless import harmless
from cockpit.present.release_rules import ReleaseRule, release_rules
from cockpit.present.schema_words import schema_lines, schema_words
from cockpit.present.table import table
from cockpit.present.timeline_text import others_lines

_PLAIN = (State.APPLIED, State.PENDING, State.UNKNOWN)
"""States that need no sentence."""
_RELEASES_NAMED = 3
_MARKED = "; the database says so itself, in cockpit.environment"
"""More than these that end at one place are only counted."""


def board_text(board: Board) -> str:
    """The whole board, without a line break at the end."""
    return "\n".join(_lines(board))


def server_version(number: int) -> str:
    """`16.4` from 160004."""
    return f"{number // 10000}.{number % 10000}"


def holder_text(holder: LockHolder, now: datetime) -> str:
    """`cockpit: pid 4711 ana (cockpit 0.1 ana@bastion), idle, connected 7:21 ago`."""
    who = harmless(f"{holder.user} ({holder.application})" if holder.application else holder.user)
    where = f" from {harmless(holder.address)}" if holder.address else ""
    since = f", connected {ago(holder.since, now)}" if holder.since else ""
    ours = ", this very process" if holder.ours else ""
    note = f" {holder.key.note}" if holder.key.note else ""
    tool = f"{holder.key.tool}{note}"
    place = f" in {harmless(holder.place)}" if holder.place else ""
    if not holder.pid:
        taken = f", taken {ago(holder.since, now)}" if holder.since else ""
        judged = f" ({holder.verdict})" if holder.verdict else ""
        return f"{tool}{place}: {who}{taken}, {harmless(holder.state)}{judged}"
    verdict = f" ({holder.verdict})" if holder.verdict and not holder.ours else ""
    state = harmless(holder.state)
    return f"{tool}{place}: pid {holder.pid} {who}{where}, {state}{verdict}{since}{ours}"


def _lines(board: Board) -> Iterator[str]:
    yield from table(list(_head(board)))
    if board.unfinished:
        yield ""
        yield from _unfinished(board.unfinished)
    for lane in Lane:
        yield ""
        yield from _lane(board, lane)
    if board.schema_drift:
        yield ""
        yield from schema_lines(board)
    if board.problems:
        yield ""
        yield "PROBLEMS"
        for problem in board.problems:
            yield f"  {harmless(str(problem))}"
            if problem.next_step:
                yield f"    {harmless(problem.next_step)}"


def _head(board: Board) -> Iterator[tuple[str, str]]:
    standing = board.standpoint
    protected = ", protected" if standing.protected else ""
    said = "" if standing.marked is None or standing.configured is standing.marked else _MARKED
    yield "target", f"{harmless(standing.name)} ({standing.environment}{protected}{said})"
    if standing.disagreement:
        yield "", f"writing is impossible: {harmless(standing.disagreement)}"
    yield "database", _server(board.identity) or f"not read: {harmless(board.database_error)}"
    yield "git", _git(board)
    if board.release is not None:
        yield "release", harmless(board.release.sentence)
    if board.identity is not None:
        holders = [holder_text(holder, board.as_of) for holder in board.holders]
        yield "lock", "; ".join(holders) or "free"
        if board.schema_drift is not None or board.schema_unchecked:
            yield "schema", schema_words(board)
    for place, line in enumerate(others_lines(board)):
        yield "" if place else "also here", line


def _server(identity: Identity | None) -> str:
    if identity is None:
        return ""
    where = harmless(f"{identity.database}@{identity.address.removesuffix(':5432')}")
    kind = ", a standby: never written" if identity.in_recovery else ""
    version = server_version(identity.server_version)
    return f"{where}, PostgreSQL {version}, as {harmless(identity.role)}{kind}"


def _git(board: Board) -> str:
    if board.revision is None:
        return f"not read: {harmless(board.source_error)}"
    edited = any(migration.uncommitted for migration in board.migrations.migrations)
    work = " and uncommitted edits" if edited and board.revision.commit else ""
    folder = harmless(board.folder or ".")
    tool = harmless(board.tool)
    if board.adopted is not None:
        whose, when = harmless(board.adopted.tool), f"{board.adopted.at:%Y-%m-%d}"
        tool = f"{tool}, {whose}'s history adopted {when}"
    guessed = " by its files: the database was not read" if board.history is None else ""
    return f"{harmless(board.revision.label)}{work}, folder {folder}, tool {tool}{guessed}"


def _unfinished(left: Unfinished) -> Iterator[str]:
    yield f"UNFINISHED  {harmless(left.what)}"
    rows = (("kept", left.kept), ("undone", left.undone), ("held", left.held))
    yield from table([(k, harmless(w)) for k, w in (*rows, ("next", left.next_step))], indent="  ")


def _lane(board: Board, lane: Lane) -> Iterator[str]:
    standings = board.lane(lane)
    if board.history is None:
        yield from _unclaimed(board, lane)
        return
    if board.revision is None:
        yield from _without_git(standings, lane)
        return
    yield f"{lane.value} {len(standings)}"
    lines = dict(zip(standings, table([_row(s) for s in standings], indent="  "), strict=True))
    for rule, held in _sections(board, standings, lane):
        if rule:
            yield f"  -- {rule} --"
        for standing in held:
            yield lines[standing]
            if standing.why and standing.state not in _PLAIN:
                yield f"      {harmless(standing.why)}"


def _without_git(standings: tuple[Standing, ...], lane: Lane) -> Iterator[str]:
    """Without files nothing is pending and nothing agrees: the history is listed as it is."""
    if lane is Lane.APPLIED:
        yield f"IN THE HISTORY {len(standings)}, compared with nothing"
        yield from table([_row(standing) for standing in standings], indent="  ")
    else:
        yield f"{lane.value} unknown"


def _unclaimed(board: Board, lane: Lane) -> Iterator[str]:
    """Without the database no state is claimed: the files are listed as what they are."""
    standings = board.lane(lane)
    if lane is Lane.PENDING:
        yield f"IN GIT {len(standings)}, state unknown"
        yield from table([_row(standing) for standing in standings], indent="  ")
    else:
        yield f"{lane.value} unknown"


def _row(standing: Standing) -> tuple[str, ...]:
    drift = f" ({standing.drift})" if standing.drift else ""
    edited = ", not committed" if standing.migration and standing.migration.uncommitted else ""
    return (
        standing.glyph,
        harmless(standing.version),
        harmless(standing.name),
        f"{standing.state}{drift}{edited}",
        standing.severity.word,
    )


def _sections(
    board: Board, standings: tuple[Standing, ...], lane: Lane
) -> Iterator[tuple[str, list[Standing]]]:
    """Rows under the release they came with, newest first; above all rules what is in none."""
    rules = release_rules(board, lane) if lane is Lane.APPLIED else {}
    sections: dict[str, list[Standing]] = {"": []}
    for standing in standings:
        release = board.released.get(standing.version, "")
        sections.setdefault(release if release in rules else "", []).append(standing)
    for release, held in sections.items():
        if held:
            yield _rule(rules[release]) if release else "", held


def _rule(rule: ReleaseRule) -> str:
    more = len(rule.names) - _RELEASES_NAMED
    names = ", ".join(rule.names[:_RELEASES_NAMED])
    return harmless(f"{rule.lead}{names}") + (f" and {more} more" if more > 0 else "")
