"""Executes the steps of a phase as the engine does, without lock, ledger and patience."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby

from cockpit.database.connection import Connection
from cockpit.database.stretch import stretches_of
from cockpit.errors import CockpitError, DatabaseError
from cockpit.model.impact import Basis, Impact
from cockpit.model.migration import Backfill
from cockpit.model.plan import PlannedPhase, Step, StepKind
from cockpit.model.rehearsal import Failure, Observation
from cockpit.rehearsal.agreement import Agreement, compare
from cockpit.rehearsal.observer import Seen, Watch
from cockpit.rehearsal.scratch import quoted

_LEFT_OUT = (StepKind.GATE, StepKind.RECORD, StepKind.KEEP, StepKind.RESTORE, StepKind.WINDOW)
"""Nobody waits at a gate here, and no history is kept."""


@dataclass(slots=True)
class PhaseRun:
    """What became of one phase."""

    observations: list[Observation]
    failure: Failure | None = None


class Runner:
    """Runs phases on one session. Not for two threads."""

    def __init__(
        self,
        connection: Connection,
        observer: Watch,
        *,
        role: str | None = None,
        filled: frozenset[str] = frozenset(),
    ) -> None:
        """`role`: taken again before every transaction; `filled`: tables that have rows."""
        self._connection, self._observer = connection, observer
        self._role, self._filled = role, filled

    def run(self, phase: PlannedPhase) -> PhaseRun:
        """All of its steps, to the first that fails; what was open then is rolled back."""
        run = PhaseRun([])
        for group, steps in _transactions(phase):
            self._clean()
            if group is None:
                self._alone(run, phase, steps)
            else:
                self._together(run, phase, steps)
            if run.failure is not None:
                return run
        return run

    def _clean(self) -> None:
        self._connection.execute("RESET ALL")
        self._connection.execute(f"SET ROLE {quoted(self._role)}" if self._role else "RESET ROLE")

    def _together(self, run: PhaseRun, phase: PlannedPhase, steps: list[Step]) -> None:
        step = steps[0]
        try:
            self._connection.execute("BEGIN")
            self._observer.begin()
            for step in steps:
                began = time.monotonic()
                self._execute(step)
                took = time.monotonic() - began
                self._note(run, phase, step, took, self._observer.after(_kind(step)))
            self._connection.execute("COMMIT")
        except CockpitError as error:
            self._connection.roll_back()
            self._fail(run, phase, step, error)

    def _alone(self, run: PhaseRun, phase: PlannedPhase, steps: list[Step]) -> None:
        for step in steps:
            try:
                with self._observer.sampling(_kind(step), _expected(step)) as seen:
                    began = time.monotonic()
                    self._execute(step, phase.backfill)
                    took = time.monotonic() - began
                    self._note(run, phase, step, took, seen())
            except CockpitError as error:
                self._connection.roll_back()
                self._fail(run, phase, step, error)
                return

    def _execute(self, step: Step, backfill: Backfill | None = None) -> None:
        if step.kind is StepKind.BACKFILL and backfill is not None:
            self._fill(step, backfill)
        elif step.kind is StepKind.CHECK:
            self._check(step)
        else:
            self._connection.execute(step.sql)

    def _fill(self, step: Step, backfill: Backfill) -> None:
        """Batch after batch, each in a transaction of its own."""
        stretches = stretches_of(backfill, None)
        while True:
            with self._connection.transaction():
                stretch = stretches.next(self._connection, backfill.batch)
                if stretch is None:
                    return
                self._connection.execute_bound(step.sql, stretch.values)
            stretches.passed(stretch)

    def _check(self, step: Step) -> None:
        answer = self._connection.answers(step.sql)
        if not answer or answer[0][0] is not True:
            said = "no row" if not answer else repr(answer[0][0])
            raise DatabaseError(
                f'the check "{step.title}" does not hold: the query gives {said}, not true',
                statement=step.sql,
            )

    def _note(
        self, run: PhaseRun, phase: PlannedPhase, step: Step, seconds: float, seen: Seen
    ) -> None:
        observed = replace(seen.impact, loses=step.impact.loses if step.impact else ())
        agreement = compare(step.impact, seen, self._filled)
        run.observations.append(_observation(phase, step, seconds, observed, agreement))

    def _fail(self, run: PhaseRun, phase: PlannedPhase, step: Step, error: CockpitError) -> None:
        run.failure = failure_of(step, error)
        failed = _observation(phase, step, 0.0, None, Agreement())
        run.observations.append(replace(failed, failure=run.failure))


def failure_of(step: Step, error: CockpitError) -> Failure:
    """The server's words, at the line of the file they belong to."""
    line = getattr(error, "line", None)
    where = step.line + line - 1 if line and step.line else step.line
    return Failure(error.what, getattr(error, "sqlstate", None), step.sql, step.path, where)


def _transactions(phase: PlannedPhase) -> Iterator[tuple[int | None, list[Step]]]:
    todo = [s for s in phase.steps if s.kind not in _LEFT_OUT and not s.already_done]
    for group, steps in groupby(todo, key=lambda step: step.group):
        yield group, list(steps)


def _kind(step: Step) -> str:
    return step.impact.kind if step.impact else ""


def _expected(step: Step) -> frozenset[str]:
    return frozenset(lock.relation for lock in step.impact.locks) if step.impact else frozenset()


def _observation(
    phase: PlannedPhase,
    step: Step,
    seconds: float,
    observed: Impact | None,
    agreement: Agreement,
) -> Observation:
    if observed is not None:
        observed = replace(observed, basis=Basis.OBSERVED)
    return Observation(
        version=phase.version,
        phase=phase.phase,
        direction=phase.direction,
        number=step.number,
        sql=step.sql,
        path=step.path,
        line=step.line,
        took=timedelta(seconds=seconds),
        predicted=step.impact,
        observed=observed,
        differences=agreement.differences,
        unsettled=agreement.unsettled,
    )
