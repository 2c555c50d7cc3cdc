"""The question before a run: on the terminal, or answered beforehand by options."""

import click

from cockpit.analysis.ceremony import Act, Ceremony, ceremony
from cockpit.cli.run_options import RunOptions
from cockpit.cli.surroundings import Surroundings
from cockpit.errors import Protected
from cockpit.model.goal import Action
from cockpit.model.plan import Plan
from cockpit.model.target import Standpoint
from cockpit.present.harmless import harmless

_ACTS = {
    Action.APPLY: Act.APPLY,
    Action.ROLLBACK: Act.ROLLBACK,
    Action.REDO: Act.REDO,
}


def confirmed(
    surroundings: Surroundings, standpoint: Standpoint, plan: Plan, run: RunOptions
) -> str | None:
    """The name of a protected target as it was typed; None where a yes is enough.

    Raises Protected when the answer was not given, or is not the one that was asked for.
    """
    question = ceremony(_ACTS[plan.goal.action], standpoint, plan)
    if standpoint.disagreement:
        raise Protected(f"Writing is impossible: {standpoint.disagreement}.")
    if question.typed is None:
        _unprotected(surroundings, plan, run)
        return None
    return _protected(surroundings, question, plan, run)


def _unprotected(surroundings: Surroundings, plan: Plan, run: RunOptions) -> None:
    if run.yes:
        return
    if not surroundings.asks:
        raise Protected(
            "Nobody can be asked here, and --yes was not given.",
            next_step="Add --yes, or run it on a terminal.",
        )
    if not click.confirm(f"{plan.goal.action.words} now?", default=False, err=True):
        raise click.Abort


def _protected(surroundings: Surroundings, question: Ceremony, plan: Plan, run: RunOptions) -> str:
    name = question.typed or ""
    if run.yes:
        raise Protected(
            f"{name} is protected: --yes does not count here.",
            next_step=f"Review the plan, then give --confirm {name} --plan-id {plan.id[:12]}",
        )
    typed = run.confirm if run.confirm is not None else _asked(surroundings, question, plan, name)
    if typed != name:
        raise Protected(
            f'"{typed}" is not the name of this target.', next_step=f"Its name is {name}."
        )
    if run.confirm is not None and not (run.plan_id or run.plan_file):
        raise Protected(
            f"{name} is protected: --confirm goes with the plan that was reviewed.",
            next_step=f"Review the plan, then add --plan-id {plan.id[:12]} or --plan FILE.",
        )
    if question.needs_reason and not run.reason.strip():
        raise Protected(
            f"This plan is dangerous: {'; '.join(question.dangers)}.",
            next_step="Give a --reason for the ledger.",
        )
    return name


def _asked(surroundings: Surroundings, question: Ceremony, plan: Plan, name: str) -> str:
    if not surroundings.asks:
        raise Protected(
            f"{name} is protected, and nobody can be asked here.",
            next_step=f"Review the plan, then give --confirm {name} --plan-id {plan.id[:12]}",
        )
    for danger in question.dangers:
        click.echo(f"danger: {harmless(danger)}", err=True)
    typed: str = click.prompt(
        f"Type {harmless(name)} to {plan.goal.action.words}",
        default="",
        show_default=False,
        err=True,
    )
    return typed
