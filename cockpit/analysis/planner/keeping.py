"""Steps that carry data into the attic before it is dropped.

A step that keeps stands right before the one that drops, in the same transaction and under the
lock of the drop: between the two nothing can be written. What of the copy is made before the lock
is proved under it (`sql.attic_ahead`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from cockpit.analysis.held import with_held_locks
from cockpit.analysis.planner.attic_steps import keeping_step, size_words
from cockpit.analysis.planner.draft import Draft
from cockpit.analysis.planner.made_again import Made
from cockpit.analysis.planner.restoring import Restoring
from cockpit.model.attic import Holding, KeptColumn, Place
from cockpit.model.goal import Goal
from cockpit.model.hazard import Hazard, Severity
from cockpit.model.impact import Loss
from cockpit.model.plan import PlannedPhase, Step, StepKind

_LOSING_RULES = ("drop-column", "drop-table")
_LONGEST_NAME = 63
"""Bytes of an identifier that PostgreSQL keeps."""


class Keeping:
    """Goes through the phases of one draft in order; what it found stands in its attributes."""

    def __init__(self, draft: Draft, goal: Goal) -> None:
        self._draft, self._goal, self._situation = draft, goal, draft.situation
        self._place = None if goal.keep is Place.NOWHERE else goal.keep
        self._restoring = Restoring(draft, goal)
        self._next = max((e.holding.number for e in draft.situation.attic), default=0) + 1
        self.keeps: list[str] = []
        self.keepable: list[str] = []
        self._lets_go: set[str] = set()
        """Versions that drop something which could be kept, and is not."""

    @property
    def restorable(self) -> tuple[str, ...]:
        """What the attic holds of what the phases make again, and nobody asked to put back."""
        return tuple(self._restoring.offered)

    def through(self, phases: Iterable[PlannedPhase]) -> tuple[PlannedPhase, ...]:
        """The same phases with the steps of the attic among theirs, numbered anew."""
        result, number = [], 0
        for phase in phases:
            steps = []
            for step in with_held_locks(self._steps(phase)):
                number += 1
                steps.append(replace(step, number=number))
            result.append(replace(phase, steps=tuple(steps)))
        self._forbid_forgetting()
        return tuple(result)

    def _forbid_forgetting(self) -> None:
        """A run that was to keep broke off: going on without a word would lose it."""
        before = self._situation.keep_before
        if before is None or self._goal.keep is not None or before.action != self._goal.action:
            return
        if again := sorted(self._lets_go & before.versions):
            self._draft.refuse(
                f"the run of {', '.join(again)} that is not finished was to keep what it drops: "
                f"choose it again (--keep {before.place}; on the Plan screen b), or let it go "
                "(--keep none; b)."
            )

    def _steps(self, phase: PlannedPhase) -> Iterator[Step]:
        last = {step.group: step for step in phase.steps if step.kind is StepKind.SQL}
        made: list[Made] = []
        for step in phase.steps:
            if step.kind is not StepKind.SQL or step.already_done:
                yield step
                continue
            yield from self._kept_before(phase, step)
            made += self._restoring.made(step)
            if step is last[step.group]:
                yield from self._restoring.after(phase, step, made)
                made = []

    def _kept_before(self, phase: PlannedPhase, step: Step) -> Iterator[Step]:
        """What must be kept before this step, then the step itself."""
        kept: list[str] = []
        for losses in _by_table(step.impact.losses if step.impact else ()):
            loss = losses[-1]
            columns = tuple(dict.fromkeys(c for one in losses for c in one.columns))
            words = [one.words for one in losses]
            obstacle = next((one.obstacle for one in losses if one.obstacle), "")
            if not columns and not obstacle:
                self._tell_of_generated(loss)
                continue
            obstacle = obstacle or self._hindrance(phase, step)
            holding = self._holding(loss, columns)
            if self._place is None:
                self._let_go(phase, holding, self._size(loss, holding), obstacle)
            elif obstacle:
                self._refuse(phase, words, obstacle)
            else:
                yield self._keep(phase, step, loss, holding)
                kept += words
        kept += _parts_of_kept(step, kept)
        self._tell_of_the_rest(step, kept)
        yield replace(step, kept=tuple(kept), hazards=_with_data_kept(step, kept))

    def _let_go(self, phase: PlannedPhase, holding: Holding, size: str, obstacle: str) -> None:
        if not obstacle:
            self.keepable.append(f"{holding.words}, {size}")
            self._lets_go.add(phase.version)

    def _tell_of_generated(self, loss: Loss) -> None:
        if self._place is not None and not loss.whole:
            self._draft.note(f"{loss.words} is generated: it is computed again, and not kept.")

    def _hindrance(self, phase: PlannedPhase, step: Step) -> str:
        """What of the run, not of the data, speaks against keeping."""
        if phase.program:
            return "the project's own tool runs it, in a transaction of its own"
        if step.group is None:
            return "its step runs outside of a transaction"
        if self._place is Place.FILE and not self._situation.attic_folder:
            return "no folder for the attic's files is known here"
        return ""

    def _keep(self, phase: PlannedPhase, step: Step, loss: Loss, holding: Holding) -> Step:
        self._next += 1
        self._restoring.add(holding)
        size = self._size(loss, holding)
        where = f"cockpit_attic.{holding.name}"
        if holding.place is Place.FILE:
            where = f"a file in {self._situation.attic_folder}"
        self.keeps.append(f"{holding.words}, {size}, in {where}")
        back = self._restoring.comes_back(phase, holding)
        if not back:
            self._draft.note(
                f"{phase.version}: the way back does not make {holding.words} again; what is kept "
                "of it stays in the attic, to be taken out by hand."
            )
        weight = self._situation.weights.get(loss.oid)
        return keeping_step(step, holding, weight, size, where, comes_back=back)

    def _holding(self, loss: Loss, columns: tuple[KeptColumn, ...]) -> Holding:
        plain = re.sub(r"\W", "_", loss.table)
        name = f"e{self._next}_{plain}".encode()[:_LONGEST_NAME].decode(errors="ignore")
        place = self._place or Place.DATABASE
        if place is Place.FILE:
            name = f"e{self._next}"
        return Holding(
            self._next, loss.schema, loss.table, columns, loss.key, loss.whole, place, name,
            loss.partitioned,
        )  # fmt: skip

    def _size(self, loss: Loss, holding: Holding) -> str:
        return size_words(self._situation.weights.get(loss.oid), holding)

    def _refuse(self, phase: PlannedPhase, words: Sequence[str], obstacle: str) -> None:
        self._draft.refuse(
            f"{phase.version}: {', '.join(words)} cannot be kept: {obstacle}. "
            "Leave --keep out to let it go."
        )

    def _tell_of_the_rest(self, step: Step, kept: Sequence[str]) -> None:
        """What is lost although the operator asked to keep."""
        if self._place is None or step.impact is None:
            return
        structured = {loss.words for loss in step.impact.losses}
        for words in step.impact.loses:
            if words not in structured and words not in kept:
                self._draft.note(
                    f"{words} is lost all the same: the attic keeps dropped tables and columns."
                )


def _with_data_kept(step: Step, kept: Sequence[str]) -> tuple[Hazard, ...]:
    """What the drop can hurt when its data is in the attic: the code that names it."""
    if not kept or not set(step.impact.loses if step.impact else ()) <= set(kept):
        return step.hazards
    return tuple(
        replace(
            hazard,
            severity=min(hazard.severity, Severity.MEDIUM),
            message=f"The data is kept; {hazard.message.partition('; ')[2]}",
        )
        if hazard.rule in _LOSING_RULES
        else hazard
        for hazard in step.hazards
    )


def _by_table(losses: Sequence[Loss]) -> Iterator[list[Loss]]:
    """Losses of one table together; those of a partition go with the table at the top."""
    going = {loss.oid for loss in losses}
    tables: dict[tuple[int, bool], list[Loss]] = {}
    whole = {loss.oid for loss in losses if loss.whole}
    for loss in losses:
        if loss.part_of not in going and (loss.whole or loss.oid not in whole):
            tables.setdefault((loss.oid, loss.whole), []).append(loss)
    yield from tables.values()


def _parts_of_kept(step: Step, kept: Sequence[str]) -> list[str]:
    """Words for partitions whose rows were kept with the table at the top."""
    losses = step.impact.losses if step.impact else ()
    tops = {loss.oid for loss in losses if loss.words in kept}
    return [loss.words for loss in losses if loss.part_of in tops]
