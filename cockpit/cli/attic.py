"""`cockpit attic`: what runs have kept of dropped data, and putting it back by itself."""

import click

from cockpit.cli.options import Request, as_json, with_request
from cockpit.cli.output import print_json, print_text
from cockpit.cli.surroundings import Surroundings
from cockpit.errors import Protected, Unreachable
from cockpit.model.target import Standpoint
from cockpit.present.harmless import harmless

_yes = click.option("--yes", is_flag=True, help="Do not ask. On unprotected targets only.")
_confirm = click.option("--confirm", metavar="NAME", help="The name of a protected target.")


@click.group()
def attic() -> None:
    """What runs with --keep have kept of the tables and columns they dropped."""


@attic.command("list")
@with_request
@as_json
@click.pass_obj
def listed(surroundings: Surroundings, request: Request, as_json: bool) -> None:
    """Show every entry: what, how many rows, since when, and what became of it."""
    from cockpit.cli.opening import opened
    from cockpit.present.attic_text import attic_json, attic_text

    with opened(request, surroundings) as engine:
        entries = engine.attic()
    if as_json:
        print_json([attic_json(entry) for entry in entries])
    elif not entries:
        click.echo("The attic is empty.")
    else:
        print_text(attic_text(entries))


@attic.command()
@click.argument("number", type=int)
@click.option(
    "--overwrite", is_flag=True, help="Also where rows hold another value by now: replace it."
)
@with_request
@_yes
@_confirm
@as_json
@click.pass_obj
def restore(
    surroundings: Surroundings,
    number: int,
    overwrite: bool,
    request: Request,
    yes: bool,
    confirm: str | None,
    as_json: bool,
) -> None:
    """Put entry NUMBER back into its table, which must be there again.

    One transaction; exactly what came back, what is in the table no more and what holds another
    value by now is counted, said and written into the ledger.
    """
    from dataclasses import asdict

    from cockpit.cli.opening import opened
    from cockpit.present.attic_text import restored_text

    with opened(request, surroundings) as engine:
        board = engine.look()
        if board.database_error:
            raise Unreachable(board.database_error, kept="")
        words = f"put entry {number} of the attic back"
        engine.arm(answered(surroundings, board.standpoint, words, yes, confirm))
        done = engine.restore_kept(number, overwrite=overwrite)
    if as_json:
        print_json(asdict(done))
    else:
        print_text("\n".join(restored_text(done)))


@attic.command()
@click.argument("number", type=int)
@with_request
@_yes
@_confirm
@click.pass_obj
def drop(
    surroundings: Surroundings, number: int, request: Request, yes: bool, confirm: str | None
) -> None:
    """Let entry NUMBER go for good."""
    from cockpit.cli.opening import opened

    with opened(request, surroundings) as engine:
        board = engine.look()
        if board.database_error:
            raise Unreachable(board.database_error, kept="")
        words = f"let entry {number} of the attic go for good"
        engine.arm(answered(surroundings, board.standpoint, words, yes, confirm))
        gone = engine.drop_kept(number)
    print_text(f"{harmless(gone.holding.words)}, {gone.rows:,} rows: gone from the attic.")


def answered(
    surroundings: Surroundings, standpoint: Standpoint, words: str, yes: bool, confirm: str | None
) -> str | None:
    """The name of a protected target as it was typed; None where a yes is enough.

    Raises Protected when the answer was not given, or is not the one that was asked for.
    """
    name = standpoint.name
    if standpoint.protected:
        if confirm is None and surroundings.asks:
            question = f"Type {harmless(name)} to {words}"
            confirm = click.prompt(question, default="", show_default=False, err=True)
        if confirm != name:
            raise Protected(f"{name} is protected.", next_step=f"Give --confirm {name}.")
        return name
    if not yes and not surroundings.asks:
        raise Protected(
            "Nobody can be asked here, and --yes was not given.",
            next_step="Add --yes, or run it on a terminal.",
        )
    if not yes and not click.confirm(f"{words} now?", default=False, err=True):
        raise click.Abort
    return None
