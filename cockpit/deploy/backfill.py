"""Keyset batches, one transaction each, with the cursor committed beside the rows.

A batch is a stretch of the key's order: its bounds are read with `ORDER BY key LIMIT n`, the
statement of the file runs between them, and the event that remembers the upper bound commits in
the same transaction. A killed run goes on after the last committed batch; no row is done twice.
Without a key the stretch is some pages of the table, up to those there were when it began.
"""

from datetime import timedelta
from typing import cast

from cockpit.database import deployment_lock
from cockpit.database.connection import Connection
from cockpit.database.stretch import Stretch, stretches_of
from cockpit.deploy.attempts import RETRYABLE, pause_seconds
from cockpit.deploy.causes import CANCELLED
from cockpit.deploy.context import RunContext
from cockpit.deploy.effective_settings import bound_transaction, clean_session
from cockpit.deploy.lag import Lag
from cockpit.deploy.pace import SMALLEST, Meter, next_size
from cockpit.deploy.recorder import Recorder
from cockpit.deploy.stopped import HeldHere, StepStopped
from cockpit.deploy.throttle import reason_to_wait
from cockpit.errors import CockpitError, Unreachable
from cockpit.model.activity import Progress
from cockpit.model.event import (
    StepFinished,
    StepProgress,
    StepStarted,
    StepThrottled,
    TryFailed,
)
from cockpit.model.migration import Backfill
from cockpit.model.plan import PlannedPhase, Step
from cockpit.model.tuning import Tuning

_LOOK_AGAIN_SECONDS = 0.5
_OF_THE_LIMIT = 0.5
"""One batch may put a replica back by half of what is allowed: the application writes too."""
_ESTIMATE = "SELECT reltuples::bigint FROM pg_catalog.pg_class WHERE oid = to_regclass(%s)"


class Backfiller:
    """One backfill step. Raises `StepStopped` or `HeldHere` between batches."""

    def __init__(
        self,
        context: RunContext,
        connection: Connection,
        recorder: Recorder,
        phase: PlannedPhase,
        step: Step,
    ) -> None:
        self._context, self._connection, self._recorder = context, connection, recorder
        self._phase, self._step = phase, step
        self._spec = cast(Backfill, phase.backfill)
        self._stretches = stretches_of(self._spec, phase.cursor)
        self._size = self._spec.batch
        self._meter = Meter(context.clock.monotonic(), None)
        self._lag = Lag(context.replicas, context.connect_replica, context.clock.monotonic)
        context.control.tuning = Tuning(
            milliseconds=self._spec.milliseconds, max_lag=self._spec.max_lag
        )

    def run(self) -> None:
        """Batch after batch until the key's order is at its end."""
        try:
            self._run()
        except (HeldHere, StepStopped) as stopped:
            stopped.backfilled = self._meter.changed
            raise
        finally:
            self._lag.close()

    def _run(self) -> None:
        clock = self._context.clock
        self._context.emit(StepStarted(clock.now(), self._step.number))
        self._meter = Meter(clock.monotonic(), self._estimated_rows(), self._phase.passed)
        self._wait_if_told()
        while self._batch():
            self._say_progress()
            self._wait_if_told()
        took = timedelta(seconds=clock.monotonic() - self._meter.began)
        self._finish(took)
        self._context.emit(StepFinished(clock.now(), self._step.number, took, self._meter.changed))

    def _wait_if_told(self) -> None:
        """Hold, pause, lag, load: between two batches nothing is open and nothing is locked."""
        said = ""
        while True:
            if self._context.control.held:
                raise HeldHere
            reason = self._reason()
            if reason is None:
                return
            if reason != said:
                now = self._context.clock.now()
                self._context.emit(StepThrottled(now, self._step.number, reason))
                said = reason
            self._context.control.pause(self._context.clock, _LOOK_AGAIN_SECONDS)

    def _reason(self) -> str | None:
        try:
            tuning = self._context.control.tuning
            return reason_to_wait(self._connection, self._spec, tuning, self._lag)
        except CockpitError as error:
            raise StepStopped(self._step, error) from error

    def _batch(self) -> bool:
        """One batch, with tries. False when no row is left."""
        attempts = max(1, self._context.limits.lock_tries)
        for attempt in range(1, attempts + 1):
            began = self._context.clock.monotonic()
            try:
                more = self._transaction()
            except CockpitError as error:
                self._undo()
                sqlstate = getattr(error, "sqlstate", None)
                if not self._may_repeat(sqlstate) or attempt == attempts:
                    raise StepStopped(self._step, error) from error
                self._breathe(attempt, attempts, sqlstate or "")
            else:
                self._fit_size(self._context.clock.monotonic() - began)
                return more
        return False

    def _may_repeat(self, sqlstate: str | None) -> bool:
        """A batch that took longer than `statement_timeout` is tried again at half its size."""
        if sqlstate != CANCELLED:
            return sqlstate in RETRYABLE
        timed = self._context.limits.statement_timeout > timedelta(0)
        if self._context.control.cancelled or not timed or self._size <= SMALLEST:
            return False
        self._size = max(self._size // 2, SMALLEST)
        return True

    def _transaction(self) -> bool:
        clean_session(self._connection, self._context)
        self._connection.execute("BEGIN")
        bound_transaction(self._connection, self._context.limits)
        deployment_lock.require(self._connection, self._context.keys)
        stretch = self._stretches.next(self._connection, self._size)
        if stretch is None:
            self._connection.roll_back()
            return False
        changed = self._connection.execute_bound(self._step.sql, stretch.values) or 0
        self._recorder.batch(self._connection, self._phase, self._step, stretch, changed)
        self._connection.execute("COMMIT")
        self._count(stretch, changed)
        return True

    def _count(self, stretch: Stretch, changed: int) -> None:
        self._stretches.passed(stretch)
        self._lag.batch_done()
        self._meter.count(self._context.clock.monotonic(), stretch.rows, changed)

    def _fit_size(self, took_seconds: float) -> None:
        tuning = self._context.control.tuning
        fitted = next_size(self._size, took_seconds, tuning.milliseconds / 1000)
        bearable = self._size * self._lag.share(tuning.max_lag * _OF_THE_LIMIT)
        self._size = tuning.batch or int(max(min(fitted, bearable), SMALLEST))

    def _finish(self, took: timedelta) -> None:
        try:
            with self._connection.transaction():
                self._recorder.step_finished(self._connection, self._phase, self._step, took)
        except CockpitError as error:
            raise StepStopped(self._step, error) from error

    def _breathe(self, attempt: int, attempts: int, sqlstate: str) -> None:
        seconds = pause_seconds(attempt)
        now = self._context.clock.now()
        pause = timedelta(seconds=seconds)
        self._context.emit(TryFailed(now, self._step.number, attempt, attempts, sqlstate, pause))
        self._context.control.pause(self._context.clock, seconds)
        if self._context.control.held:
            raise HeldHere

    def _estimated_rows(self) -> int | None:
        """The planner's count; unknown for a table that was never analysed."""
        try:
            rows = self._connection.rows(_ESTIMATE, (self._spec.table,))
        except CockpitError as error:
            raise StepStopped(self._step, error) from error
        known = rows and rows[0][0] > 0
        return int(rows[0][0]) if known else None

    def _say_progress(self) -> None:
        """Real counts; the total is an estimate and never shown as less than what was seen."""
        meter = self._meter
        total = max(meter.total, meter.seen) if meter.total is not None else None
        progress = Progress("BACKFILL", "batches", meter.seen, total, "rows (estimated)")
        self._context.emit(
            StepProgress(
                self._context.clock.now(), self._step.number, progress,
                meter.per_second, meter.eta, self._size,
            )
        )  # fmt: skip

    def _undo(self) -> None:
        try:
            self._connection.roll_back()
        except Unreachable:
            self._connection.close()
