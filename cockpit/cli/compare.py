"""`cockpit compare`: two targets or more, side by side."""

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from cockpit.cli.options import Request, as_json, with_request
from cockpit.cli.output import print_json, print_text
from cockpit.cli.surroundings import Surroundings

if TYPE_CHECKING:
    from cockpit.deploy.engine import Engine
    from cockpit.model.comparison import Comparison

_FEWEST, UNREADABLE = 2, 1


@click.command()
@click.argument("targets", nargs=-1, required=True, metavar="T1[@REF] T2[@REF] ...")
@with_request
@click.option("--all", "everything", is_flag=True, help="Versions that do not differ as well.")
@as_json
@click.pass_obj
def compare(
    surroundings: Surroundings,
    targets: tuple[str, ...],
    request: Request,
    everything: bool,
    as_json: bool,
) -> None:
    """Show targets side by side: what is applied where, and how their schemas differ.

    T1 and T2 are targets of cockpit.toml, or addresses of databases; each may be looked at with a
    ref of its own. What a promotion from each to the next one would run is told below.
    """
    from cockpit.present.comparison_text import comparison_json, comparison_text

    if len(targets) < _FEWEST:
        raise click.UsageError("Name two targets or more.")
    comparison = _compared(surroundings, request, targets)
    if as_json:
        print_json(comparison_json(comparison))
    else:
        print_text(comparison_text(comparison, everything=everything))
    if any(board.database_error or board.source_error for board in comparison.boards):
        click.get_current_context().exit(UNREADABLE)


def _compared(
    surroundings: Surroundings, request: Request, targets: tuple[str, ...]
) -> "Comparison":
    from cockpit.cli.opening import opened
    from cockpit.deploy.comparing import compare_engines

    with ExitStack() as stack:
        engines: list[Engine] = [
            stack.enter_context(opened(_request(request, target), surroundings, walkthrough=True))
            for target in targets
        ]
        return compare_engines(engines)


def _request(request: Request, target: str) -> Request:
    """`staging`, `staging@release-1.4`, or an address, in which an @ means something else."""
    if "://" in target or "=" in target:
        return replace(request, target=None, dsn=target)
    name, _, ref = target.partition("@")
    return replace(request, target=name, dsn=None, ref=ref or request.ref)
