"""One migration's part of a plan, with its way back."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from cockpit.analysis.planner.steps import cut, with_impact
from cockpit.errors import MigrationError
from cockpit.model.facts import CatalogFacts
from cockpit.model.migration import Direction, Migration, Phase
from cockpit.model.plan import Plan, PlannedPhase


@dataclass(frozen=True, slots=True)
class WayBack:
    """How a migration is undone: its down phases, or for a rollback its up phases."""

    phases: tuple[Phase, ...] = ()
    """In the order they run."""
    why_not: str = ""
    """Why there is none; empty when there is."""


@dataclass(frozen=True, slots=True)
class Leg:
    """The phases of one version as the plan has them, and what would undo them."""

    version: str
    name: str
    phases: tuple[PlannedPhase, ...]
    back: WayBack

    @property
    def key(self) -> str:
        """Of all its scripts; the same whichever way the plan goes."""
        there = [(phase.phase, phase.script) for phase in self.phases]
        back = [(phase.name, phase.script) for phase in self.back.phases]
        goes_up = self.phases[0].direction is Direction.UP
        return scripts_key(*((there, back) if goes_up else (back, there)))

    def planned_back(self, facts: CatalogFacts) -> tuple[PlannedPhase, ...]:
        """The way back in steps, with their effect on this catalog predicted.

        Raises `MigrationError` where a script cannot be read, or must not be run.
        """
        return with_impact([self._planned(p) for p in self.back.phases], facts, facts.major)

    def _planned(self, phase: Phase) -> PlannedPhase:
        made = cut(phase)
        if made.refusals:
            raise MigrationError(made.refusals[0], path=phase.path, line=phase.line)
        return PlannedPhase(
            version=self.version,
            name=self.name,
            phase=phase.name,
            direction=phase.direction,
            steps=made.steps,
            script=phase.script,
            path=phase.path,
            checksum=None,
            all_phases=(),
            backfill=phase.backfill,
        )


def legs_of(plan: Plan, ways: Mapping[str, WayBack]) -> tuple[Leg, ...]:
    """The plan by versions, in its order. `ways`: how each version goes back."""
    none = WayBack(why_not="it has no way back")
    return tuple(
        Leg(version, phases[0].name, phases, ways.get(version, none))
        for version, phases in (
            (version, tuple(group))
            for version, group in groupby(plan.phases, key=lambda phase: phase.version)
        )
    )


def ways_of_apply(plan: Plan, irreversible: Mapping[str, str]) -> dict[str, WayBack]:
    """The down phases that the plan's own up phases would leave in the ledger.

    `irreversible`: the authors' reasons, by version.
    """
    ways = {}
    for version in plan.versions:
        ups = [phase for phase in plan.phases if phase.version == version]
        undone = [phase.undo for phase in reversed(ups) if phase.undo is not None]
        if version in irreversible:
            ways[version] = WayBack(why_not=f"it is irreversible: {irreversible[version]}")
        elif len(undone) < len(ups):
            lost = ", ".join(phase.phase for phase in ups if phase.undo is None)
            ways[version] = WayBack(why_not=f"phase {lost} has no way down")
        else:
            ways[version] = WayBack(tuple(undone))
    return ways


def key_of(migration: Migration) -> str:
    """The same key as the leg of a whole migration, for looking its proof up."""
    ups = [(phase.name, phase.script) for phase in migration.up]
    return scripts_key(ups, [(phase.name, phase.script) for phase in migration.down])


def scripts_key(ups: Iterable[tuple[str, str]], downs: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over names and texts of phases, in the order they run."""
    text = json.dumps([list(ups), list(downs)], ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
