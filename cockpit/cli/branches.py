"""`cockpit branches`: migrations on other branches, and conflicts before they meet."""

from datetime import UTC, datetime, timedelta

import click

from cockpit.cli.options import Request, as_json, with_request
from cockpit.cli.output import print_json, print_text
from cockpit.cli.surroundings import Surroundings

CONFLICTS = 3


@click.command()
@with_request
@click.option(
    "--days",
    type=click.IntRange(1),
    default=30,
    show_default=True,
    metavar="N",
    help="Only branches with a commit of the last N days.",
)
@click.option("--exit-code", is_flag=True, help="Exit 3 when there are conflicts.")
@as_json
@click.pass_obj
def branches(
    surroundings: Surroundings, request: Request, days: int, exit_code: bool, as_json: bool
) -> None:
    """Show migrations that other branches bring, what collides, and an order that works.

    Reads local and remote branches as they were last fetched. Needs no database.
    """
    from cockpit.cli.choice import read_choice
    from cockpit.deploy.branching import read_queue
    from cockpit.deploy.opening import Opening
    from cockpit.model.target import Environment
    from cockpit.present.queue_text import queue_json, queue_text

    choice = read_choice(request, surroundings)
    settings, now = choice.resolved.settings, datetime.now(UTC)
    opening = Opening(
        repository=choice.start,
        folder=settings.folder or "",
        dsn=None,
        environment=Environment.UNKNOWN,
        tool=settings.tool,
        ref=request.ref,
    )
    queue = read_queue(opening, timedelta(days=days), now)
    if as_json:
        print_json(queue_json(queue))
    else:
        print_text(queue_text(queue, now))
    if exit_code and queue.conflicts:
        click.get_current_context().exit(CONFLICTS)
