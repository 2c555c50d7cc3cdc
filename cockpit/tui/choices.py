"""How far to apply or to roll back: the choices one has from here."""

from dataclasses import dataclass

from cockpit.analysis.last_run import newest_run
from cockpit.model.board import Board
from cockpit.model.goal import Action, Goal
from cockpit.model.plan import Plan
from cockpit.model.state import Standing
from cockpit.present.durations import plural
from cockpit.present.harmless import harmless
from cockpit.tui.situation import Situation

_LOSSES = 2
_NAMED = 2
_TAGS = 3
"""Releases offered; a walk further back is for the command line."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One goal, in the words of the operator."""

    goal: Goal
    title: str


def apply_choices(now: Situation) -> tuple[Choice, ...]:
    """Up to the selected pending migration, or everything."""
    pending = now.pending
    if not pending:
        return ()
    everything = Choice(
        Goal(Action.APPLY), f"everything pending ({plural(len(pending), 'migration')})"
    )
    selected = now.selected
    if selected is None or selected not in pending or selected == pending[-1]:
        return (everything,)
    words = f"up to {harmless(selected.version)} {harmless(selected.name)}"
    return (Choice(Goal(Action.APPLY, to_version=selected.version), words), everything)


def rollback_choices(now: Situation) -> tuple[Choice, ...]:
    """The last run, releases, the selected version, only this one: in that order.

    Where the cursor is on nothing that could be rolled back, the newest one stands for it.
    """
    board, applied = now.board, now.in_force
    if board is None or not applied:
        return ()
    choices = []
    if run := newest_run(applied):
        choices.append(Choice(Goal(Action.ROLLBACK, last_run=True), f"the last run ({run})"))
    choices += _to_releases(board, applied)
    selected = now.selected if now.selected in applied else max(applied, key=_order)
    return (*choices, *_around(selected, applied))


def consequence(plan: Plan) -> str:
    """What a choice would do, in one row."""
    if plan.refusals:
        return f"may not run: {plan.refusals[0]}"
    if plan.empty:
        return "nothing to do"
    verb = "applies" if plan.goal.action is Action.APPLY else "rolls back"
    shown = " and ".join(_named(plan, version) for version in plan.versions)
    if len(plan.versions) > _NAMED:
        # Never "this … that": what lies between them may well stay.
        shown = f"{plural(len(plan.versions), 'migration')}, {harmless(plan.versions[0])} first"
    return f"{verb} {shown}; loses {_losses(plan)}"


def _named(plan: Plan, version: str) -> str:
    """The version, and which phases of it where others stay."""
    mine = [phase for phase in plan.phases if phase.version == version]
    if any(phase.last_of_version for phase in mine):
        return harmless(version)
    names = ", ".join(phase.phase for phase in mine)
    return harmless(f"phase {names} of {version}")


def _losses(plan: Plan) -> str:
    """The first few, and how many more."""
    lost = [harmless(words) for words in plan.loses]
    if not lost:
        return "nothing"
    more = f" and {len(lost) - _LOSSES} more" if len(lost) > _LOSSES else ""
    return ", ".join(lost[:_LOSSES]) + more


def _order(standing: Standing) -> int:
    return standing.record.order if standing.record else 0


def _to_releases(board: Board, applied: tuple[Standing, ...]) -> list[Choice]:
    """The newest releases that some applied migration is newer than."""
    place = {standing.version: n for n, standing in enumerate(board.standings)}
    last = place[applied[-1].version]
    older = [tag.name for tag, newest in board.tags if place.get(newest, last) < last]
    return [
        Choice(Goal(Action.ROLLBACK, to_tag=name), f"back to release {harmless(name)}")
        for name in reversed(older[-_TAGS:])
    ]


def _around(selected: Standing, applied: tuple[Standing, ...]) -> list[Choice]:
    version = harmless(selected.version)
    place = applied.index(selected)
    choices = []
    if place < len(applied) - 1:
        keep = Goal(Action.ROLLBACK, to_version=selected.version)
        choices.append(Choice(keep, f"back to {version}: everything newer, {version} stays"))
        if place:
            until = Goal(Action.ROLLBACK, to_version=applied[place - 1].version)
            choices.append(Choice(until, f"{version} and everything newer"))
    only = Goal(Action.ROLLBACK, only=selected.version)
    return [*choices, Choice(only, f"only {version} {harmless(selected.name)}")]
