"""`cockpit apply`, `rollback`, `redo` and `resume`: plan, ask, run, tell."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from cockpit.cli.options import GoalOptions, Request, with_goal, with_request
from cockpit.cli.output import print_json, print_text
from cockpit.cli.planning import GoalFrom, planned, saved_goal
from cockpit.cli.run_options import RunOptions, with_run
from cockpit.cli.status import PENDING
from cockpit.cli.surroundings import Surroundings
from cockpit.errors import Refused, SourceError, UsageError
from cockpit.model.attic import Place
from cockpit.model.board import Board
from cockpit.model.goal import Action, Goal
from cockpit.model.plan import Plan

LeftOver = Callable[[Board, Board], tuple[str, ...]]
"""What still waits on the first board, of what was to be done on the second, earlier one."""


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
    """Go on with the run that stopped, or finish one migration and pass the gate it waits at.

    It means the goal of that run, as R does on the screens; --only NAME finishes that migration
    alone. Exits 3 where something that was to be applied stays pending.
    """
    from cockpit.analysis.half_done import held_up
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

    _run(surroundings, request, run, rest, held_up if not goal.given else None)


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


def _run(
    surroundings: Surroundings,
    request: Request,
    run: RunOptions,
    goal: GoalFrom,
    left: LeftOver | None = None,
) -> None:
    """Look, plan, ask, arm, run. Leaves with the exit code of the run; 3 with what `left` finds."""
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
        if not code and left is not None:
            code = _told(run, left(engine.look(), board))
    if code:
        click.get_current_context().exit(code)


def _beside(plan: Plan) -> str:
    """What stands where the next step does: that there are more reasons, all of them above."""
    more = len(plan.refusals) - 1
    if not more:
        return ""
    others = "There is another reason" if more == 1 else f"There are {more} other reasons"
    return f"{others} not to run it, above behind refused: mend all, then plan again."


def _told(run: RunOptions, waiting: tuple[str, ...]) -> int:
    """Say what stays pending; the exit code for it."""
    from cockpit.cli.resuming import pending_words

    if waiting and run.as_json:
        print_json({"event": "StillPending", "versions": waiting}, indent=None)
    elif waiting:
        click.echo(pending_words(waiting))
    return PENDING if waiting else 0


def _nothing(run: RunOptions, board: Board | None) -> None:
    """`board`: nothing was half done on it, which is not the same as nothing to do.

    Leaves with 3 where something is pending: who resumes believes that the release is out.
    """
    from cockpit.cli.resuming import nothing_left, untouched

    waiting = untouched(board) if board else ()
    if run.as_json:
        print_json({"event": "NothingToDo", "pending": waiting}, indent=None)
    else:
        click.echo(nothing_left(board) if board else "Nothing to do.")
    if waiting:
        click.get_current_context().exit(PENDING)
