"""What is left of an earlier run, as a goal."""

from cockpit.analysis import half_done
from cockpit.errors import UsageError
from cockpit.model.board import Board
from cockpit.model.goal import Goal


def goal_of_rest(board: Board, step_in_doubt: str | None = None) -> Goal | None:
    """Finish the one migration that is half done, in the direction it was going.

    None when nothing is half done. Raises UsageError when several are and one must be named.
    """
    half = half_done.half_done(board)
    if len(half) > 1:
        names = ", ".join(standing.version for standing in half)
        raise UsageError(f"{names} are half done.", next_step="Name one with --only.")
    return half_done.goal_of_rest(half[0], step_in_doubt) if half else None
