"""`cockpit settle`: let the catalog say whether a version was applied, and write that down."""

from dataclasses import dataclass

import click

from cockpit.analysis.settle_ceremony import settle_question
from cockpit.cli.options import Request, as_json, with_request
from cockpit.cli.output import print_json, print_text
from cockpit.cli.surroundings import Surroundings
from cockpit.errors import Protected, Refused, StalePlan, Unreachable
from cockpit.model.settlement import Found, Settlement
from cockpit.model.target import Standpoint
from cockpit.present.harmless import harmless

_SAID = {"applied": Found.APPLIED, "pending": Found.PENDING}


@dataclass(frozen=True, slots=True)
class _Answers:
    yes: bool
    confirm: str | None
    evidence_id: str | None
    reason: str


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
@click.option("--yes", is_flag=True, help="Do not ask. On unprotected targets only.")
@click.option("--confirm", metavar="NAME", help="The name of a protected target, and ...")
@click.option("--evidence-id", metavar="ID", help="... the evidence that was looked at, by its id.")
@click.option("--reason", default="", metavar="TEXT", help="Why, for the ledger.")
@as_json
@click.pass_obj
def settle(
    surroundings: Surroundings,
    version: str,
    request: Request,
    said: str | None,
    dry_run: bool,
    yes: bool,
    confirm: str | None,
    evidence_id: str | None,
    reason: str,
    as_json: bool,
) -> None:
    """Clear a dirty flag, or a history that is wrong about VERSION, from evidence.

    Other tools call it force (golang-migrate), repair (Flyway), resolve (Prisma) or stamp
    (Alembic), and take your word for it. This asks the catalog, statement by statement: what is
    there as a whole is written down as applied, what is not there at all as pending, in the
    tool's own history and in the ledger. What is half there is refused, and named. The schema
    itself is never touched.
    """
    from cockpit.cli.opening import opened

    answers = _Answers(yes, confirm, evidence_id, reason)
    with opened(request, surroundings) as engine:
        board = engine.look()
        if board.database_error:
            raise Unreachable(board.database_error, kept="")
        made = engine.settlement(version, _SAID[said] if said else None)
        _show(made, as_json)
        if dry_run and made.conclusive:
            return
        if made.refusals:
            raise Refused(made.refusals[0], next_step=" ".join(made.refusals[1:]))
        engine.arm(_answered(surroundings, board.standpoint, made, answers))
        engine.settle(made, reason)
    if not as_json:
        click.echo(f"{harmless(version)} is settled. Look at it with: cockpit status")


def _show(made: Settlement, as_json: bool) -> None:
    from cockpit.present.settlement_text import settlement_json, settlement_text

    if as_json:
        print_json(settlement_json(made))
    else:
        print_text("\n".join(settlement_text(made)))


def _answered(
    surroundings: Surroundings, standpoint: Standpoint, made: Settlement, answers: _Answers
) -> str | None:
    """The name of a protected target as it was typed; None where a yes is enough."""
    question = settle_question(standpoint, made)
    if question.needs_reason and not answers.reason.strip():
        raise Protected(
            f"Settling changes what everybody believes of {standpoint.name}.",
            next_step="Give a --reason for the ledger.",
        )
    if standpoint.protected:
        return _protected(surroundings, standpoint.name, made, answers)
    if answers.yes:
        return None
    if not surroundings.asks:
        raise Protected(
            "Nobody can be asked here, and --yes was not given.",
            next_step="Add --yes, or run it on a terminal.",
        )
    if not click.confirm(f"Settle {harmless(made.version)} so?", default=False, err=True):
        raise click.Abort
    return None


def _protected(surroundings: Surroundings, name: str, made: Settlement, answers: _Answers) -> str:
    how = f"Look at the evidence, then give --confirm {name} --evidence-id {made.id[:12]}"
    if answers.yes:
        raise Protected(f"{name} is protected: --yes does not count here.", next_step=how)
    if answers.confirm is None:
        if not surroundings.asks:
            raise Protected(f"{name} is protected, and nobody can be asked here.", next_step=how)
        words = f"Type {harmless(name)} to settle {harmless(made.version)} so"
        typed: str = click.prompt(words, default="", show_default=False, err=True)
    else:
        typed = answers.confirm
        if not answers.evidence_id:
            raise Protected(
                f"{name} is protected: --confirm goes with the evidence.", next_step=how
            )
        if len(answers.evidence_id) < 8 or not made.id.startswith(answers.evidence_id):
            raise StalePlan("The evidence is not what --evidence-id names.", next_step=how)
    if typed != name:
        raise Protected(f'"{typed}" is not the name of this target.', next_step=f"It is {name}.")
    return name
