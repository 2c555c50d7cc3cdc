"""`cockpit give-back`: end the read-only mode that a run which broke off has left."""

import click

from cockpit.cli.attic import answered
from cockpit.cli.options import Request, with_request
from cockpit.cli.output import print_text
from cockpit.cli.surroundings import Surroundings
from cockpit.errors import Unreachable
from cockpit.present.harmless import harmless


@click.command("give-back")
@with_request
@click.option("--yes", is_flag=True, help="Do not ask. On unprotected targets only.")
@click.option("--confirm", metavar="NAME", help="The name of a protected target.")
@click.pass_obj
def give_back(surroundings: Surroundings, request: Request, yes: bool, confirm: str | None) -> None:
    """Give back the read-only mode that a run has left when it was killed.

    A phase with readonly:role=NAME or readonly:database gives it back itself when it ends,
    whatever happens; the next run gives back first what a killed one has left. This does it
    without one.
    """
    from cockpit.cli.opening import opened

    with opened(request, surroundings) as engine:
        board = engine.look()
        if board.database_error:
            raise Unreachable(board.database_error, kept="")
        windows = engine.windows()
        if not windows:
            click.echo("Nobody is in read-only mode because of a run.")
            return
        for window in windows:
            print_text(harmless(window.words))
        words = "give read-only mode back"
        engine.arm(answered(surroundings, board.standpoint, words, yes, confirm))
        for line in engine.give_back():
            print_text(harmless(line))
