"""Which migrations a rollback undoes, with which scripts, and what forbids it."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from difflib import unified_diff

from cockpit.analysis.last_run import newest_run, runs_of
from cockpit.analysis.planner.draft import Draft
from cockpit.analysis.planner.halfway import half_phase, left_out
from cockpit.errors import MigrationError
from cockpit.model.goal import Goal
from cockpit.model.history import Recorded
from cockpit.model.migration import Phase
from cockpit.model.plan import FILES, OtherWay
from cockpit.model.state import Standing, State
from cockpit.sql.statements import split


@dataclass(frozen=True, slots=True)
class WayBack:
    """Down phases in the order they run, and where they come from."""

    phases: tuple[Phase, ...]
    origin: str
    kind: str
    """`ledger`, `commit`, `latest` or `files`, as `Goal.down_from` names it."""

    @property
    def readable(self) -> bool:
        """PostgreSQL's grammar accepts every script of it."""
        try:
            for phase in self.phases:
                bounds = phase.backfill.bounds if phase.backfill else ()
                split(phase.script, path=phase.path, parameters=bounds)
        except MigrationError:
            return False
        return True


def rollback(draft: Draft, goal: Goal) -> None:
    """Draft the way back to the goal, newest applied first."""
    chosen = _chosen(draft, goal)
    _keep_what_others_require(draft, chosen)
    run = newest_run(chosen) if goal.last_run else ""
    for standing in reversed(chosen):
        down(draft, standing, from_phase=_first_of(run, standing) if run else goal.phase)


def down(draft: Draft, standing: Standing, *, from_phase: str | None = None) -> bool:
    """Draft the way back of one migration. False when it was refused."""
    if draft.situation.not_driven:
        # It is refused already, for all of them at once.
        return False
    refusal = _no_way_back(draft, standing)
    way = way_back(draft, standing) if refusal is None else None
    if way is None:
        draft.refuse(refusal or _nothing_kept(draft, standing))
        return False
    in_force = _in_force(standing, way)
    todo = _from(draft, standing, in_force, from_phase)
    by_name = {phase.name: phase for phase in way.phases}
    lost = [name for name in todo if name not in by_name]
    if lost:
        draft.refuse(f"{standing.version}: phase {', '.join(lost)} has no way down.")
        return False
    _tell_of_empty_ones(draft, standing.version, [by_name[name] for name in todo])
    record, half = standing.record, half_phase(standing.record)
    leave = left_out(draft, standing, by_name[half]) if half in todo and half else frozenset()
    if leave is None:
        return False
    draft.down(
        standing.version,
        standing.name,
        [by_name[name] for name in todo],
        all_phases=(record.phases if record else ()) or in_force,
        whole=len(todo) == len(in_force),
        origin=way.origin,
        # A phase that was never whole is judged by the catalog anew, not by what was sent.
        opened=record.open if record and half is None else None,
        metadata=record.metadata if record else "",
        in_ref=standing.migration is not None,
        in_git=_in_git(draft, standing),
        left_out={half: leave} if half else None,
    )
    return True


def _in_git(draft: Draft, standing: Standing) -> bool:
    """Some commit may have its file: what was not fetched proves nothing."""
    here = draft.situation
    known = standing.migration is not None or standing.version in here.recovered
    return known or here.shallow or bool(here.fetch)


def way_back(draft: Draft, standing: Standing) -> WayBack | None:
    """From the ledger, else from the commit that was applied, else from this ref's files."""
    kept = _sources(draft, standing)
    sources = [way for way in kept if draft.down_from in (None, way.kind)]
    if not sources:
        return None
    half = half_phase(standing.record)
    kept = [_completed(way, kept, half) for way in kept]
    sources = [way for way in kept if draft.down_from in (None, way.kind)]
    needed = {*(standing.record.done if standing.record else ()), *([half] if half else [])}
    whole = [way for way in sources if needed <= {phase.name for phase in way.phases}]
    first = next((way for way in whole or sources if way.readable), sources[0])
    for other in kept:
        if not _same(first, other, needed):
            draft.other_ways.append(_other_way(standing.version, first, other))
            draft.note(
                f"{standing.version}: the way down in {first.origin} differs from the one in "
                f"{other.origin}; {first.origin} is used."
            )
    return first


def _sources(draft: Draft, standing: Standing) -> list[WayBack]:
    found = []
    record, recovered = standing.record, draft.situation.recovered.get(standing.version)
    if record and record.undo:
        found.append(WayBack(record.undo, "the ledger", "ledger"))
    if recovered and recovered.migration.down:
        origin = f"commit {recovered.commit[:10]}"
        found.append(WayBack(recovered.migration.down, origin, "commit"))
    if recovered and recovered.latest and recovered.latest.migration.down:
        origin = f"commit {recovered.latest.commit[:10]}"
        found.append(WayBack(recovered.latest.migration.down, origin, "latest"))
    if standing.migration and standing.migration.down:
        found.append(WayBack(standing.migration.down, FILES, "files"))
    return found


def _completed(way: WayBack, others: Sequence[WayBack], half: str | None) -> WayBack:
    """The same with the way down of a phase that is half up: a ledger keeps it only when whole."""
    if half is None or half in {phase.name for phase in way.phases}:
        return way
    for other in others:
        if found := [phase for phase in other.phases if phase.name == half]:
            origin = f"{way.origin}, phase {half} from {other.origin}"
            return replace(way, phases=(*found, *way.phases), origin=origin)
    return way


def _same(one: WayBack, other: WayBack, needed: Set[str]) -> bool:
    """They undo what is applied in the same way; of other phases a ledger has no way down."""
    scripts = [
        [phase.script.strip() for phase in way.phases if not needed or phase.name in needed]
        for way in (one, other)
    ]
    return scripts[0] == scripts[1]


def _other_way(version: str, used: WayBack, other: WayBack) -> OtherWay:
    scripts = [
        "\n".join(p.script.strip() for p in way.phases).splitlines() for way in (used, other)
    ]
    diff = unified_diff(scripts[0], scripts[1], used.origin, other.origin, lineterm="")
    return OtherWay(version, used.origin, other.origin, other.kind, tuple(diff))


def _in_force(standing: Standing, way: WayBack) -> tuple[str, ...]:
    """Up phases of which something is in force, oldest first; a tool without phases has all."""
    half = half_phase(standing.record)
    if standing.record and (standing.record.done or half):
        return (*standing.record.done, *([half] if half else []))
    return tuple(phase.name for phase in reversed(way.phases))


def _from(
    draft: Draft, standing: Standing, in_force: Sequence[str], phase: str | None
) -> list[str]:
    """Phases to undo, last first; all, or those from `phase` on."""
    if phase is None:
        return list(reversed(in_force))
    if phase not in in_force:
        draft.refuse(f"{standing.version} has no phase {phase} in force.")
        return []
    return list(reversed(in_force[in_force.index(phase) :]))


def _tell_of_empty_ones(draft: Draft, version: str, phases: Sequence[Phase]) -> None:
    for phase in phases:
        try:
            empty = not phase.checks and not split(phase.script, path=phase.path)
        except MigrationError:
            empty = False
        if empty:
            draft.note(
                f"{version}: the way down of phase {phase.name} holds no statement. The record is "
                "taken back, and nothing in the schema."
            )


def _no_way_back(draft: Draft, standing: Standing) -> str | None:
    imported = standing.record is not None and standing.record.recorded is Recorded.IMPORTED
    if standing.state is State.IMPORTED or imported:
        return (
            f"{standing.version} was applied by an earlier tool before adoption: it only goes "
            "forward. Write a new migration that undoes it. Or, where nothing was run since, give "
            "the history back (cockpit adopt --undo) and roll back as before."
        )
    recovered = draft.situation.recovered.get(standing.version)
    migration = standing.migration or (recovered.migration if recovered else None)
    if migration is not None and migration.run_by:
        return (
            f"{standing.version} can be read here and not run: roll it back with "
            f"{migration.run_by}."
        )
    if migration is not None and migration.irreversible is not None:
        return (
            f"{standing.version} is irreversible: {migration.irreversible}. "
            "Write a new migration that repairs forward, or restore a backup."
        )
    return None


def _nothing_kept(draft: Draft, standing: Standing) -> str:
    commit = standing.record.commit if standing.record else None
    if draft.situation.shallow and standing.version not in draft.situation.recovered:
        rest = draft.situation.fetch or "git fetch --unshallow --tags"
        fetch = f"git fetch --depth=1 origin {commit}" if commit else rest
        return (
            f"{standing.version} has no way down here: this clone is shallow and lacks the commit "
            f"that has it. Fetch it: {fetch}"
        )
    if draft.situation.fetch and standing.version not in draft.situation.recovered:
        return (
            f"{standing.version} has no way down here, and this clone lacks other branches. "
            f"Fetch them: {draft.situation.fetch}"
        )
    if draft.down_from is not None:
        return (
            f"{standing.version} has no way down in the {draft.down_from}. "
            "Leave --down-from out to look in the others too."
        )
    return (
        f"{standing.version} has no way down: not in the ledger, not in git, not in this ref. "
        "Write a new migration that repairs forward, or restore a backup."
    )


def _chosen(draft: Draft, goal: Goal) -> list[Standing]:
    """What is undone, oldest applied first."""
    in_force = list(draft.situation.in_force)
    if goal.only is not None:
        return _only(draft, in_force, goal.only)
    if goal.to_tag is not None:
        return _after_release(draft, in_force, goal.to_tag)
    if goal.to_version is not None:
        return _after_version(draft, in_force, goal.to_version)
    if not in_force:
        draft.note("Nothing is applied: there is nothing to roll back.")
        return []
    if goal.last_run:
        return _last_run(draft, in_force)
    return in_force[-1:]


def _only(draft: Draft, in_force: list[Standing], version: str) -> list[Standing]:
    found = [s for s in in_force if s.version == version]
    if not found:
        draft.refuse(f"{version} is not applied: there is nothing to roll back.")
    elif found[0] is not in_force[-1]:
        draft.note(f"{version} is not the newest one: what was applied after it stays.")
    return found


def _after_release(draft: Draft, in_force: list[Standing], tag: str) -> list[Standing]:
    versions = draft.situation.releases.get(tag)
    if versions is None:
        draft.refuse(draft.no_such_release(tag))
        return []
    absent = sorted(versions - {s.version for s in in_force}, key=draft.situation.order_key)
    if absent:
        draft.note(f"Release {tag} also holds {', '.join(absent)}, not applied here.")
    return [s for s in in_force if s.version not in versions]


def _after_version(draft: Draft, in_force: list[Standing], version: str) -> list[Standing]:
    key = draft.situation.order_key
    if version not in {s.version for s in in_force} and version != "0":
        draft.refuse(f"{version} is not applied, so there is no going back to it.")
        return []
    return [s for s in in_force if version == "0" or key(s.version) > key(version)]


def _last_run(draft: Draft, in_force: list[Standing]) -> list[Standing]:
    run = newest_run(in_force)
    if not run:
        draft.refuse("No run is known: these migrations were applied by another tool.")
        return []
    return [s for s in in_force if run in runs_of(s)]


def _first_of(run: str, standing: Standing) -> str | None:
    """The first phase that the run applied: it and the later ones go; None for all of them."""
    record = standing.record
    if record is None or len(record.runs) != len(record.done):
        return None
    return next(
        (phase for phase, by in zip(record.done, record.runs, strict=True) if by == run), None
    )


def _keep_what_others_require(draft: Draft, chosen: list[Standing]) -> None:
    going = {standing.version for standing in chosen}
    for standing in draft.situation.in_force:
        if standing.version in going or standing.migration is None:
            continue
        for version in standing.migration.requires:
            if version in going:
                draft.refuse(f"{standing.version} stays and requires {version}.")
