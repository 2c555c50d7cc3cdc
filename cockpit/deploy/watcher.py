"""A second pair of eyes: sees, from its own connection, what the executing session waits for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event as Flag
from threading import Lock, Thread

from cockpit.database import activity
from cockpit.database.connection import Connection
from cockpit.deploy.context import Clock
from cockpit.deploy.opening import Limits
from cockpit.errors import DatabaseError
from cockpit.model.activity import SessionFacts
from cockpit.model.event import Emit, Noted, StepProgress, StepWaiting
from cockpit.model.locks import LockMode

_SLOWEST_SECONDS = 0.1
_FASTEST_SECONDS = 0.02
_LOOKS_A_TRY = 4
"""So that no try gives up without a look at who was in its way."""


@dataclass(slots=True)
class _Watched:
    step: int
    attempt: int
    since: float


class Watcher(Thread):
    """Polls while a step runs. Reads only, but for cancelling our own statement.

    A lost connection is replaced; while there is none, nothing is claimed.
    """

    def __init__(
        self,
        connect: Callable[[], Connection],
        cancel: Callable[[], None],
        *,
        pid: int,
        limits: Limits,
        emit: Emit,
        clock: Clock,
    ) -> None:
        super().__init__(name="cockpit watcher", daemon=True)
        self._connect, self._cancel, self._pid = connect, cancel, pid
        self._limits, self._emit, self._clock = limits, emit, clock
        self._watched: _Watched | None = None
        self._guard = Lock()
        self._stopping = Flag()
        self._active = Flag()
        self._too_many_since: float | None = None
        self._queued_since: float | None = None
        each = limits.lock_timeout.total_seconds() / _LOOKS_A_TRY
        self._every_seconds = min(max(each, _FASTEST_SECONDS), _SLOWEST_SECONDS)
        self._connection: Connection | None = None
        self._insisting = False
        self._told_of = ""
        """Why there was no connection, once for as long as it stays so."""
        self.blockers: tuple[SessionFacts, ...] = ()
        """Who was in the way of the current try when it was last looked at."""
        self.red_line = ""
        """Why this watcher cancelled the try; empty when it did not."""
        self.gave_up = False
        """It was cancelled while it only waited, so it may be tried again."""

    def watch(self, step: int, attempt: int) -> None:
        """Look at this step from now on."""
        with self._guard:
            self._watched = _Watched(step, attempt, self._clock.monotonic())
            self.blockers, self.gave_up, self.red_line = (), False, ""
            self._too_many_since = self._queued_since = None
        self._active.set()

    def rest(self) -> None:
        """The step is over; do not look, and do not cancel, until the next one."""
        self._active.clear()
        with self._guard:
            self._watched = None

    def insist(self) -> None:
        """Cancel at every look from now on, while a step is on.

        PostgreSQL forgets a cancel that arrives between two statements, and the next one would run
        as if nobody had asked.
        """
        self._insisting = True

    def stop(self) -> None:
        """End the thread and its connection."""
        self._stopping.set()
        self._active.set()
        if self.is_alive():
            self.join(10)

    def run(self) -> None:
        """Look, several times a second, while a step is on."""
        while not self._stopping.is_set():
            try:
                if self._connection is None:
                    self._connection = self._connect()
                self._active.wait()
                if self._stopping.wait(self._every_seconds):
                    break
                self._cancel_again()
                self._look()
                self._told_of = ""
            except DatabaseError as error:
                self._forget(f"The watching connection failed: {error.what}")
        if self._connection is not None:
            self._connection.close()

    def _cancel_again(self) -> None:
        """Under the guard: once `rest` has come back, no cancel is on its way."""
        with self._guard:
            if self._insisting and self._watched is not None:
                self._cancel()

    def _look(self) -> None:
        watched = self._watched
        if watched is None or self._connection is None:
            return
        found = activity.blockers(self._connection, self._pid)
        queued = activity.queued_behind(self._connection, self._pid)
        if found:
            self._waiting(self._connection, watched, found, queued)
        elif running := activity.progress(self._connection, self._pid):
            self._say(watched, StepProgress(self._now(), watched.step, running))
        self._mind_the_queue(watched, queued, waiting=bool(found))

    def _waiting(
        self,
        connection: Connection,
        watched: _Watched,
        found: tuple[SessionFacts, ...],
        queued: int,
    ) -> None:
        wanted = activity.wants(connection, self._pid)
        mode = LockMode(wanted[0]) if wanted and wanted[0] in list(LockMode) else None
        waited = timedelta(seconds=self._clock.monotonic() - watched.since)
        with self._guard:
            if self._watched is watched:
                self.blockers = found
        self._say(
            watched,
            StepWaiting(
                self._now(), watched.step, watched.attempt, waited, found, queued, mode,
                wanted[1] if wanted else None,
            ),
        )  # fmt: skip

    def _mind_the_queue(self, watched: _Watched, queued: int, *, waiting: bool) -> None:
        """The red lines: too many behind us for too long, or anybody behind what we hold."""
        now = self._clock.monotonic()
        self._queued_since = (self._queued_since or now) if queued and not waiting else None
        many = queued > self._limits.queue_limit
        self._too_many_since = (self._too_many_since or now) if many else None
        if self._lasts(self._too_many_since, now, self._limits.queue_for):
            self._give_up(watched, f"{queued} sessions queue behind this step", waiting=waiting)
        elif self._limits.hold_limit and self._lasts(
            self._queued_since, now, self._limits.hold_limit
        ):
            words = f"{queued} sessions wait behind a lock that this step has held too long"
            self._give_up(watched, words, waiting=False)

    @staticmethod
    def _lasts(since: float | None, now: float, limit: timedelta) -> bool:
        return since is not None and now - since >= limit.total_seconds()

    def _give_up(self, watched: _Watched, why: str, *, waiting: bool) -> None:
        """Cancel the step, once. A wait may be tried again; a lock that was held may not."""
        with self._guard:
            if self._watched is not watched or self.red_line:
                return
            self.red_line, self.gave_up = why, waiting
        self._emit(Noted(self._now(), f"{why}: it is cancelled"))
        self._cancel()

    def _say(self, watched: _Watched, event: StepWaiting | StepProgress) -> None:
        """Only about the step that is still on."""
        if self._watched is watched:
            self._emit(event)

    def _forget(self, why: str) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
        if why != self._told_of:
            self._told_of = why
            self._emit(Noted(self._now(), why))
        self._stopping.wait(1)

    def _now(self) -> datetime:
        return self._clock.now()
