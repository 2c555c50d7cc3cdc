"""Keyset batches, one transaction each, with the cursor committed beside the rows.

A batch is a stretch of the key's order: its bounds are read with `ORDER BY key LIMIT n`, the
statement of the file runs between them, and the event that remembers the upper bound commits in
the same transaction. A killed run goes on after the last committed batch; no row is done twice.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from cockpit.database import deployment_lock
from cockpit.database.connection import Connection
from cockpit.deploy.attempts import RETRYABLE, pause_seconds
from cockpit.deploy.context import RunContext
from cockpit.deploy.effective_settings import bound_transaction, clean_session
from cockpit.deploy.recorder import Recorder
from cockpit.deploy.stopped import HeldHere, StepStopped
from cockpit.errors import CockpitError, Unreachable
from cockpit.model.activity import Progress
from cockpit.model.event import StepFinished, StepProgress, StepStarted, TryFailed
from cockpit.model.migration import Backfill
from cockpit.model.plan import PlannedPhase, Step
from cockpit.sql.batches import bounds_query

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
        self._cursor = phase.cursor
        self._seen = 0
        self._changed = 0

    def run(self) -> None:
        """Batch after batch until the key's order is at its end."""
        clock = self._context.clock
        began = clock.monotonic()
        self._context.emit(StepStarted(clock.now(), self._step.number))
        total = self._estimated_rows()
        while self._batch():
            self._context.emit(StepProgress(clock.now(), self._step.number, self._progress(total)))
            if self._context.control.held:
                raise HeldHere
        took = timedelta(seconds=clock.monotonic() - began)
        self._finish(took)
        self._context.emit(StepFinished(clock.now(), self._step.number, took, self._changed))

    def _finish(self, took: timedelta) -> None:
        try:
            with self._connection.transaction():
                self._recorder.step_finished(self._connection, self._phase, self._step, took)
        except CockpitError as error:
            raise StepStopped(self._step, error) from error

    def _batch(self) -> bool:
        """One batch, with tries. False when no row is left."""
        attempts = max(1, self._context.limits.lock_tries)
        for attempt in range(1, attempts + 1):
            try:
                return self._transaction()
            except CockpitError as error:
                self._undo()
                sqlstate = getattr(error, "sqlstate", None)
                if sqlstate not in RETRYABLE or attempt == attempts:
                    raise StepStopped(self._step, error) from error
                self._breathe(attempt, attempts, sqlstate or "")
        return False

    def _transaction(self) -> bool:
        clean_session(self._connection, self._context.role)
        self._connection.execute("BEGIN")
        bound_transaction(self._connection, self._context.limits)
        deployment_lock.require(self._connection, self._context.keys)
        bounds = self._bounds()
        if bounds is None:
            self._connection.roll_back()
            return False
        first, last, count = bounds
        changed = self._connection.execute_between(self._step.sql, first, last) or 0
        self._recorder.batch(self._connection, self._phase, self._step, (last,), changed)
        self._connection.execute("COMMIT")
        self._cursor = (last,)
        self._seen += count
        self._changed += changed
        return True

    def _bounds(self) -> tuple[str, str, int] | None:
        """First key, last key and number of rows of the next batch; None at the end."""
        key, table = self._spec.key, self._spec.table
        sql = bounds_query(table, key, self._spec.batch, after=bool(self._cursor))
        first, last, count = self._connection.rows(sql, self._cursor or ())[0]
        return (first, last, count) if count else None

    def _breathe(self, attempt: int, attempts: int, sqlstate: str) -> None:
        seconds = pause_seconds(attempt)
        now = self._context.clock.now()
        pause = timedelta(seconds=seconds)
        self._context.emit(TryFailed(now, self._step.number, attempt, attempts, sqlstate, pause))
        self._context.control.pause(self._context.clock, seconds)
        if self._context.control.held:
            raise HeldHere

    def _estimated_rows(self) -> int | None:
        rows: Sequence[tuple[int]] = self._connection.rows(_ESTIMATE, (self._spec.table,))
        return rows[0][0] if rows and rows[0][0] > 0 and self._cursor is None else None

    def _progress(self, total: int | None) -> Progress:
        """Rows of our own batches; the total is the planner's estimate and never exceeded."""
        shown = max(total, self._seen) if total is not None else None
        return Progress("BACKFILL", "batches", self._seen, shown, "rows (estimated)")

    def _undo(self) -> None:
        try:
            self._connection.roll_back()
        except Unreachable:
            self._connection.close()
