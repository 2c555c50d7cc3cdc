"""What is left of an earlier run, as a goal."""

from cockpit.errors import UsageError
from cockpit.model.board import Board
from cockpit.model.goal import Action, Goal
from cockpit.model.migration import Direction
from cockpit.model.state import Standing, State


def goal_of_rest(board: Board, step_in_doubt: str | None = None) -> Goal | None:
    """Finish the one migration that is half done, in the direction it was going.

    None when nothing is half done. Raises UsageError when several are and one must be named.
    """
    half = [standing for standing in board.standings if _half_done(standing)]
    if not half:
        return None
    if len(half) > 1:
        names = ", ".join(standing.version for standing in half)
        raise UsageError(f"{names} are half done.", next_step="Name one with --only.")
    record = half[0].record
    down = record and record.open and record.open.direction is Direction.DOWN
    action = Action.ROLLBACK if down else Action.APPLY
    return Goal(action, only=half[0].version, step_in_doubt=step_in_doubt)


def _half_done(standing: Standing) -> bool:
    opened = standing.record.open if standing.record else None
    return standing.state in (State.PARTIAL, State.FAILED) or bool(opened and not opened.untouched)
