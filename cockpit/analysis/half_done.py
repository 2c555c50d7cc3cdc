"""What an earlier run left half done, and the goal that finishes it."""

from dataclasses import replace

from cockpit.analysis.partial import goal_back, waits_at_gate
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


def goals_of_rest(board: Board) -> tuple[Goal, ...]:
    """What can be resumed: the goal of the run that stopped, else what finishes each half done one.

    Screens and commands ask here, so that they mean the same.
    """
    if (goal := goal_of_stopped(board)) is not None:
        return (goal,)
    return tuple(goal_of_rest(board, standing) for standing in half_done(board))


def goal_of_stopped(board: Board, step_in_doubt: str | None = None) -> Goal | None:
    """What the last run was to do, where it ended before it was done, and may go on by itself.

    None where the ledger does not know it, where only a gate holds it up, which is passed for one
    migration at a time, for a redo, whose two halves are different goals, and where a run never
    said how it ended and left nothing half done: that is looked at before it goes on.
    """
    history = board.history
    if history is None:
        return None
    run = history.unfinished or history.stopped
    if run is None or run.asked is None or run.asked.action is Action.REDO:
        return None
    touched = {phase.version for phase in run.planned}
    mine = [standing for standing in half_done(board) if standing.version in touched]
    if mine and all(waits_at_gate(standing) for standing in mine):
        return None
    if not mine and (history.unfinished or board.unfinished):
        return None
    return replace(run.asked, step_in_doubt=step_in_doubt)


def held_up(board: Board, before: Board) -> tuple[str, ...]:
    """What the run that had stopped on the board `before` was to apply, and still waits on this."""
    history = before.history
    run = (history.unfinished or history.stopped) if history else None
    wanted = {p.version for p in run.planned if p.direction is Direction.UP} if run else set()
    return tuple(s.version for s in board.standings if s.state.waits and s.version in wanted)


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
