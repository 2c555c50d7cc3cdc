"""`cockpit impact`: what any SQL locks, rewrites and reads, told without running it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cockpit.cli.lint import HAZARD
from cockpit.cli.options import Request, as_json, with_request
from cockpit.cli.output import print_json, print_text
from cockpit.cli.sql_files import SqlFile, read_files
from cockpit.cli.surroundings import Surroundings

if TYPE_CHECKING:
    from cockpit.model.facts import CatalogFacts


@click.command()
@click.argument(
    "files", nargs=-1, required=True, metavar="(FILE... | -)", type=click.Path(path_type=Path)
)
@with_request
@as_json
@click.option(
    "--fail-on",
    type=click.Choice(["low", "medium", "high"]),
    help="Exit 6 when a hazard is at or above it.",
)
@click.option(
    "--server-version", "major", type=click.IntRange(14, 18), default=18, show_default=True,
    metavar="MAJOR", help="Without a target: the PostgreSQL that is meant.",
)  # fmt: skip
@click.pass_obj
def impact(
    surroundings: Surroundings,
    files: tuple[Path, ...],
    request: Request,
    as_json: bool,
    fail_on: str | None,
    major: int,
) -> None:
    """Show what each statement locks, rewrites and reads, and what may hurt.

    With a target its catalog decides what the text cannot: the server is only read. Without one
    every relation is believed to exist. The statements of one file are taken in order, as one
    transaction where they may be, each file on its own.
    """
    from cockpit.analysis.lint.weigh import weigh
    from cockpit.model.hazard import Severity
    from cockpit.present.weighed import weighed_json, weighed_text

    texts = list(read_files(files))
    facts = _facts(request, surroundings, texts)
    found = [
        entry for file in texts for entry in weigh(file.path, file.text, facts=facts, major=major)
    ]
    if as_json:
        print_json([weighed_json(entry) for entry in found])
    else:
        print_text("\n".join(line for entry in found for line in weighed_text(entry)))
    worst = max((h.severity for entry in found for h in entry.hazards), default=Severity.NONE)
    if fail_on and worst >= Severity[fail_on.upper()]:
        click.get_current_context().exit(HAZARD)


def _facts(
    request: Request, surroundings: Surroundings, files: list[SqlFile]
) -> "CatalogFacts | None":
    """The catalog of the target, if one is named anywhere, and what its planner expects."""
    from cockpit.cli.choice import read_choice

    choice = read_choice(request, surroundings)
    if choice.target is None:
        return None
    from cockpit.analysis.lint.scripts import scripts
    from cockpit.cli.opening import opening
    from cockpit.deploy.facts import live_facts

    with opening(choice, request.ref, surroundings) as prepared:
        found = [scripts(file.path, file.text) for file in files]
        phases = (phase for one in found for phase in one.up or one.down)
        return live_facts(prepared, [phase.script for phase in phases])
