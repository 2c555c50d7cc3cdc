"""`cockpit lock`: every deployment lock that is held in this database."""

import click

from cockpit.cli.options import Request, as_json, with_request
from cockpit.cli.output import print_json, print_text
from cockpit.cli.surroundings import Surroundings
from cockpit.errors import Unreachable


@click.command()
@with_request
@as_json
@click.pass_obj
def lock(surroundings: Surroundings, request: Request, as_json: bool) -> None:
    """Show who holds a deployment lock: the cockpit's own and those of every tool it knows."""
    from cockpit.cli.opening import opened
    from cockpit.present.board_json import holder_json
    from cockpit.present.board_text import holder_text

    with opened(request, surroundings) as engine:
        board = engine.look()
    if board.identity is None:
        raise Unreachable(board.database_error)
    if as_json:
        print_json([holder_json(holder) for holder in board.holders])
    elif not board.holders:
        click.echo("free")
    for holder in () if as_json else board.holders:
        print_text(holder_text(holder, board.as_of))
