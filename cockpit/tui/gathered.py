"""What a board is asked for at every key press, gathered once a look."""

from dataclasses import dataclass

from cockpit.analysis.half_done import goals_of_rest, half_done
from cockpit.model.board import Board
from cockpit.model.goal import Goal
from cockpit.model.state import Standing


@dataclass(frozen=True, slots=True)
class Gathered:
    """Rows of one board by what can be done with them, oldest first."""

    pending: tuple[Standing, ...] = ()
    """What could be applied."""
    in_force: tuple[Standing, ...] = ()
    """What could be rolled back."""
    half_done: tuple[Standing, ...] = ()
    """What stands between two states."""
    rest: tuple[Goal, ...] = ()
    """What can be resumed."""


def gathered(board: Board | None) -> Gathered:
    """Walks all rows; nothing can be done with those of no board."""
    if board is None:
        return Gathered()
    rows = board.standings
    return Gathered(
        pending=tuple(s for s in rows if s.state.waits),
        in_force=tuple(s for s in rows if s.anything_in_force),
        half_done=half_done(board),
        rest=goals_of_rest(board),
    )
