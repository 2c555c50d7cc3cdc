"""`cockpit settle`: let the catalog say whether a version was applied, and write that down."""

import click

from cockpit.analysis.settle_ceremony import settle_question
from cockpit.cli.answers import (
    REASON,
    Answers,
    Question,
    Review,
    answered,
    seen_option,
    with_answers,
)
from cockpit.cli.options import Request, as_json, with_request
from cockpit.cli.output import print_json, print_text
from cockpit.cli.surroundings import Surroundings
from cockpit.errors import Protected, Refused
from cockpit.model.settlement import Found, Settlement
from cockpit.model.target import Standpoint
from cockpit.present.harmless import harmless

_SAID = {"applied": Found.APPLIED, "pending": Found.PENDING}


@click.command()
@click.argument("version")
@with_request
@click.option(
    "--as",
    "said",
    type=click.Choice(list(_SAID)),
    help="What you know of it; counts only where the catalog cannot tell.",
)
@click.option("--dry-run", is_flag=True, help="Only show the evidence and what would be written.")
@with_answers(seen_option("--evidence-id", "seen", "the evidence that was looked at"), REASON)
@as_json
@click.pass_obj
def settle(
    surroundings: Surroundings,
    version: str,
    request: Request,
    said: str | None,
    dry_run: bool,
    answers: Answers,
    as_json: bool,
) -> None:
    """Clear a dirty flag, or a history that is wrong about VERSION, from evidence.

    Other tools call it force (golang-migrate), repair (Flyway), resolve (Prisma) or stamp
    (Alembic), and take your word for it. This asks the catalog, statement by statement: what is
    there as a whole is written down as applied, what is not there at all as pending, in the
    tool's own history and in the ledger. What is half there is refused, and named. The schema
    itself is never touched.
    """
    from cockpit.cli.opening import opened, reached

    with opened(request, surroundings) as engine:
        standpoint = reached(engine).standpoint
        made = engine.settlement(version, _SAID[said] if said else None)
        _show(made, as_json)
        if dry_run and made.conclusive:
            return
        if made.refusals:
            raise Refused(made.refusals[0], next_step=" ".join(made.refusals[1:]))
        engine.arm(_agreed(surroundings, standpoint, made, answers))
        engine.settle(made, answers.reason)
    if not as_json:
        click.echo(f"{harmless(version)} is settled. Look at it with: cockpit status")


def _show(made: Settlement, as_json: bool) -> None:
    from cockpit.present.settlement_text import settlement_json, settlement_text

    if as_json:
        print_json(settlement_json(made))
    else:
        print_text("\n".join(settlement_text(made)))


def _agreed(
    surroundings: Surroundings, standpoint: Standpoint, made: Settlement, answers: Answers
) -> str | None:
    """The name of a protected target as it was typed; None where a yes is enough."""
    if settle_question(standpoint, made).needs_reason and not answers.reason.strip():
        raise Protected(
            f"Settling changes what everybody believes of {standpoint.name}.",
            next_step="Give a --reason for the ledger.",
        )
    question = Question(
        act=f"settle {made.version} so",
        agree=f"Settle {made.version} so?",
        typed=standpoint.name if standpoint.protected else None,
        review=Review("the evidence", made.id, "--evidence-id"),
    )
    return answered(surroundings, question, answers)
