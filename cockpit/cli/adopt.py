"""`cockpit adopt`: take another tool's history over into the ledger, on evidence."""

from dataclasses import dataclass

import click

from cockpit.cli.options import Request, as_json, with_request
from cockpit.cli.output import print_json, print_text
from cockpit.cli.surroundings import Surroundings
from cockpit.deploy.engine import Engine
from cockpit.errors import Protected, Refused, StalePlan, Unreachable
from cockpit.model.adoption import Adoption
from cockpit.model.target import Standpoint
from cockpit.present.harmless import harmless

_SHORTEST_ID = 8


@dataclass(frozen=True, slots=True)
class _Answers:
    yes: bool
    confirm: str | None
    plan_id: str | None
    reason: str


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
@click.option("--yes", is_flag=True, help="Do not ask. On unprotected targets only.")
@click.option("--confirm", metavar="NAME", help="The name of a protected target, and ...")
@click.option("--plan-id", metavar="ID", help="... the id that the dry run showed.")
@click.option("--reason", default="", metavar="TEXT", help="Why, for the ledger.")
@as_json
@click.pass_obj
def adopt(
    surroundings: Surroundings,
    request: Request,
    dry_run: bool,
    accept: tuple[str, ...],
    undo: bool,
    yes: bool,
    confirm: str | None,
    plan_id: str | None,
    reason: str,
    as_json: bool,
) -> None:
    """Take over the history of the tool that this project uses. Runs no migration.

    First the schema that the files imply is built on a scratch server and compared with the live
    one. What differs is listed, and nothing is written until every difference is accepted by name.
    Then the ledger is the history: imported versions only go forward, the tool's own table stays
    as it is, and the proof is kept. --undo gives it back, as long as nothing was run since.

    Exits 7 when something does not hold and nobody has accepted it.
    """
    from cockpit.cli.opening import opened

    answers = _Answers(yes, confirm, plan_id, reason)
    with opened(request, surroundings) as engine:
        board = engine.look()
        if board.database_error:
            raise Unreachable(board.database_error, kept="")
        if undo:
            _give_back(surroundings, engine, board.standpoint, answers)
            return
        adoption = _proposed(surroundings, request, engine, accept, as_json)
        _show(adoption, as_json)
        if not dry_run and (adoption.imports or adoption.gone):
            _require_proof(adoption)
            engine.arm(_answered(surroundings, board.standpoint, adoption, answers))
            engine.adopt(adoption, reason)
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
    surroundings: Surroundings, engine: Engine, standpoint: Standpoint, answers: _Answers
) -> None:
    from cockpit.analysis.adopt_ceremony import undo_question

    question = undo_question(standpoint)
    if question.typed is not None:
        engine.arm(_typed(surroundings, question.typed, answers, "undo the adoption"))
    else:
        _agreed(surroundings, answers, "Undo the adoption?")
        engine.arm(None)
    whose = engine.undo_adoption(answers.reason)
    click.echo(f"{harmless(whose)} counts again; the ledger keeps that it was adopted and undone.")


def _answered(
    surroundings: Surroundings, standpoint: Standpoint, adoption: Adoption, answers: _Answers
) -> str | None:
    """The name of a protected target as it was typed; None where a yes is enough."""
    from cockpit.analysis.adopt_ceremony import adopt_question

    question = adopt_question(standpoint, adoption)
    if question.needs_reason and not answers.reason.strip():
        raise Protected(
            "What was accepted although it does not hold is believed by everybody after this.",
            next_step="Give a --reason for the ledger.",
        )
    if question.typed is None:
        _agreed(surroundings, answers, f"Adopt {adoption.tool}'s history?")
        return None
    if answers.confirm is not None:
        how = f"Review the dry run, then add --plan-id {adoption.id[:12]}"
        if not answers.plan_id:
            raise Protected(f"{question.typed} is protected: say what was reviewed.", next_step=how)
        if len(answers.plan_id) < _SHORTEST_ID or not adoption.id.startswith(answers.plan_id):
            raise StalePlan("What was reviewed is not what would be adopted now.", next_step=how)
    more = f" --plan-id {adoption.id[:12]}"
    return _typed(surroundings, question.typed, answers, "adopt", more)


def _typed(
    surroundings: Surroundings, name: str, answers: _Answers, act: str, more: str = ""
) -> str:
    how = f"Give --confirm {name}{more}."
    if answers.yes:
        raise Protected(f"{name} is protected: --yes does not count here.", next_step=how)
    if answers.confirm is not None:
        typed = answers.confirm
    elif surroundings.asks:
        words = f"Type {harmless(name)} to {act}"
        typed = click.prompt(words, default="", show_default=False, err=True)
    else:
        raise Protected(f"{name} is protected, and nobody can be asked here.", next_step=how)
    if typed != name:
        raise Protected(f'"{typed}" is not the name of this target.', next_step=f"It is {name}.")
    return typed


def _agreed(surroundings: Surroundings, answers: _Answers, question: str) -> None:
    if answers.yes:
        return
    if not surroundings.asks:
        raise Protected(
            "Nobody can be asked here, and --yes was not given.",
            next_step="Add --yes, or run it on a terminal.",
        )
    if not click.confirm(question, default=False, err=True):
        raise click.Abort


def _tell(doing: str) -> None:
    """What is being done now, on one line that the next one takes the place of."""
    click.echo(f"\r{harmless(doing)[:70]:70}\r", nl=False, err=True)


def _say_nothing(doing: str) -> None:
    """Nobody watches."""
