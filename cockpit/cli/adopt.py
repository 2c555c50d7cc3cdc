"""`cockpit adopt`: take another tool's history over into the ledger, on evidence."""

import click

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
from cockpit.deploy.engine import Engine
from cockpit.errors import Protected, Refused
from cockpit.model.adoption import Adoption
from cockpit.model.target import Standpoint
from cockpit.present.harmless import harmless


@click.command()
@with_request
@click.option("--dry-run", is_flag=True, help="Only show what would be written, and the proof.")
@click.option(
    "--accept",
    multiple=True,
    metavar="OBJECT",
    help="Adopt although this does not hold, as the dry run names it; also a shell pattern.",
)
@click.option("--undo", is_flag=True, help="The tool's own table counts again.")
@with_answers(seen_option("--plan-id", "seen", "what the dry run showed"), REASON)
@as_json
@click.pass_obj
def adopt(
    surroundings: Surroundings,
    request: Request,
    dry_run: bool,
    accept: tuple[str, ...],
    undo: bool,
    answers: Answers,
    as_json: bool,
) -> None:
    """Take over the history of the tool that this project uses. Runs no migration.

    First the schema that the files imply is built on a scratch server and compared with the live
    one. What differs is listed, and nothing is written until every difference is accepted by name.
    Then the ledger is the history: imported versions only go forward, the tool's own table stays
    as it is, and the proof is kept. --undo gives it back, as long as nothing was run since.

    Exits 7 when something does not hold and nobody has accepted it.
    """
    from cockpit.cli.opening import opened, reached

    with opened(request, surroundings) as engine:
        standpoint = reached(engine).standpoint
        if undo:
            _give_back(surroundings, engine, standpoint, answers)
            return
        adoption = _proposed(surroundings, request, engine, accept, as_json)
        _show(adoption, as_json)
        if not dry_run and (adoption.imports or adoption.gone):
            _require_proof(adoption)
            engine.arm(_agreed(surroundings, standpoint, adoption, answers))
            engine.adopt(adoption, answers.reason)
            if not as_json:
                click.echo(f"Adopted. {adoption.tool}'s table stays as it is and is only watched.")
    if dry_run and not adoption.may_be_written:
        click.get_current_context().exit(Refused.exit_code)


def _proposed(
    surroundings: Surroundings,
    request: Request,
    engine: Engine,
    accept: tuple[str, ...],
    as_json: bool,
) -> Adoption:
    """The proof, with what is accepted. Raises UsageError for a name that fits no finding."""
    from cockpit.cli.choice import read_choice
    from cockpit.deploy.rehearsing import Stage

    named = read_choice(request, surroundings).resolved.settings.rehearsal_dsn
    tell = _tell if surroundings.asks and not as_json else _say_nothing
    adoption = engine.adoption(Stage(named=named, tell=tell))
    tell("")
    for pattern in accept:
        if not any(finding.matches(pattern) for finding in adoption.findings):
            raise click.UsageError(
                f"--accept {pattern}: nothing of that name does not hold. See: --dry-run"
            )
    return adoption.accepting(accept)


def _show(adoption: Adoption, as_json: bool) -> None:
    from cockpit.present.adoption_text import adoption_json, adoption_text

    if as_json:
        print_json(adoption_json(adoption))
    else:
        print_text("\n".join([*adoption_text(adoption), f"id {adoption.id[:12]}"]))


def _require_proof(adoption: Adoption) -> None:
    if adoption.refusals:
        raise Refused(adoption.refusals[0], next_step=" ".join(adoption.refusals[1:]))
    if adoption.open:
        first = adoption.open[0]
        raise Refused(
            f"{len(adoption.open)} of what was compared does not hold: nothing is adopted.",
            next_step=f'Mend it, or accept each by its name: --accept "{first.label}"',
        )


def _give_back(
    surroundings: Surroundings, engine: Engine, standpoint: Standpoint, answers: Answers
) -> None:
    from cockpit.analysis.adopt_ceremony import undo_question

    typed = undo_question(standpoint).typed
    question = Question("undo the adoption", "Undo the adoption?", typed)
    engine.arm(answered(surroundings, question, answers))
    whose = engine.undo_adoption(answers.reason)
    click.echo(f"{harmless(whose)} counts again; the ledger keeps that it was adopted and undone.")


def _agreed(
    surroundings: Surroundings, standpoint: Standpoint, adoption: Adoption, answers: Answers
) -> str | None:
    """The name of a protected target as it was typed; None where a yes is enough."""
    from cockpit.analysis.adopt_ceremony import adopt_question

    needed = adopt_question(standpoint, adoption)
    if needed.needs_reason and not answers.reason.strip():
        raise Protected(
            "What was accepted although it does not hold is believed by everybody after this.",
            next_step="Give a --reason for the ledger.",
        )
    review = Review("the dry run", adoption.id, "--plan-id")
    question = Question("adopt", f"Adopt {adoption.tool}'s history?", needed.typed, review)
    return answered(surroundings, question, answers)


def _tell(doing: str) -> None:
    """What is being done now, on one line that the next one takes the place of."""
    click.echo(f"\r{harmless(doing)[:70]:70}\r", nl=False, err=True)


def _say_nothing(doing: str) -> None:
    """Nobody watches."""
