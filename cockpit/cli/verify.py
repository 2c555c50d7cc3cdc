"""`cockpit verify`: whether the ledger is what was once written."""

import click

from cockpit.cli.options import Request, as_json, with_request
from cockpit.cli.output import print_json
from cockpit.cli.surroundings import Surroundings

_ALL = 2**31 - 1


@click.command()
@with_request
@as_json
@click.pass_obj
def verify(surroundings: Surroundings, request: Request, as_json: bool) -> None:
    """Check the hash chain of the ledger, event by event.

    Exits 1 where it breaks: somebody has changed the ledger by hand. A chain that holds proves
    nothing about events cut off at its end; compare the newest hash with one kept elsewhere.
    """
    from cockpit.cli.opening import opened
    from cockpit.model.ledger import first_break

    with opened(request, surroundings) as engine:
        events = tuple(reversed(engine.events(_ALL)))
    broken = first_break(events)
    head = events[-1].hash if events else None
    if as_json:
        where = {"seq": broken[0], "why": broken[1]} if broken else None
        print_json({"events": len(events), "head": head, "broken": where})
    elif broken:
        click.echo(f"The chain breaks at event {broken[0]}: {broken[1]}.")
        click.echo("Compare with a backup and the run journals before you trust a state.")
    elif not events:
        click.echo("There is no ledger here, or it is empty.")
    else:
        click.echo(f"{len(events)} events, each fits the one before it. Newest hash: {head}")
    if broken:
        click.get_current_context().exit(1)
