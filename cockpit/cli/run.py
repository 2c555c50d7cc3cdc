"""`cockpit apply`, `rollback`, `redo` and `resume`: plan, ask, run, tell."""

from dataclasses import replace
from pathlib import Path

import click

from cockpit.cli.options import GoalOptions, Request, with_goal, with_request
from cockpit.cli.output import print_json, print_text
from cockpit.cli.planning import GoalFrom, planned, saved_goal
from cockpit.cli.run_options import RunOptions, with_run
from cockpit.cli.surroundings import Surroundings
from cockpit.errors import Refused, SourceError, UsageError
from cockpit.model.attic import Place
from cockpit.model.board import Board
from cockpit.model.goal import Action, Goal
from cockpit.model.plan import Plan


@click.command()
@with_goal(Action.APPLY)
@with_request
@with_run
@click.pass_obj
def apply(surroundings: Surroundings, goal: GoalOptions, request: Request, run: RunOptions) -> None:
    """Apply pending migrations, all of them or up to a goal."""
    _go(surroundings, request, run, goal, Action.APPLY)


@click.command()
@with_goal(Action.ROLLBACK)
@with_request
@with_run
@click.pass_obj
def rollback(
    surroundings: Surroundings, goal: GoalOptions, request: Request, run: RunOptions
) -> None:
    """Roll back the last migration, or back to a goal.

    The down script is the one that was kept when the migration was applied.
    """
    _go(surroundings, request, run, goal, Action.ROLLBACK)


@click.command()
@click.option("--from", "first", metavar="VERSION", help="From it on: down to it, up again.")
@with_goal(Action.REDO)
@with_request
@with_run
@click.pass_obj
def redo(
    surroundings: Surroundings,
    first: str | None,
    goal: GoalOptions,
    request: Request,
    run: RunOptions,
) -> None:
    """Roll the last migration back and apply it again as the file is now.

    With --from (or --to) from that version on. Only on targets that are not protected.
    """
    if first is not None and goal.given:
        raise click.UsageError("--from is a goal of its own. Leave the other one out.")
    goal = replace(goal, to_version=first) if first is not None else goal
    _go(surroundings, request, run, goal, Action.REDO)


@click.command()
@with_goal(Action.APPLY)
@with_request
@click.option(
    "--step-in-doubt",
    type=click.Choice(["done", "again"]),
    help="What to do with a step whose end nobody can know.",
)
@with_run
@click.pass_obj
def resume(
    surroundings: Surroundings,
    goal: GoalOptions,
    request: Request,
    step_in_doubt: str | None,
    run: RunOptions,
) -> None:
    """Finish what an earlier run left half done, and pass a gate that it waits at."""
    from cockpit.cli.resuming import goal_of_rest

    asked = goal.goal(Action.APPLY, step_in_doubt) if goal.given else None

    def rest(board: Board) -> Goal | None:
        if asked is not None and not asked.only:
            return asked
        found = goal_of_rest(board, step_in_doubt, goal.only)
        keep = Place(goal.keep) if goal.keep else None
        if found is None:
            return asked
        return replace(found, keep=keep or found.keep, restore=goal.restore or found.restore)

    _run(surroundings, request, run, rest)


def _go(
    surroundings: Surroundings,
    request: Request,
    run: RunOptions,
    goal: GoalOptions,
    action: Action,
) -> None:
    if run.plan_file:
        _check_file(run.plan_file, goal, action)
    asked = goal.goal(action)
    _run(surroundings, request, run, lambda board: asked)


def _check_file(path: Path, goal: GoalOptions, action: Action) -> None:
    if goal.given:
        raise click.UsageError("--plan holds its goal already. Leave the other goal out.")
    saved = saved_goal(path)
    if saved.action is not action:
        raise UsageError(
            f"{path} is a plan to {saved.action.words}.", next_step=f"Use cockpit {saved.action}."
        )


def _run(surroundings: Surroundings, request: Request, run: RunOptions, goal: GoalFrom) -> None:
    """Look, plan, ask, arm, run. Leaves with the exit code of the run."""
    from cockpit.cli.confirm import confirmed
    from cockpit.cli.following import follow
    from cockpit.cli.opening import opened, reached
    from cockpit.present.plan_text import summary

    with opened(request, surroundings) as engine:
        board = reached(engine)
        if board.source_error:
            raise SourceError(board.source_error)
        plan = planned(engine, run, goal, board)
        if plan is None or (plan.empty and not plan.refusals):
            _nothing(run, board if plan is None else None)
            return
        if not run.as_json:
            print_text("\n".join(summary(plan)))
        if plan.refusals:
            raise Refused(plan.refusals[0], next_step=_beside(plan))
        engine.arm(confirmed(surroundings, board.standpoint, plan, run))
        code = follow(surroundings, engine, plan, run)
    if code:
        click.get_current_context().exit(code)


def _beside(plan: Plan) -> str:
    """What stands where the next step does: that there are more reasons, all of them above."""
    more = len(plan.refusals) - 1
    if not more:
        return ""
    others = "There is another reason" if more == 1 else f"There are {more} other reasons"
    return f"{others} not to run it, above behind refused: mend all, then plan again."


def _nothing(run: RunOptions, board: Board | None) -> None:
    """`board`: nothing was half done on it, which is not the same as nothing to do."""
    from cockpit.cli.resuming import nothing_left

    if run.as_json:
        print_json({"event": "NothingToDo"}, indent=None)
    else:
        click.echo(nothing_left(board) if board else "Nothing to do.")
