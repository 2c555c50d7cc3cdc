"""`cockpit log`: who did what, when."""

import click

from cockpit.cli.options import Request, as_json, with_request
from cockpit.cli.output import print_json, print_text
from cockpit.cli.surroundings import Surroundings
from cockpit.model.ledger import LedgerEvent
from cockpit.model.recording import Recording


@click.command()
@click.argument("report", metavar="[RUN]", required=False)
@with_request
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, metavar="N")
@click.option("--run", metavar="RUN", help="Only the ledger's events of this run.")
@click.option(
    "--timeline", is_flag=True, help="What every tool's history here calls applied, as one list."
)
@as_json
@click.pass_obj
def log(
    surroundings: Surroundings,
    report: str | None,
    request: Request,
    limit: int,
    run: str | None,
    timeline: bool,
    as_json: bool,
) -> None:
    """Show the newest events of the ledger, newest first; or the report of one RUN.

    The report tells what ran, how it ended and all that was said meanwhile, to be pasted into an
    incident. It is read from the journal of this machine, else from the ledger.
    """
    from cockpit.cli.opening import opened

    if timeline:
        _timeline(surroundings, request, limit, as_json)
        return
    with opened(request, surroundings) as engine:
        if report is not None:
            _report(engine.recording(report), as_json)
            return
        events = engine.events(limit)
    _events([event for event in events if run is None or event.run == run], as_json)


def _report(recording: Recording, as_json: bool) -> None:
    from cockpit.deploy.journal import plain
    from cockpit.present.report_text import report_text

    if not as_json:
        print_text("\n".join(report_text(recording)))
        return
    events = [{"event": type(event).__name__} | plain(event) for event in recording.events]
    print_json(
        {
            "run": recording.run,
            "origin": recording.origin,
            "note": recording.note,
            "plan_id": recording.plan.id,
            "versions": list(recording.plan.versions),
            "events": events,
        }
    )


def _events(chosen: list[LedgerEvent], as_json: bool) -> None:
    from cockpit.present.ledger_text import ledger_event_json, ledger_text

    if as_json:
        print_json([ledger_event_json(event) for event in chosen])
    elif chosen:
        print_text(ledger_text(chosen))
    else:
        click.echo("No events: the cockpit has written nothing here.")


def _timeline(surroundings: Surroundings, request: Request, limit: int, as_json: bool) -> None:
    from cockpit.cli.opening import opened
    from cockpit.present.timeline_json import timeline_json
    from cockpit.present.timeline_text import timeline_text

    with opened(request, surroundings) as engine:
        entries = engine.timeline(limit)
    if as_json:
        print_json(timeline_json(entries))
    else:
        print_text(timeline_text(entries) or "No history here calls anything applied.")
