"""What is left of an earlier run, as a goal."""

from cockpit.analysis import half_done
from cockpit.errors import UsageError
from cockpit.model.board import Board
from cockpit.model.goal import Goal
from cockpit.present.harmless import harmless

_LISTED = 5


def goal_of_rest(
    board: Board, step_in_doubt: str | None = None, only: str | None = None
) -> Goal | None:
    """What the run that stopped was for, else the one half done migration, the way it was going.

    `only` names one migration. None when it is not, or nothing is, half done. Raises UsageError
    when several are, no run says what it was for, and none is named.
    """
    if only is None and (whole := half_done.goal_of_stopped(board, step_in_doubt)):
        return whole
    half = half_done.half_done(board)
    chosen = [standing for standing in half if only in (None, standing.version)]
    if len(chosen) > 1:
        names = ", ".join(standing.version for standing in chosen)
        raise UsageError(f"{names} are half done.", next_step="Name one with --only.")
    return half_done.goal_of_rest(board, chosen[0], step_in_doubt) if chosen else None


def nothing_left(board: Board) -> str:
    """Why there is nothing to resume, and what there is to do instead."""
    if board.unfinished:
        return board.unfinished.next_step
    waiting = untouched(board)
    if not waiting:
        return "Nothing is half done, and nothing is pending."
    return f"Nothing is half done. {pending_words(waiting)}"


def untouched(board: Board) -> tuple[str, ...]:
    """The versions that an apply would begin."""
    return tuple(standing.version for standing in board.standings if standing.state.untouched)


def pending_words(waiting: tuple[str, ...]) -> str:
    """`0204 is pending: cockpit apply`."""
    first = ", ".join(harmless(version) for version in waiting[:_LISTED])
    more = f" and {len(waiting) - _LISTED} more" if len(waiting) > _LISTED else ""
    verb = "is" if len(waiting) == 1 else "are"
    return f"{first}{more} {verb} pending: cockpit apply"
