"""`cockpit settings`: every setting, its value and who set it. Reads no database."""

import click

from cockpit.cli.choice import read_choice
from cockpit.cli.options import Request, as_json, with_request
from cockpit.cli.output import print_json, print_text
from cockpit.cli.surroundings import Surroundings

_NOT_HERE = "not in force for the target that is meant"


@click.command()
@click.argument("act", required=False, type=click.Choice(["trust"]))
@with_request
@as_json
@click.pass_obj
def settings(surroundings: Surroundings, act: str | None, request: Request, as_json: bool) -> None:
    """Show every setting with its value and where it came from. Passwords are never shown.

    A rule that the target has of its own is in force there, unless a higher source, such as a
    variable, speaks for all targets; what is not in force for the target meant says so.

    With `trust`: let the commands run that the repository's own settings files name, as these
    files are now. After an edit, and in another clone, they are asked about again.
    """
    from cockpit.cli.trusting import trust_files
    from cockpit.present.harmless import harmless
    from cockpit.present.table import table
    from cockpit.settings.listing import listing
    from cockpit.settings.variables import unknown

    choice = read_choice(request, surroundings)
    if act == "trust":
        trust_files(choice, surroundings)
        return
    lines = listing(choice.resolved, choice.target)
    strange = unknown(surroundings.environment)
    if as_json:
        print_json(
            [
                {
                    "name": line.name,
                    "value": line.value or None,
                    "origin": str(line.origin),
                    "in_force": line.in_force,
                }
                for line in lines
            ]
        )
        return
    rows = [
        (
            harmless(line.name),
            harmless(line.value) or "-",
            harmless(str(line.origin)) + ("" if line.in_force else f" ({_NOT_HERE})"),
        )
        for line in lines
    ]
    print_text("\n".join(table(rows)))
    for name in strange:
        click.echo(f"note: {harmless(name)} is set but is no setting", err=True)
    for warning in choice.target.warnings if choice.target else ():
        click.echo(f"warning: {harmless(warning)}", err=True)
