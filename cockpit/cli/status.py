"""`cockpit status`: the board as text or JSON. Writes nothing, anywhere."""

import click

from cockpit.cli.options import Request, as_json, with_request
from cockpit.cli.output import print_json, print_text
from cockpit.cli.surroundings import Surroundings
from cockpit.model.board import Board
from cockpit.model.problem import LEDGER
from cockpit.model.state import Lane

PENDING, DRIFT, REFUSED, UNREADABLE = 3, 4, 7, 1


@click.command()
@with_request
@as_json
@click.option(
    "--exit-code",
    is_flag=True,
    help="Exit 3 when something is pending, or failed and waits to be tried again; 4 on drift; 7 "
    "when the ledger is not to be believed.",
)
@click.pass_obj
def status(surroundings: Surroundings, request: Request, as_json: bool, exit_code: bool) -> None:
    """Show pending, applied and drifted migrations, and who holds the deployment lock.

    Exits 1 when git or the database cannot be read; the other half is shown all the same.
    """
    from cockpit.cli.opening import opened
    from cockpit.present.board_json import board_json
    from cockpit.present.board_text import board_text

    with opened(request, surroundings) as engine:
        board = engine.look()
    if as_json:
        print_json(board_json(board))
    else:
        print_text(board_text(board))
    code = _code(board, exit_code)
    if code:
        click.get_current_context().exit(code)


def _code(board: Board, asked: bool) -> int:
    if board.database_error or board.source_error:
        return UNREADABLE
    if not asked:
        return 0
    if any(problem.blocks_writing and problem.path == LEDGER for problem in board.problems):
        return REFUSED
    if board.lane(Lane.DRIFTED) or board.schema_drift:
        return DRIFT
    return PENDING if board.lane(Lane.PENDING) else 0
