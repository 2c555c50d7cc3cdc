"""What an earlier run left half done, and the goal that finishes it."""

from cockpit.analysis.partial import goal_back
from cockpit.model.board import Board
from cockpit.model.goal import Action, Goal
from cockpit.model.migration import Direction
from cockpit.model.state import Standing, State


def half_done(board: Board) -> tuple[Standing, ...]:
    """The migrations that stand between two states, oldest first."""
    return tuple(
        standing
        for standing in board.standings
        if _is_half_done(standing) or goal_back(board, standing)
    )


def goal_of_rest(board: Board, standing: Standing, step_in_doubt: str | None = None) -> Goal:
    """Finish this one, in the direction it was going."""
    opened = standing.record.open if standing.record else None
    if opened is None and (back := goal_back(board, standing)):
        return back
    down = opened is not None and opened.direction is Direction.DOWN
    action = Action.ROLLBACK if down else Action.APPLY
    return Goal(action, only=standing.version, step_in_doubt=step_in_doubt)


def _is_half_done(standing: Standing) -> bool:
    opened = standing.record.open if standing.record else None
    return standing.state in (State.PARTIAL, State.FAILED) or bool(opened and not opened.untouched)
