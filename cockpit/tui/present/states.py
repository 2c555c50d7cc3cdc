"""What a pane says when it has no rows: loading, empty, unreachable, half."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from cockpit.errors import CockpitError, DatabaseError, PrivilegeMissing
from cockpit.model.board import Board
from cockpit.model.state import Lane, State
from cockpit.present.durations import ago, clock_time, short_duration
from cockpit.present.harmless import harmless, harmless_block
from cockpit.present.sqlstates import sqlstate_words
from cockpit.tui.present.line import Line, line


def loading(what: str, waited: timedelta) -> tuple[Line, ...]:
    """What is being read, and for how long after one second."""
    duration = f", {short_duration(waited)}" if waited >= timedelta(seconds=1) else ""
    return (line((f" reading {what}".rstrip() + duration, "muted")),)


def empty_lane(board: Board, lane: Lane) -> tuple[Line, ...]:
    """Why a lane has no rows. Without a history nothing is claimed."""
    if lane is Lane.PENDING and not board.migrations.migrations:
        return _no_files(board)
    if board.history is None:
        return (line(("unknown: the database", "muted")), line(("cannot be read", "muted")))
    words = {
        Lane.PENDING: _nothing_pending(board),
        Lane.APPLIED: _nothing_applied(board),
        Lane.DRIFTED: _no_drift(board),
    }[lane]
    return tuple(line((text, "muted")) for text in words if text)


def _nothing_pending(board: Board) -> tuple[str, ...]:
    if differ := out_of_step(board):
        return ("nothing pending, but", *differ)
    return "nothing pending:", "git and database agree"


def _nothing_applied(board: Board) -> tuple[str, ...]:
    """What is applied and was edited, or is not in this ref, stands in the third lane."""
    elsewhere = any(standing.state.in_force for standing in board.standings)
    return ("none as applied, but", *out_of_step(board)) if elsewhere else ("nothing applied yet",)


def out_of_step(board: Board) -> tuple[str, ...]:
    """`4 missing`, `1 drifted`: what the third lane holds, by state, the most first."""
    states = Counter(standing.state.value for standing in board.lane(Lane.DRIFTED))
    return tuple(f"{number} {state}" for state, number in states.most_common())


def _no_drift(board: Board) -> tuple[str, str]:
    """A tool without checksums cannot say that a file is what was applied."""
    if not board.lane(Lane.APPLIED):
        return "nothing to compare yet", ""
    if any(standing.state is State.UNVERIFIED for standing in board.standings):
        return "no drift known: some", "files are unverified"
    return "no drift: what was", "applied is what git has"


def _no_files(board: Board) -> tuple[Line, ...]:
    if board.source_error:
        return (line(("git cannot be read:", "high")), line((harmless(board.source_error), "")))
    at = board.revision.label if board.revision else "this revision"
    return (
        line(("no migration files under", "muted")),
        line((harmless(board.folder or "."), "")),
        line((f"at {harmless(at)}", "muted")),
    )


@dataclass(frozen=True, slots=True)
class Looks:
    """How looking goes, as far as an operator has to know."""

    board: Board | None
    """The last one that came back."""
    now: datetime
    stale: bool = False
    failed: int = 0
    """Looks in a row that did not reach the database."""
    next_in: timedelta | None = None
    """Until the next look; None while one is on its way."""
    error: CockpitError | None = None
    """Why the last look gave no board at all."""


def banner(looks: Looks) -> tuple[Line, ...]:
    """The one thing the operator has to know about the board; no row when all is well."""
    board = looks.board
    if looks.error is not None:
        return (line(("x ", "failed"), (harmless(str(looks.error)), "high"), hang=2),)
    if board is None:
        return ()
    if board.database_denied:
        return _denied(board)
    if board.database_error:
        return _unreachable(board, looks)
    if board.source_error:
        return (line(("x ", "failed"), (f"git: {harmless(board.source_error)}", "high"), hang=2),)
    if board.standpoint.disagreement:
        return (line(("! ", "drifted"), (harmless(board.standpoint.disagreement), "high"), hang=2),)
    if looks.stale:
        words = f"{_as_of(board, looks.now)}: acts wait for a fresh look, r looks"
        return (line(("! ", "drifted"), (words, "high")),)
    return ()


def _as_of(board: Board, now: datetime) -> str:
    return f"as of {clock_time(board.as_of)}, {ago(board.as_of, now)}"


def _unreachable(board: Board, looks: Looks) -> tuple[Line, ...]:
    """Which try it is, when the next one is due, how old the rows are; below it the cause."""
    seconds = int(looks.next_in.total_seconds()) if looks.next_in else 0
    following = f"next in {seconds} s" if seconds else "looking now"
    head = f"database unreachable, try {max(1, looks.failed)}, {following}"
    kept = f" · rows {_as_of(board, looks.now)}" if board.history is not None else ""
    first = line(("x ", "failed"), (head, "high"), (kept, ""))
    return (first, line("  ", (harmless(cause(board.database_error)), "muted"), hang=2))


def _denied(board: Board) -> tuple[Line, ...]:
    """The privilege that is missing, and what stays unknown without it."""
    what, _, advice = board.database_error.partition(" Nothing was changed.")
    head = line(("x ", "failed"), (f"no permission: {harmless(what)}", "high"),
                (" · what is applied is unknown", ""))  # fmt: skip
    return (head, line("  ", (harmless(advice.strip()), "strong"), hang=2))


def cause(error: str) -> str:
    """The first sentence, and of libpq's what failed before where it was tried."""
    sentence = re.split(r"(?<=[.?])\s+(?=[A-Z])", error.strip(), maxsplit=1)[0]
    place = re.sub(r"^connection (failed|is bad): ", "", sentence)
    where, failed, why = place.rpartition(" failed: ")
    return f"{why.rstrip('.')} ({where})" if failed else sentence


def first_rows(text: Line, width: int, rows: int) -> tuple[Line, ...]:
    """At most that many rows; an ellipsis where words are left out."""
    wrapped = text.wrapped(width)
    if len(wrapped) <= rows:
        return wrapped
    last = Line((*wrapped[rows - 1].spans, *wrapped[rows].spans))
    return (*wrapped[: rows - 1], last)


def nothing_selected(board: Board | None) -> tuple[Line, ...]:
    """What to do where there is no row to look at."""
    if board is None or board.standings:
        return ()
    where = harmless(board.folder or ".")
    return (
        line((f"No migration files under {where}.", "strong")),
        line(("cockpit new NAME", "key"), " writes the first one; ", ("--path", "key"), " and "),
        line(("--ref", "key"), " look elsewhere; ", ("r", "key"), " reads the folder again."),
    )


def nothing_chosen(what: str) -> tuple[Line, ...]:
    """A pane about a row where there is no row."""
    return (line((f"no {what} is selected", "muted")),)


def lock_notice(board: Board) -> Line:
    """Who keeps everybody else from deploying; an empty line when nobody does."""
    holder = board.holder
    if holder is None or holder.ours:
        return line()
    who = harmless(holder.application or holder.user)
    words = f"! locked by {who} (pid {holder.pid})"
    return line((words, "high"), ("  l says more", "muted"))


def error_lines(
    error: CockpitError, *, unknown: str = "", holds_lock: bool | None = None
) -> tuple[Line, ...]:
    """Title, place, statement with a caret, what is unknown, kept, undone, held, next.

    `unknown` is what the pane would have said; `holds_lock` None leaves out what is held.
    """
    denied = "no permission: " if isinstance(error, PrivilegeMissing) else ""
    lines = [line((denied + harmless(error.what), "high"), hang=2)]
    if isinstance(error, DatabaseError):
        if error.sqlstate:
            lines.append(line(("sqlstate  ", "muted"), sqlstate_words(error.sqlstate)))
        if error.statement:
            lines += caret(error.statement, error.line, error.column)
    facts = [("unknown", unknown), ("kept", error.kept)]
    if holds_lock is not None:
        nothing = error.kept.startswith("Nothing")
        facts += [
            ("undone", "nothing" if nothing else "what was not committed"),
            ("held", "the deployment lock is yours" if holds_lock else "no lock"),
        ]
    lines.append(line())
    for label, words in (*facts, ("next", error.next_step)):
        if words:
            lines.append(line((f"{label:<10}", "muted"), harmless(words), hang=10))
    return tuple(lines)


def caret(statement: str, row: int | None, column: int | None) -> list[Line]:
    """The statement, with a caret under the place; row and column count from 1."""
    lines = []
    for number, text in enumerate(harmless_block(statement).strip("\n").split("\n"), 1):
        lines.append(line("  ", text, hang=4))
        if number == row and column:
            lines.append(line("  " + " " * (column - 1), ("^", "failed")))
    return lines
