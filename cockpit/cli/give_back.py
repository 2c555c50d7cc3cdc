"""`cockpit give-back`: end the read-only mode that a run which broke off has left."""

import click

from cockpit.cli.answers import Answers, answered, to_do, with_answers
from cockpit.cli.options import Request, with_request
from cockpit.cli.output import print_text
from cockpit.cli.surroundings import Surroundings
from cockpit.present.harmless import harmless


@click.command("give-back")
@with_request
@with_answers()
@click.pass_obj
def give_back(surroundings: Surroundings, request: Request, answers: Answers) -> None:
    """Give back the read-only mode that a run has left when it was killed.

    A phase with readonly:role=NAME or readonly:database gives it back itself when it ends,
    whatever happens; the next run gives back first what a killed one has left. This does it
    without one.
    """
    from cockpit.cli.opening import opened, reached

    with opened(request, surroundings) as engine:
        standpoint = reached(engine).standpoint
        windows = engine.windows()
        if not windows:
            click.echo("Nobody is in read-only mode because of a run.")
            return
        for window in windows:
            print_text(harmless(window.words))
        question = to_do("give read-only mode back", standpoint)
        engine.arm(answered(surroundings, question, answers))
        for line in engine.give_back():
            print_text(harmless(line))
