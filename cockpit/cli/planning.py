"""The plan a run is about: made now, and compared with the one that was reviewed."""

from collections.abc import Callable
from pathlib import Path

from cockpit.cli.run_options import RunOptions
from cockpit.deploy.engine import Engine
from cockpit.errors import StalePlan, UsageError
from cockpit.model.board import Board
from cockpit.model.goal import Goal
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
        plan = engine.plan(wanted)
    if reviewed and not plan.id.startswith(reviewed):
        raise StalePlan(
            f"The plan that was reviewed, {reviewed[:12]}, is not what would run now "
            f"({plan.id[:12]}): files, history or target have changed.",
            next_step="Look at the new plan with cockpit plan, then decide again.",
        )
    return plan


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
