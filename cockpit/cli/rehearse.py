"""`cockpit rehearse`: the proof of the way back, on a scratch clone of the target's schema."""

import click

from cockpit.cli.options import GoalOptions, Request, as_json, with_goal, with_request
from cockpit.cli.output import print_json, print_text
from cockpit.cli.surroundings import Surroundings
from cockpit.model.goal import Action

_NOT_PROVED = 1


@click.command()
@click.argument("action", type=click.Choice([Action.APPLY.value, Action.ROLLBACK.value]))
@with_goal(Action.APPLY, Action.ROLLBACK)
@with_request
@click.option(
    "--rows",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Carry at most N rows of every table into the clone. Default: none.",
)
@as_json
@click.pass_obj
def rehearse(
    surroundings: Surroundings,
    action: str,
    goal: GoalOptions,
    request: Request,
    rows: int,
    as_json: bool,
) -> None:
    """Run a plan forward, back and forward again on a clone of the target's schema.

    The clone lives on a server that is started for it, or on the one rehearsal_dsn names; the
    target is only read. Locks, rewrites and scans are recorded and laid beside the prediction.

    Exits 0 when schema and data come back, 1 when they do not, or when it cannot be rehearsed.
    """
    from cockpit.cli.opening import opening
    from cockpit.cli.trusting import read_trusted_choice
    from cockpit.deploy.rehearsing import Stage, rehearse_goal, store_in
    from cockpit.present.rehearsal_json import rehearsal_json
    from cockpit.present.rehearsal_text import rehearsal_text

    asked = goal.goal(Action(action))
    choice = read_trusted_choice(request, surroundings)
    tell = _tell if surroundings.asks and not as_json else _say_nothing
    stage = Stage(named=choice.resolved.settings.rehearsal_dsn, rows=rows, tell=tell)
    with opening(choice, request.ref, surroundings) as prepared:
        made = rehearse_goal(prepared, asked, stage, store_in(surroundings.paths.rehearsals))
    tell("")
    if as_json:
        print_json(rehearsal_json(made))
    else:
        print_text(rehearsal_text(made))
    if not made.verdict.proves:
        click.get_current_context().exit(_NOT_PROVED)


def _tell(doing: str) -> None:
    """What is being done now, on one line that the next one takes the place of."""
    from cockpit.present.harmless import harmless

    click.echo(f"\r{harmless(doing)[:70]:70}\r", nl=False, err=True)


def _say_nothing(doing: str) -> None:
    """Nobody watches."""
