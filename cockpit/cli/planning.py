"""The plan a run is about: made now, and compared with the one that was reviewed."""

import shlex
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from cockpit.analysis.foreseen import may_stop_halfway
from cockpit.cli.options import DOWN_FROM
from cockpit.cli.run_options import RunOptions
from cockpit.deploy.engine import Engine
from cockpit.errors import StalePlan, UsageError
from cockpit.model.attic import Place
from cockpit.model.board import Board
from cockpit.model.goal import Action, Goal
from cockpit.model.plan import Plan
from cockpit.present.plan_json import read_plan, same_steps

GoalFrom = Callable[[Board], Goal | None]
"""None: there is nothing to do."""


def saved_goal(path: Path) -> Goal:
    """The goal a saved plan was made for. Raises UsageError."""
    return read_plan(_text(path), str(path))[0]


def planned(engine: Engine, run: RunOptions, goal: GoalFrom, board: Board) -> Plan | None:
    """The plan as it would be made now. Raises StalePlan when another one was reviewed."""
    reviewed = run.plan_id
    if run.plan_file is not None:
        plan, reviewed = _from_file(engine, run.plan_file)
    else:
        wanted = goal(board)
        if wanted is None:
            return None
        shown = _is_shown(run, board)
        plan = engine.plan(wanted, seen=board, predicting=shown)
        if not shown and not run.reason and may_stop_halfway(plan):
            plan = engine.plan(wanted, seen=board)
    if reviewed and not plan.id.startswith(reviewed):
        raise _stale(engine, plan, reviewed)
    return plan


def _stale(engine: Engine, plan: Plan, reviewed: str) -> StalePlan:
    """What was reviewed may still stand, and only an option be left out or too many."""
    what = (
        f"The plan that was reviewed, {reviewed[:12]}, is not what would run now ({plan.id[:12]})"
    )
    for goal in _near(plan.goal):
        if engine.plan(goal).id.startswith(reviewed):
            again = shlex.join(["cockpit", *goal.options])
            return StalePlan(
                f"{what}: it was made with other options, and it still stands.",
                next_step=f"Say it as it was reviewed: {again}, with the same target.",
                wants={"--plan-id": plan.id},
            )
    return StalePlan(
        f"{what}: files, history or target have changed, or it was made for another goal.",
        next_step="Look at the new plan with cockpit plan, then decide again.",
        wants={"--plan-id": plan.id},
    )


def _near(goal: Goal) -> Iterator[Goal]:
    """The same way and place with other options for data, and for where the way down is from."""
    for keep in (None, *Place):
        for restore in (False, True):
            yield replace(goal, keep=keep, restore=restore)
    if goal.action is not Action.APPLY:
        yield from (replace(goal, down_from=kind) for kind in (None, *DOWN_FROM))
    if goal.action is Action.ROLLBACK:
        yield replace(goal, half_way=not goal.half_way)


def _is_shown(run: RunOptions, board: Board) -> bool:
    """Somebody decides by it, or has to: then what it locks is worth reading the catalog for."""
    return board.standpoint.protected or not run.yes


def _from_file(engine: Engine, path: Path) -> tuple[Plan, str]:
    """The plan for the file's goal, and the id that was reviewed."""
    goal, saved = read_plan(_text(path), str(path))
    plan = engine.plan(goal)
    if plan.id == saved["id"] and not same_steps(saved, plan):
        raise StalePlan(
            f"{path} was edited: its steps are not those that its id stands for.",
            next_step="Make it again with cockpit plan --out FILE.",
        )
    return plan, str(saved["id"])


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--plan {path}: it cannot be read.") from error
