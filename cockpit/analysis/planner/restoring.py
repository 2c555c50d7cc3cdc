"""Steps that put back what the attic holds, when a transaction makes its place again.

They stand at the end of that transaction, after whatever else it does to the table or column.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cockpit.analysis.planner.attic_steps import Waiting, restoring_step
from cockpit.analysis.planner.draft import Draft
from cockpit.analysis.planner.made_again import Made, made_by
from cockpit.errors import MigrationError
from cockpit.model.attic import Holding, Place
from cockpit.model.goal import Action, Goal
from cockpit.model.migration import Direction, Phase
from cockpit.model.plan import PlannedPhase, Step
from cockpit.sql.statements import split


class Restoring:
    """What waits to be put back: of earlier runs, and of earlier steps of the same plan."""

    def __init__(self, draft: Draft, goal: Goal) -> None:
        self._draft, self._situation = draft, draft.situation
        self._waiting = [Waiting(e.holding.only(e.waiting), e) for e in draft.situation.attic]
        keeps = goal.keep not in (None, Place.NOWHERE)
        self._restores = goal.restore or (goal.action is Action.REDO and keeps)
        self.offered: list[str] = []
        """What could be put back, if one asked for it."""

    def add(self, holding: Holding) -> None:
        """A step of this plan keeps it."""
        self._waiting.append(Waiting(holding, None))

    def made(self, step: Step) -> tuple[Made, ...]:
        facts = self._situation.facts
        return made_by(step.sql, facts.search_path if facts else ("public",))

    def comes_back(self, phase: PlannedPhase, holding: Holding) -> bool:
        """The way back makes the place of all this again, as far as its files are known."""
        scripts = self._way_back(phase)
        if scripts is None:
            return True
        facts = self._situation.facts
        path = facts.search_path if facts else ("public",)
        try:
            sql = [statement for one in scripts for statement in _statements(one)]
        except MigrationError:
            return False
        made = [thing for text in sql for thing in made_by(text, path)]
        table = (holding.schema, holding.table)
        here = {thing.column for thing in made if table in thing.tables}
        return here >= ({None} if holding.whole else {c.name for c in holding.columns})

    def _way_back(self, phase: PlannedPhase) -> Sequence[Phase] | None:
        """What would run to return from it; None when that is in files of another ref."""
        if phase.direction is Direction.UP:
            return [phase.undo] if phase.undo else []
        standing = self._situation.find(phase.version)
        if standing is None or standing.migration is None:
            return None
        return standing.migration.up

    def after(self, phase: PlannedPhase, last: Step, made: Sequence[Made]) -> Iterator[Step]:
        """After the last statement of a transaction, what came back into place in it."""
        for waiting, holding in self._fitting(made):
            if waiting.entry is not None and (phase.program or not self._restores):
                self._offer(waiting, by_itself=bool(phase.program))
            elif waiting.entry is not None and (why := self._gone(holding)):
                self._draft.refuse(f"{holding.words} cannot be put back: {why}.")
            elif self._restores and not phase.program:
                yield restoring_step(last, waiting, holding)

    def _fitting(self, made: Sequence[Made]) -> list[tuple[Waiting, Holding]]:
        """Entries with the parts of them that have their places again; none twice in one plan."""
        found: dict[int, tuple[Waiting, Holding]] = {}
        for thing in made:
            fits = self._newest(thing)
            if fits is None:
                continue
            waiting, holding = fits
            self._put_aside(waiting, holding)
            if holding.number in found:
                before = found[holding.number][1]
                holding = holding.only((*before.columns, *holding.columns))
            found[holding.number] = (waiting, holding)
        return list(found.values())

    def _newest(self, thing: Made) -> tuple[Waiting, Holding] | None:
        """The newest entry that fits, and the part of it that does."""
        for waiting in reversed(self._waiting):
            holding = waiting.holding
            if (holding.schema, holding.table) not in thing.tables:
                continue
            if thing.column is None and holding.whole and holding.columns:
                return waiting, holding
            part = [c for c in holding.columns if c.name == thing.column and not holding.whole]
            if part:
                return waiting, holding.only(part)
        return None

    def _put_aside(self, waiting: Waiting, holding: Holding) -> None:
        """Nothing is put back twice in one plan."""
        left = tuple(c for c in waiting.holding.columns if c not in holding.columns)
        place = self._waiting.index(waiting)
        self._waiting[place] = replace(waiting, holding=waiting.holding.only(left))

    def _offer(self, waiting: Waiting, *, by_itself: bool) -> None:
        entry = waiting.entry
        if entry is None or (why := self._gone(entry.holding)):
            if entry is not None:
                self._draft.note(f"The attic had {entry.holding.words}: {why}.")
            return
        words = f"{entry.holding.words}, {entry.rows:,} rows, kept {entry.at:%Y-%m-%d %H:%MZ}"
        if words not in self.offered:
            how = f"afterwards, cockpit attic restore {entry.holding.number} puts it back"
            if not by_itself:
                self.offered.append(words)
                how = "add --restore to put it back"
            self._draft.note(f"The attic holds {words}: {how}.")

    def _gone(self, holding: Holding) -> str:
        return self._situation.attic_gone.get(holding.number, "")


def _statements(phase: Phase) -> list[str]:
    """Raises `MigrationError` for SQL nobody can read."""
    bounds = phase.backfill.bounds if phase.backfill else ()
    return [s.sql for s in split(phase.script, path=phase.path, parameters=bounds)]
