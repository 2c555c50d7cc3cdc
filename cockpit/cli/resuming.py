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
    """Finish the one migration that is half done, in the direction it was going.

    `only` names it where several are. None when it is not, or nothing is, half done. Raises
    UsageError when several are and none is named.
    """
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
    waiting = [standing for standing in board.standings if standing.state.untouched]
    if not waiting:
        return "Nothing is half done, and nothing is pending."
    first = ", ".join(harmless(standing.version) for standing in waiting[:_LISTED])
    more = f" and {len(waiting) - _LISTED} more" if len(waiting) > _LISTED else ""
    verb = "is" if len(waiting) == 1 else "are"
    return f"Nothing is half done. {first}{more} {verb} pending: cockpit apply"
