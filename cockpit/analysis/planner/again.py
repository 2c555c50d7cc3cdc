"""Which migrations a redo rolls back and applies again."""

from cockpit.analysis.planner.backward import down
from cockpit.analysis.planner.draft import Draft
from cockpit.analysis.planner.forward import up
from cockpit.model.goal import Goal
from cockpit.model.state import Standing, State


def redo(draft: Draft, goal: Goal) -> None:
    """Draft the way down to the version and up again, with the files as they are."""
    if draft.situation.standpoint.protected:
        draft.refuse("Redo exists only on targets that are not protected.")
        return
    chosen = _chosen(draft, goal)
    undone = [down(draft, standing) for standing in reversed(chosen)]
    if all(undone):
        for standing in chosen:
            if standing.migration is None:
                draft.refuse(f"{standing.version} is not in this ref, so it cannot come back.")
            else:
                up(draft, standing, standing.migration, anew=True)


def _chosen(draft: Draft, goal: Goal) -> list[Standing]:
    in_force = list(draft.situation.in_force)
    start = goal.only or goal.to_version
    if start is None:
        return _unnamed(draft, in_force)
    if start not in {standing.version for standing in in_force}:
        draft.refuse(f"{start} is not applied: there is nothing to redo.")
        return []
    if goal.only:
        return [s for s in in_force if s.version == start]
    key = draft.situation.order_key
    return [s for s in in_force if key(s.version) >= key(start)]


def _unnamed(draft: Draft, in_force: list[Standing]) -> list[Standing]:
    """The newest, where nothing says that another one is meant: no edit, and no later run."""
    if not in_force:
        return []
    newest = max(in_force, key=lambda standing: draft.situation.order_key(standing.version))
    edited = [standing for standing in in_force if standing.state is State.DRIFTED]
    meant = edited or in_force[-1:]
    if meant == [newest]:
        return meant
    names = ", ".join(standing.version for standing in meant)
    why = f"{names} {'were' if len(meant) > 1 else 'was'} {'edited' if edited else 'applied last'}"
    newer = "" if newest in meant else f", and {newest.version} is the newest"
    draft.refuse(
        f"Which one to redo is not clear: {why}{newer}. Name it with --only, or with --from for "
        "it and everything behind it."
    )
    return []
