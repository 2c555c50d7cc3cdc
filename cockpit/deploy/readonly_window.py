"""A phase's read-only window: opened before its first step, given back whatever happens.

The setting and the ledger's word that it is set commit together, so that the next start can find a
window that nobody gave back. Sessions read such a setting when they begin: those that began before
are ended when they are idle and waited for otherwise, at both ends of the window.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from cockpit.database import deployment_lock, ledger, readonly
from cockpit.database.connection import Connection
from cockpit.database.readonly import Bound
from cockpit.deploy.context import RunContext
from cockpit.deploy.effective_settings import clean_session
from cockpit.deploy.recorder import Recorder
from cockpit.deploy.stopped import HeldHere, StepStopped
from cockpit.errors import CockpitError, Refused, Unreachable
from cockpit.model.activity import MAY_END, SEES_ALL
from cockpit.model.event import Noted, StepFinished, StepStarted
from cockpit.model.migration import ReadOnly
from cockpit.model.plan import PlannedPhase, Step, StepKind
from cockpit.model.readonly import OpenWindow, open_windows

_LOOK_AGAIN_SECONDS = 0.2


class ReadOnlyWindow:
    """One phase's window on the connection that executes."""

    def __init__(
        self,
        context: RunContext,
        connection: Connection,
        recorder: Recorder,
        phase: PlannedPhase,
    ) -> None:
        self._context, self._connection = context, connection
        self._recorder, self._phase = recorder, phase

    @contextmanager
    def around(self) -> Iterator[None]:
        """Open it where the phase asks for one, run the body, give it back."""
        scope = self._phase.readonly
        if scope is None:
            yield
            return
        opening, closing = (s for s in self._phase.steps if s.kind is StepKind.WINDOW)
        try:
            self._step(opening, lambda: self._open(scope))
            yield
        finally:
            self._give_back(closing)

    def _step(self, step: Step, act: Callable[[], None]) -> None:
        clock = self._context.clock
        self._context.emit(StepStarted(clock.now(), step.number))
        began = clock.monotonic()
        try:
            act()
        except CockpitError as error:
            raise StepStopped(step, error) from error
        took = timedelta(seconds=clock.monotonic() - began)
        self._context.emit(StepFinished(clock.now(), step.number, took))

    def _open(self, scope: ReadOnly) -> None:
        clean_session(self._connection, self._context)
        with self._connection.transaction():
            deployment_lock.require(self._connection, self._context.keys)
            _refuse_unknown_roles(self._connection, scope)
            _refuse_hidden_sessions(self._connection, scope)
            before = {s or "": readonly.value_of(self._connection, s) for s in scope.subjects}
            for subject in scope.subjects:
                readonly.set_value(self._connection, subject, "on")
            self._recorder.window_opened(self._connection, self._phase, scope, before)
        since = readonly.clock(self._connection)
        for name in readonly.with_rules_of_their_own(self._connection, scope):
            self._note(f"{name} has a setting of its own, which wins: it may still write")
        self._wait_for_older_sessions(scope, since)

    def _wait_for_older_sessions(self, scope: ReadOnly, since: datetime) -> None:
        """Until every session that began before the setting is gone. Raises `Refused` when some
        are still in a transaction after the patience."""
        sweep = _Sweep(self._connection, self._context, scope, since=None, until=since)
        left = sweep.run(scope.wait_seconds, end_busy=False)
        if left:
            raise Refused(
                f"{len(left)} sessions of {scope.words} began before it was read-only and are "
                f"still there: {'; '.join(bound.words for bound in left[:3])}.",
                kept="The phase was not begun, and read-only mode is given back.",
                next_step="End them, or wait for them; then resume.",
            )
        self._note(f"{scope.words} is read-only: {sweep.words} that began before it")

    def _give_back(self, step: Step) -> None:
        """Never raises: what cannot be given back now is the first thing that the next run does."""
        self._context.emit(StepStarted(self._context.clock.now(), step.number))
        began = self._context.clock.monotonic()
        try:
            if self._connection.closed:
                self._on_a_new_session()
            else:
                self._connection.roll_back()
                clean_session(self._connection, self._context)
                give_back_all(self._connection, self._context, self._recorder)
        except (CockpitError, HeldHere) as error:
            scope = self._phase.readonly
            what = error.what if isinstance(error, CockpitError) else "held"
            if isinstance(error, Unreachable):
                self._connection.close()
            self._note(
                f"{scope.words if scope else 'It'} is STILL READ-ONLY ({what}): "
                "cockpit give-back, or the next run, gives it back"
            )
            return
        took = timedelta(seconds=self._context.clock.monotonic() - began)
        self._context.emit(StepFinished(self._context.clock.now(), step.number, took))

    def _on_a_new_session(self) -> None:
        """The old session is lost and its lock with it: only who gets the lock may write."""
        connect = self._context.connect
        if connect is None:
            raise Unreachable("the session is lost, and no other can be had")
        connection = connect()
        try:
            deployment_lock.take(connection, self._context.keys)
            clean_session(connection, self._context)
            give_back_all(connection, self._context, self._recorder)
        finally:
            connection.close()

    def _note(self, words: str) -> None:
        self._context.emit(Noted(self._context.clock.now(), words))


def give_back_all(connection: Connection, context: RunContext, recorder: Recorder) -> None:
    """Give back every window that the ledger knows to be open, of this run or an earlier one.

    What somebody else has set since is left as it is, and said. Raises `DatabaseError`.
    """
    if not ledger.exists(connection):
        return
    for window in open_windows(ledger.read_events(connection)):
        _give_back_one(connection, context, recorder, window)


def _give_back_one(
    connection: Connection, context: RunContext, recorder: Recorder, window: OpenWindow
) -> None:
    with connection.transaction():
        deployment_lock.require(connection, context.keys)
        left = []
        for subject in window.scope.subjects:
            if readonly.value_of(connection, subject) == "on":
                readonly.set_value(connection, subject, window.before.get(subject or ""))
            else:
                left.append(subject or "the database")
        recorder.window_closed(connection, window, left)
    until = readonly.clock(connection)
    for name in left:
        words = f"{name} was set otherwise by somebody since, and is left so"
        context.emit(Noted(context.clock.now(), words))
    sweep = _Sweep(connection, context, window.scope, since=window.at, until=until)
    stuck = sweep.run(window.scope.wait_seconds, end_busy=True)
    words = f"{window.scope.words} may write again: {sweep.words} that began read-only"
    if stuck:
        pids = ", ".join(str(bound.pid) for bound in stuck)
        words += f"; {pids} could not be ended and stay read-only until they reconnect"
    context.emit(Noted(context.clock.now(), words))


class _Sweep:
    """Ends the sessions that live by a setting which counts no more."""

    def __init__(
        self,
        connection: Connection,
        context: RunContext,
        scope: ReadOnly,
        *,
        since: datetime | None,
        until: datetime,
    ) -> None:
        self._connection, self._context, self._scope = connection, context, scope
        self._since, self._until = since, until
        self._seen: set[int] = set()

    @property
    def words(self) -> str:
        """How many sessions are gone."""
        return f"{len(self._seen)} session{'' if len(self._seen) == 1 else 's'} ended"

    def run(self, patience_seconds: float, *, end_busy: bool) -> list[Bound]:
        """End idle ones at once and wait for the others; after the patience, those that are left.

        With `end_busy` they are ended too then: a read-only transaction loses nothing.
        """
        clock = self._context.clock
        last = clock.monotonic() + patience_seconds
        said = ""
        while found := self._found():
            over = clock.monotonic() >= last
            for bound in found:
                if bound.state == "idle" or (over and end_busy):
                    readonly.end(self._connection, bound)
            if over:
                return self._found_after(end_busy)
            busy = [bound.words for bound in found if bound.state != "idle"]
            if busy and (words := "; ".join(busy[:3])) != said:
                self._context.emit(Noted(clock.now(), f"waits for {words}"))
                said = words
            self._pause(end_busy)
        return []

    def _found(self) -> list[Bound]:
        found = readonly.sessions(
            self._connection, self._scope, since=self._since, until=self._until
        )
        self._seen |= {bound.pid for bound in found}
        return found

    def _found_after(self, ended: bool) -> list[Bound]:
        """Who is still there; one that was just ended takes a moment to go."""
        if ended:
            self._pause(keep_on=True)
        left = self._found()
        self._seen -= {bound.pid for bound in left}
        return left

    def _pause(self, keep_on: bool) -> None:
        """`keep_on`: also when the operator holds, because giving back is not stopped."""
        control = self._context.control
        if control.held and not keep_on:
            raise HeldHere
        with control.changed:
            self._context.clock.wait(control.changed, _LOOK_AGAIN_SECONDS)


def _refuse_hidden_sessions(connection: Connection, scope: ReadOnly) -> None:
    if number := readonly.hidden_sessions(connection, scope):
        raise Refused(
            f"Since when {number} of the sessions of {scope.words} are there is hidden from this "
            "role, so nobody could say that all of them are read-only.",
            kept="The phase was not begun, and nobody was made read-only.",
            next_step=f"GRANT {SEES_ALL}, {MAY_END} to this role, then resume.",
        )


def _refuse_unknown_roles(connection: Connection, scope: ReadOnly) -> None:
    if missing := readonly.missing_roles(connection, scope):
        raise Refused(
            f"There is no role {', '.join(missing)} to put in read-only mode.",
            kept="The phase was not begun.",
            next_step="Name the role that the application logs in as.",
        )
