"""The three lanes and the table: one row a version."""

from datetime import datetime

from cockpit.analysis.ceremony import month_and_day
from cockpit.model.board import Board
from cockpit.model.hazard import Severity
from cockpit.model.state import Drift, Lane, Standing, State
from cockpit.present.durations import timestamp
from cockpit.present.harmless import harmless
from cockpit.tui.present.line import Line, Span, line, middle_cut

ROLE_OF_STATE = {
    State.PENDING: "pending",
    State.LATE: "late",
    State.ROLLED_BACK: "pending",
    State.PARTIAL: "running",
    State.FAILED: "failed",
    State.DRIFTED: "drifted",
    State.MISSING: "missing",
    State.APPLIED: "",
    State.IMPORTED: "muted",
    State.UNVERIFIED: "muted",
    State.UNKNOWN: "muted",
}
ROLE_OF_SEVERITY = {
    Severity.NONE: "",
    Severity.LOW: "low",
    Severity.MEDIUM: "medium",
    Severity.HIGH: "high",
}
_LONG = 8


_EDITS: dict[Drift | None, str] = {
    Drift.LINE_ENDINGS: "line ends",
    Drift.WHITESPACE: "spaces",
    Drift.COMMENT: "comment",
}
"""What was edited, where it is not the meaning."""


def lane_title(board: Board, lane: Lane, shown: int) -> str:
    """`PENDING 3`, with what a filter left of it."""
    total = len(board.lane(lane))
    number = f"{total}" if shown == total else f"{shown} of {total}"
    if board.history is None:
        return f"IN GIT {number}" if lane is Lane.PENDING else f"{lane.value} ?"
    return f"{lane.value} {number}"


def short_version(version: str, width: int) -> str:
    """A version as a narrow lane shows it: month and day of a timestamp, the end of other ones."""
    text = harmless(version)
    if len(text) <= _LONG or width >= 34 + len(text) - 14:
        return text
    return month_and_day(text) or "…" + text[-(_LONG - 1) :]


def lane_row(standing: Standing, release: str, width: int) -> tuple[Line, ...]:
    """Glyph, version, name, hazard; a second row says what drifted.

    `release` is what it came with, where no rule above the row says so.
    """
    version = short_version(standing.version, width)
    word, look = _remark(standing, release)
    room = width - len(version) - 2 - (len(word) + 1 if word else 0)
    name = harmless(standing.name)
    name = middle_cut(name, max(3, room))
    role = ROLE_OF_STATE[standing.state]
    first = line(
        (standing.glyph, _lead_role(standing)), (version, "strong" if role else ""),
        (f" {name}", role),
        tail=[(f" {word}", look)] if word else [],
    )  # fmt: skip
    second = _second_row(standing, release)
    return (first, line(("  " + second, "muted"))) if second else (first,)


def lane_height(standing: Standing) -> int:
    """How many rows `lane_row` gives."""
    return 2 if _second_row(standing, "") else 1


def _remark(standing: Standing, release: str) -> Span:
    """The one word at the right edge: its state where the lane mixes states, else the hazard.

    What is applied has neither: there it is the release that the rule above does not name.
    """
    state = standing.state
    if standing.partly:
        return State.PARTIAL.value, ROLE_OF_STATE[State.PARTIAL]
    if state in (State.LATE, State.FAILED, State.IMPORTED):
        words = {State.FAILED: "FAILED", State.IMPORTED: "import"}
        return words.get(state, state.value), ROLE_OF_STATE[state]
    if state in (State.PENDING, State.ROLLED_BACK):
        return standing.severity.word, ROLE_OF_SEVERITY[standing.severity]
    if state in (State.APPLIED, State.UNVERIFIED):
        return harmless(release), "muted"
    return "", ""


def _second_row(standing: Standing, release: str) -> str:
    """What happened to it, for states that need a word more."""
    trace = standing.trace
    match standing.state:
        case State.DRIFTED:
            kind = _EDITS.get(standing.drift, "edited")
            return f"{kind} by {harmless(trace.commit[:7])}" if trace else kind
        case State.MISSING if standing.record and standing.partly:
            return _so_far(len(standing.record.done), len(standing.record.phases))
        case State.MISSING:
            where = release or (trace.commit[:7] if trace else "")
            return f"not here; in {harmless(where)}" if where else "not in this ref"
        case State.FAILED:
            return "enter says why"
        case State.PARTIAL:
            done = len(standing.record.done) if standing.record else 0
            return _so_far(done, len(standing.migration.up)) if standing.migration else ""
        case State.ROLLED_BACK:
            return "rolled back"
        case State.UNKNOWN:
            return ""
        case _:
            return ""


def _lead_role(standing: Standing) -> str:
    """Of its glyph: what is half done looks so in every lane."""
    return ROLE_OF_STATE[State.PARTIAL if standing.partly else standing.state]


def _so_far(done: int, phases: int) -> str:
    """`2 of 3 phases in force`, the same on the way up and back."""
    return f"{done} of {phases} phases in force" if done else "no phase is whole"


def tag_rule(name: str, width: int) -> Line:
    """A release, drawn between the rows of the applied lane."""
    label = middle_cut(harmless(name), max(3, width - 5))
    return line(("─" * max(0, width - len(label) - 4), "tag"), (f" {label} ", "tag"), ("──", "tag"))


def table_header(width: int) -> Line:
    """Column titles of the table."""
    return line(
        (f"  {'version':<15}name", "muted"),
        tail=[(_columns("git", "live", "state", "hazard", width), "muted")],
    )


def table_row(standing: Standing, release: str, width: int) -> Line:
    """version · name · git · live · state · hazard; with the release no rule above it says."""
    role = ROLE_OF_STATE[standing.state]
    git = "yes" if standing.migration else "no"
    if standing.migration and standing.migration.uncommitted:
        git = "edit"
    live = "yes" if standing.record and standing.state is not State.ROLLED_BACK else "no"
    if standing.state is State.UNKNOWN:
        live = "?"
    columns = _columns(git, live, _state_word(standing), standing.severity.word, width)
    hazard = ROLE_OF_SEVERITY[standing.severity]
    came_with = f"  {harmless(release)}" if release else ""
    room = width - 17 - len(columns) - len(came_with)
    name = middle_cut(harmless(standing.name), max(8, room))
    head = line(
        (standing.glyph + " ", _lead_role(standing)),
        (f"{middle_cut(harmless(standing.version), 14):<15}", "strong" if role else ""),
        (name, role),
        (came_with, "muted"),
    )
    look = hazard if standing.severity is Severity.HIGH else role
    return Line(head.spans, ((columns, look),))


def _state_word(standing: Standing) -> str:
    if standing.partly:
        return State.PARTIAL.value
    return "FAILED" if standing.state is State.FAILED else standing.state.value


def _columns(git: str, live: str, state: str, hazard: str, width: int) -> str:
    """The right-hand columns; a narrow table keeps state and hazard."""
    if width < 66:
        return f" {state:<11} {hazard:<6}"
    return f" {git:<5}{live:<5}{state:<12}{hazard:<6}"


def applied_when(at: datetime | None) -> str:
    """`2026-11-21 02:58:40Z`, or that nobody wrote it down."""
    return timestamp(at) if at else "not recorded"
