"""`cockpit attic`: what runs have kept of dropped data, and putting it back by itself."""

from time import monotonic

import click

from cockpit.cli.answers import Answers, answered, to_do, with_answers
from cockpit.cli.options import Request, as_json, with_request
from cockpit.cli.output import print_json, print_text
from cockpit.cli.surroundings import Surroundings
from cockpit.present.harmless import harmless


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
@with_answers()
@as_json
@click.pass_obj
def restore(
    surroundings: Surroundings,
    number: int,
    overwrite: bool,
    request: Request,
    answers: Answers,
    as_json: bool,
) -> None:
    """Put entry NUMBER back into its table, which must be there again.

    Columns come back in batches that nobody waits long for, a table in one transaction. Exactly
    what came back, what is in the table no more and what holds another value by now is counted,
    said and written into the ledger.
    """
    from dataclasses import asdict

    from cockpit.cli.opening import opened, reached
    from cockpit.present.attic_text import restored_text

    with opened(request, surroundings) as engine:
        standpoint = reached(engine).standpoint
        words = f"put entry {number} of the attic back"
        engine.arm(answered(surroundings, to_do(words, standpoint), answers))
        done = engine.restore_kept(number, overwrite=overwrite, tell=_Progress(words))
    if as_json:
        print_json(asdict(done))
    else:
        print_text("\n".join(restored_text(done)))


@attic.command()
@click.argument("number", type=int)
@with_request
@with_answers()
@click.pass_obj
def drop(surroundings: Surroundings, number: int, request: Request, answers: Answers) -> None:
    """Let entry NUMBER go for good."""
    from cockpit.cli.opening import opened, reached

    with opened(request, surroundings) as engine:
        standpoint = reached(engine).standpoint
        words = f"let entry {number} of the attic go for good"
        engine.arm(answered(surroundings, to_do(words, standpoint), answers))
        gone = engine.drop_kept(number)
    print_text(f"{harmless(gone.holding.words)}, {gone.rows:,} rows: gone from the attic.")


class _Progress:
    """Says on stderr how far it is, at most once a second."""

    def __init__(self, words: str) -> None:
        self._words, self._said = words, 0.0

    def __call__(self, done: int, total: int) -> None:
        """Rows that are dealt with, of how many."""
        now = monotonic()
        if total and (now - self._said >= 1 or done == total):
            self._said = now
            click.echo(
                f"{self._words}: {done:,} of {total:,} rows ({100 * done // total} %)", err=True
            )
