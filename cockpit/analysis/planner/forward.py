"""Which migrations an apply runs, and what forbids it."""

from collections.abc import Iterable

from cockpit.analysis.hazards.names import some
from cockpit.analysis.planner.draft import Draft
from cockpit.model.goal import Goal
from cockpit.model.migration import Direction, Migration
from cockpit.model.state import Standing, State


def apply(draft: Draft, goal: Goal) -> None:
    """Draft the way up to the goal."""
    chosen = _chosen(draft, goal)
    for standing in chosen:
        if standing.migration is None:
            draft.refuse(f"{standing.version} is not in this ref, so it cannot be applied.")
            continue
        _require(draft, standing.migration)
        up(draft, standing, standing.migration)
    _tell_of_the_rest(draft, chosen)
    _tell_of_what_a_gate_holds_up(draft)


def up(draft: Draft, standing: Standing, migration: Migration, *, anew: bool = False) -> None:
    """Draft what is left of one migration; `anew` after it was rolled back in the same plan."""
    record = None if anew else standing.record
    opened = record.open if record else None
    if opened is not None and opened.direction is Direction.DOWN:
        draft.refuse(
            f"{migration.version}: a rollback of phase {opened.name} broke off half way. "
            "Finish it first: roll back only this version, then apply it again."
        )
        return
    wrong = "" if migration.up else _wrong_with(draft, migration)
    if wrong:
        draft.refuse(wrong)
        return
    if not migration.up:
        if draft.situation.not_driven:
            # It is refused already, for all of them at once.
            return
        tool = draft.situation.tool
        instead = (
            "write what it does as a native migration"
            if tool == "cockpit"
            else f"apply it with {tool}"
        )
        draft.refuse(
            f"{migration.version} is a program, whose statements nobody knows before it runs: "
            f"{instead}."
        )
        return
    if migration.run_by:
        draft.refuse(
            f"{migration.version} can be read here and not run: apply it with {migration.run_by}."
        )
    done = record.done if record else ()
    todo = [phase for phase in migration.up if phase.name not in done]
    if record is not None and done and record.checksum not in (None, migration.checksum):
        draft.note(
            f"{migration.version} was edited after phase {', '.join(done)} was applied; what is "
            "applied of it is not run again."
        )
    draft.up(migration, todo, opened, anew=anew)


def _wrong_with(draft: Draft, migration: Migration) -> str:
    """What keeps its file from being read, in words; empty when nothing does."""
    problems = draft.situation.migrations.problems
    mine = (p for p in problems if p.blocks_writing and p.version == migration.version)
    return " ".join(f"{problem}. {problem.next_step}".strip() for problem in mine)


def _chosen(draft: Draft, goal: Goal) -> list[Standing]:
    if goal.only is not None:
        return _only(draft, goal.only)
    waiting = [s for s in draft.situation.standings if s.state.waits and s.migration]
    key = draft.situation.order_key
    if goal.to_version is not None:
        if draft.situation.find(goal.to_version) is None:
            draft.refuse(f"No migration has the version {goal.to_version}.")
            return []
        waiting = [s for s in waiting if key(s.version) <= key(goal.to_version)]
    if goal.to_tag is not None:
        versions = draft.situation.releases.get(goal.to_tag)
        if versions is None:
            draft.refuse(draft.no_such_release(goal.to_tag))
            return []
        waiting = [s for s in waiting if s.version in versions]
    return [s for s in waiting if not _held_back(draft, s)]


def _only(draft: Draft, version: str) -> list[Standing]:
    standing = draft.situation.find(version)
    if standing is None:
        draft.refuse(f"No migration has the version {version}.")
        return []
    if not standing.state.waits:
        draft.refuse(f"{version} is {standing.state}: there is nothing to apply.")
        return []
    return [standing]


def _held_back(draft: Draft, standing: Standing) -> bool:
    """A late one that the tool would skip is left out, and said to be."""
    if standing.state is not State.LATE or standing.migration is None:
        return False
    why = draft.situation.refuses_late(standing.migration)
    if why is not None:
        draft.note(f"Left out: {why}")
        return True
    draft.note(f"{standing.version} is late: newer ones are applied already, it runs out of order.")
    return False


def _tell_of_what_a_gate_holds_up(draft: Draft) -> None:
    """Whoever passes no gate today would not look for what comes after it."""
    gated = next((p for p in draft.phases if p.gate and p.direction is Direction.UP), None)
    if gated is None:
        return
    behind = draft.phases[draft.phases.index(gated) + 1 :]
    held = list(dict.fromkeys(p.version for p in behind if p.version != gated.version))
    if held:
        draft.note(
            f"As long as the gate of {gated.version} {gated.phase} is not passed, "
            f"{some(held)} after it {'is' if len(held) == 1 else 'are'} not applied."
        )


def _require(draft: Draft, migration: Migration) -> None:
    if draft.situation.not_driven:
        return
    for version in migration.requires:
        if version not in draft.applied:
            draft.refuse(
                f"{migration.version} requires {version}, which is neither wholly applied nor in "
                "this plan before it."
            )


def _tell_of_the_rest(draft: Draft, chosen: Iterable[Standing]) -> None:
    mine = {standing.version for standing in chosen}
    for state, of_one, of_several in (
        (
            State.DRIFTED,
            "was edited after it was applied; the edit is not run",
            "were edited after they were applied; the edits are not run",
        ),
        (
            State.MISSING,
            "is applied and not in this ref",
            "are applied and not in this ref",
        ),
        (
            State.FAILED,
            "failed before and is not part of this plan",
            "failed before and are not part of this plan",
        ),
    ):
        versions = [
            s.version
            for s in draft.situation.standings
            if s.state is state and s.version not in mine
        ]
        if versions:
            words = of_one if len(versions) == 1 else of_several
            draft.note(f"{', '.join(versions)} {words}.")
