"""`cockpit diagnose`: what of a migration is in the database, statement by statement."""

import click

from cockpit.cli.options import Request, as_json, with_request
from cockpit.cli.output import print_json, print_text
from cockpit.cli.surroundings import Surroundings


@click.command()
@click.argument("versions", nargs=-1)
@with_request
@as_json
@click.pass_obj
def diagnose(
    surroundings: Surroundings, versions: tuple[str, ...], request: Request, as_json: bool
) -> None:
    """Compare migrations with the catalog, one statement after the other.

    For when the history cannot be believed: a dirty flag, a run that broke off, a file that was
    run by hand. Without VERSIONS, those that failed or are in doubt, and pending ones of which
    something is there although no row says so. Reads only.
    """
    from cockpit.cli.opening import opened
    from cockpit.present.diagnosis_text import diagnosis_json, diagnosis_text

    with opened(request, surroundings) as engine:
        found = engine.diagnose(versions)
    if as_json:
        print_json([diagnosis_json(diagnosis) for diagnosis in found])
    elif not found:
        click.echo("Nothing is in doubt. Name a version to look at it all the same.")
    else:
        print_text("\n\n".join("\n".join(diagnosis_text(diagnosis)) for diagnosis in found))
