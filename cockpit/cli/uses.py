"""`cockpit uses`: who uses what some SQL is about to drop or rename."""

from pathlib import Path

import click

from cockpit.cli.options import Request, as_json, with_request
from cockpit.cli.output import print_json, print_text
from cockpit.cli.sql_files import read_files
from cockpit.cli.surroundings import Surroundings


@click.command()
@click.argument(
    "files", nargs=-1, required=True, metavar="(FILE... | -)", type=click.Path(path_type=Path)
)
@with_request
@as_json
@click.pass_obj
def uses(
    surroundings: Surroundings, files: tuple[Path, ...], request: Request, as_json: bool
) -> None:
    """Show who uses the columns, tables, types and functions that SQL drops or renames.

    Asked are the catalog, the statements that the server remembers, and the files of the
    repository. What cannot be resolved is said to be so. Reads only.
    """
    from cockpit.cli.choice import read_choice
    from cockpit.cli.opening import opening
    from cockpit.deploy.using import who_uses
    from cockpit.present.usage_text import usage_json, usage_text

    choice = read_choice(request, surroundings)
    with opening(choice, request.ref, surroundings) as prepared:
        found = [u for file in read_files(files) for u in who_uses(prepared, file.text)]
    if as_json:
        print_json([usage_json(usage) for usage in found])
    elif not found:
        click.echo("Nothing is dropped or renamed.")
    else:
        print_text("\n\n".join("\n".join(usage_text(usage)) for usage in found))
