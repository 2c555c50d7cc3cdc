"""`cockpit log`: who did what, when."""

import click

from cockpit.cli.options import Request, as_json, with_request
from cockpit.cli.output import print_json, print_text
from cockpit.cli.surroundings import Surroundings


@click.command()
@with_request
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, metavar="N")
@click.option("--run", metavar="RUN", help="Only this run.")
@as_json
@click.pass_obj
def log(
    surroundings: Surroundings, request: Request, limit: int, run: str | None, as_json: bool
) -> None:
    """Show the newest events of the ledger, newest first."""
    from cockpit.cli.opening import opened
    from cockpit.present.ledger_text import ledger_event_json, ledger_text

    with opened(request, surroundings) as engine:
        events = engine.events(limit)
    chosen = [event for event in events if run is None or event.run == run]
    if as_json:
        print_json([ledger_event_json(event) for event in chosen])
    elif chosen:
        print_text(ledger_text(chosen))
    else:
        click.echo("No events: the cockpit has written nothing here.")
