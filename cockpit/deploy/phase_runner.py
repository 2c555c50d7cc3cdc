"""Runs one phase: its transactions one by one, each try bounded, each commit with its event."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby

from cockpit.database import deployment_lock
from cockpit.database.connection import Connection
from cockpit.deploy.attempts import RETRYABLE, advice, pause_seconds
from cockpit.deploy.attic import Attic
from cockpit.deploy.backfill import Backfiller
from cockpit.deploy.context import RunContext
from cockpit.deploy.effective_settings import bound_statement, bound_transaction, clean_session
from cockpit.deploy.program_runner import ProgramRunner
from cockpit.deploy.readonly_window import ReadOnlyWindow
from cockpit.deploy.recorder import Recorder
from cockpit.deploy.snapshot_guard import wait_for_older_transactions
from cockpit.deploy.stopped import HeldHere, StepStopped
from cockpit.deploy.watcher import Watcher
from cockpit.errors import CockpitError, DatabaseError, Unreachable
from cockpit.model.activity import SessionFacts
from cockpit.model.event import Noted, StepFinished, StepStarted, TryFailed
from cockpit.model.locks import LockMode
from cockpit.model.plan import PlannedPhase, Step, StepKind

_CANCELLED = "57014"


class PhaseRunner:
    """One phase on one connection. Raises `StepStopped` or `HeldHere`."""

    def __init__(
        self,
        context: RunContext,
        connection: Connection,
        watcher: Watcher,
        recorder: Recorder,
        phase: PlannedPhase,
    ) -> None:
        self._context, self._connection, self._watcher = context, connection, watcher
        self._recorder, self._phase = recorder, phase
        self._attic = Attic(context, connection, recorder, phase)
        self._window = ReadOnlyWindow(context, connection, recorder, phase)
        self._began = context.clock.monotonic()

    def run(self) -> timedelta:
        """Execute what is left of the phase; how long it took."""
        if self._phase.program:
            context, connection = self._context, self._connection
            return ProgramRunner(context, connection, self._recorder, self._phase).run()
        with self._window.around():
            self._run_transactions()
        return self._elapsed()

    def _run_transactions(self) -> None:
        for group, steps in self._transactions():
            if self._context.control.held:
                raise HeldHere
            if group is None:
                for step in steps:
                    self._alone(step)
            else:
                self._with_tries(steps)

    def _transactions(self) -> Iterator[tuple[int | None, list[Step]]]:
        todo = [
            step
            for step in self._phase.steps
            if step.kind not in (StepKind.GATE, StepKind.WINDOW) and not step.already_done
        ]
        for group, steps in groupby(todo, key=lambda step: step.group):
            yield group, list(steps)

    def _with_tries(self, steps: list[Step]) -> None:
        """One transaction, repeated while the server says that a repeat is safe."""
        try:
            self._try(steps, max(1, self._context.limits.lock_tries))
        except (StepStopped, HeldHere):
            self._attic.give_up()
            raise

    def _try(self, steps: list[Step], attempts: int) -> None:
        in_the_way: tuple[SessionFacts, ...] = ()
        for attempt in range(1, attempts + 1):
            try:
                self._copy_beforehand(steps)
                self._transaction(steps, attempt)
            except StepStopped as stopped:
                # A short try may be over before the watcher has looked at it.
                stopped.in_the_way = in_the_way = self._watcher.blockers or in_the_way
                if not self._may_repeat(stopped) or attempt == attempts:
                    raise
                self._breathe(stopped, attempt, attempts)
            else:
                return

    def _copy_beforehand(self, steps: list[Step]) -> None:
        """What the attic can copy before any lock is taken."""
        try:
            self._attic.beforehand(steps)
        except CockpitError as error:
            self._undo()
            raise StepStopped(steps[0], error) from error
        if self._context.control.held:
            raise HeldHere

    def _may_repeat(self, stopped: StepStopped) -> bool:
        if self._context.control.cancelled:
            return False
        if stopped.sqlstate == _CANCELLED:
            return self._watcher.gave_up
        return stopped.sqlstate in RETRYABLE

    def _breathe(self, stopped: StepStopped, attempt: int, attempts: int) -> None:
        seconds = pause_seconds(attempt)
        self._context.emit(
            TryFailed(
                self._context.clock.now(),
                stopped.step.number,
                attempt,
                attempts,
                stopped.sqlstate or "",
                timedelta(seconds=seconds),
                self._watcher.blockers,
            )
        )
        if attempt == 1 and (words := advice(self._watcher.blockers)):
            self._context.emit(Noted(self._context.clock.now(), words))
        self._context.control.pause(self._context.clock, seconds)
        if self._context.control.held:
            raise HeldHere

    def _transaction(self, steps: list[Step], attempt: int) -> None:
        """BEGIN, bounds, proof of the lock, the steps, their events, COMMIT."""
        step = steps[0]
        try:
            clean_session(self._connection, self._context)
            self._connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED")
            bound_transaction(self._connection, self._context.limits)
            deployment_lock.require(self._connection, self._context.keys)
            for step in steps:
                self._one(step, attempt)
            self._commit_word(steps)
            self._connection.execute("COMMIT")
            self._attic.settle(undone=False)
        except CockpitError as error:
            self._watcher.rest()  # nothing may cancel what undoes it
            self._undo()
            self._attic.settle(undone=not isinstance(error, Unreachable))
            raise StepStopped(step, self._explained(error)) from error
        finally:
            self._watcher.rest()

    def _explained(self, error: CockpitError) -> CockpitError:
        """The server says "user request" of a cancel; the red line is why we sent it."""
        if getattr(error, "sqlstate", None) != _CANCELLED or not self._watcher.red_line:
            return error
        return DatabaseError(
            f"Cancelled by the red line: {self._watcher.red_line}.",
            sqlstate=_CANCELLED,
            next_step="Choose a quieter moment, or the safer form of this change.",
        )

    def _one(self, step: Step, attempt: int) -> None:
        """One step inside the open transaction."""
        began = self._say_started(step, attempt)
        rows = None
        if step.kind is StepKind.RECORD:
            self._record()
        elif step.kind is StepKind.CHECK:
            self._check(step)
        elif step.kind is StepKind.KEEP:
            rows = self._attic.keep(step)
        elif step.kind is StepKind.RESTORE:
            rows = self._attic.restore(step)
        else:
            rows = self._connection.execute(step.sql)
        self._say_finished(step, began, rows)

    def _commit_word(self, steps: list[Step]) -> None:
        """A transaction that is not the phase's last leaves its own events behind."""
        if any(step.kind is StepKind.RECORD for step in steps):
            return
        for step in steps:
            if step.kind in (StepKind.SQL, StepKind.BACKFILL):
                self._recorder.step_finished(self._connection, self._phase, step)

    def _record(self) -> None:
        self._recorder.phase_finished(self._connection, self._phase, self._elapsed())
        self._context.tool.record(self._connection, self._phase)

    def _check(self, step: Step) -> None:
        answer = self._connection.answers(step.sql)
        if not answer or answer[0][0] is not True:
            said = "no row" if not answer else repr(answer[0][0])
            raise DatabaseError(
                f'The check "{step.title}" does not hold: the query gives {said}, not true.',
                statement=step.sql,
                kept="This transaction is undone.",
            )

    def _alone(self, step: Step) -> None:
        """A step that no transaction of ours covers."""
        if self._context.control.held:
            raise HeldHere
        match step.kind:
            case StepKind.RECORD:
                self._with_tries([step])
            case StepKind.BACKFILL:
                Backfiller(self._context, self._connection, self._recorder, self._phase, step).run()
            case StepKind.CHECK:
                self._with_tries([step])
            case _:
                self._outside(step)

    def _outside(self, step: Step) -> None:
        """`started` is committed before it, `finished` after it: a cut between leaves a question
        that only the catalog can answer, and the next start asks it."""
        try:
            clean_session(self._connection, self._context)
            if "CONCURRENTLY" in step.sql.upper():
                wait_for_older_transactions(self._context, self._connection, step)
            with self._connection.transaction():
                deployment_lock.require(self._connection, self._context.keys)
                self._context.tool.mark_in_doubt(self._connection, self._phase)
                self._recorder.step_started(self._connection, self._phase, step)
            harmless = _queues_harmlessly(step)
            bound_statement(self._connection, self._context.limits, harmless_wait=harmless)
            began = self._say_started(step, 1)
            rows = self._connection.execute(step.sql)
            self._watcher.rest()
            took = timedelta(seconds=self._context.clock.monotonic() - began)
            with self._connection.transaction():
                self._recorder.step_finished(self._connection, self._phase, step, took)
            self._say_finished(step, began, rows)
        except CockpitError as error:
            raise StepStopped(step, self._explained(error)) from error
        finally:
            self._watcher.rest()

    def _say_started(self, step: Step, attempt: int) -> float:
        self._context.emit(StepStarted(self._context.clock.now(), step.number, attempt))
        self._watcher.watch(step.number, attempt)
        return self._context.clock.monotonic()

    def _say_finished(self, step: Step, began: float, rows: int | None) -> None:
        took = timedelta(seconds=self._context.clock.monotonic() - began)
        self._context.emit(StepFinished(self._context.clock.now(), step.number, took, rows))

    def _undo(self) -> None:
        try:
            self._connection.roll_back()
        except Unreachable:
            # The session is gone, and the server undoes what it had open.
            self._connection.close()

    def _elapsed(self) -> timedelta:
        return timedelta(seconds=self._context.clock.monotonic() - self._began)


def _queues_harmlessly(step: Step) -> bool:
    """Nothing that reads or writes waits behind this statement while it waits itself."""
    impact = step.impact
    if impact is None or impact.unknown:
        return False
    mode = impact.strongest_of_all
    return mode is None or mode.rank <= LockMode.SHARE_UPDATE_EXCLUSIVE.rank
