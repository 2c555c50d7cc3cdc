"""`cockpit where`: which folders and files are used. Creates none of them."""

import click

from cockpit.cli.choice import read_choice
from cockpit.cli.options import Request, as_json, with_request
from cockpit.cli.output import print_json, print_text
from cockpit.cli.surroundings import Surroundings


@click.command()
@with_request
@as_json
@click.pass_obj
def where(surroundings: Surroundings, request: Request, as_json: bool) -> None:
    """Show where the repository, the settings, the run journals and the caches are."""
    from cockpit.present.harmless import harmless
    from cockpit.present.table import table

    choice, paths = read_choice(request, surroundings), surroundings.paths
    target = choice.target
    found = {
        "repository": str(choice.start),
        "settings": str(choice.root / "cockpit.toml") if choice.root else "",
        "folder": choice.resolved.settings.folder or "",
        "target": target.label if target else "",
        "chosen by": str(target.origin) if target else "",
        "user settings": str(paths.settings_file),
        "journal": str(paths.journal),
        "trusted": str(paths.trusted),
        "copied": str(paths.copied),
        "cache": str(paths.cache),
        "runtime": str(paths.runtime),
    }
    if as_json:
        print_json({name.replace(" ", "_"): value or None for name, value in found.items()})
    else:
        print_text("\n".join(table([(n, harmless(value) or "-") for n, value in found.items()])))
