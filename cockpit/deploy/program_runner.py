"""Runs one phase through the framework's own command, under our lock and our timeouts.

The command opens a session of its own, so two things are proved before the first phase of a run:
that it leads to this very database, and that it keeps the lock timeout we give it. For that its
history table is locked for a moment, the command is made to read it, and must be seen waiting here
and giving up by itself. While it works, our session is looked after: when that is lost, the command
is ended. Only a cockpit that is itself killed cannot end it; then it finishes its one migration,
and the next look reads what it did from its own table.
"""

import subprocess
import time
from datetime import timedelta

from cockpit.database import deployment_lock
from cockpit.database.connection import Connection
from cockpit.deploy.attempts import RETRYABLE, pause_seconds
from cockpit.deploy.context import RunContext, application_name
from cockpit.deploy.program import Program, end, last_words
from cockpit.deploy.recorder import Recorder
from cockpit.deploy.stopped import HeldHere, StepStopped
from cockpit.errors import CockpitError, DatabaseError, IdentityChanged, Refused
from cockpit.model.event import Noted, StepFinished, StepStarted, TryFailed
from cockpit.model.migration import Direction, MigrationSet
from cockpit.model.plan import PlannedPhase, Step, StepKind
from cockpit.tools.framework import Framework

_PATIENCE = timedelta(seconds=60)
"""How long the command may take to read its table while it is proved."""
_GIVES_UP = timedelta(milliseconds=400)
"""The lock timeout that it is proved with."""
_LOOKS_EVERY = 0.05
_CANCELS_EVERY = 1.0
_SEEN = """
SELECT count(*) FILTER (WHERE wait_event_type = 'Lock'), count(*)
  FROM pg_catalog.pg_stat_activity
 WHERE application_name = %s AND datname = pg_catalog.current_database()
"""
_CANCEL = """
SELECT pg_catalog.pg_cancel_backend(pid) FROM pg_catalog.pg_stat_activity
 WHERE application_name = %s AND datname = pg_catalog.current_database()
"""
_REASONS = {
    "55P03": ("lock timeout", "LockNotAvailable", "could not obtain lock"),
    "40P01": ("deadlock detected",),
    "40001": ("could not serialize access",),
}
"""SQLSTATE to what a framework prints of it; after these nothing of an atomic migration is kept."""


class ProgramRunner:
    """One phase. Raises `StepStopped` or `HeldHere`."""

    def __init__(
        self,
        context: RunContext,
        connection: Connection,
        recorder: Recorder,
        phase: PlannedPhase,
    ) -> None:
        if context.program is None or not isinstance(context.tool, Framework):
            raise Refused("No command of the project's framework is named (tool_command).")
        self._context, self._connection, self._recorder = context, connection, recorder
        self._program: Program = context.program
        self._tool: Framework = context.tool
        self._phase, self._migrations = phase, context.migrations or MigrationSet(())
        self._began = context.clock.monotonic()
        self._name = application_name(context.run)[:51] + " program"

    def run(self) -> timedelta:
        """Run it, tried again where a repeat is safe, and record it; how long it took."""
        step = self._phase.steps[0]
        try:
            self._prove_once()
            self._with_tries(step)
            self._record()
        except CockpitError as error:
            self._connection.roll_back()
            raise StepStopped(step, error) from error
        return timedelta(seconds=self._context.clock.monotonic() - self._began)

    def _with_tries(self, step: Step) -> None:
        attempts = max(1, self._context.limits.lock_tries)
        for attempt in range(1, attempts + 1):
            self._say_started(attempt)
            process = self._start(self._phase.program)
            output = self._awaited(process)
            if self._done():
                if process.returncode != 0:
                    self._note(f"{self._tool.name} said at its end: {last_words(output)}")
                self._say_finished()
                return
            error, state = self._failure(process.returncode, output)
            may_repeat = state in RETRYABLE and step.group is not None
            if self._context.control.cancelled or not may_repeat or attempt == attempts:
                raise error
            self._breathe(step, attempt, attempts, state or "")

    def _start(self, arguments: tuple[str, ...]) -> subprocess.Popen[str]:
        deployment_lock.require(self._connection, self._context.keys)
        limits = self._context.limits
        options = {
            "lock_timeout": limits.lock_timeout,
            "statement_timeout": limits.statement_timeout,
            "idle_in_transaction_session_timeout": limits.idle_in_transaction,
        }
        role = f" -c role={self._context.role}" if self._context.role else ""
        return self._program.start(
            arguments, application=self._name, options=_options(options) + role
        )

    def _awaited(self, process: subprocess.Popen[str]) -> str:
        """Its output at its end. A cancel is sent to its sessions in the server."""
        try:
            while True:
                try:
                    return process.communicate(timeout=_CANCELS_EVERY)[0]
                except subprocess.TimeoutExpired:
                    self._guard()
        except BaseException:
            # Without our session nobody holds the lock, so nothing may go on behind it.
            end(process)
            raise

    def _guard(self) -> None:
        """Our session must live and hold the lock for as long as the command works."""
        deployment_lock.require(self._connection, self._context.keys)
        if self._context.control.cancelled:
            self._connection.rows(_CANCEL, (self._name,))

    def _done(self) -> bool:
        """What its own table says now, in this database."""
        with self._connection.look() as reader:
            holds = self._tool.holds(reader, self._phase.version, self._migrations)
        return holds is (self._phase.direction is Direction.UP)

    def _failure(self, code: int, output: str) -> tuple[DatabaseError, str | None]:
        if code == 0:
            return DatabaseError(
                f"{self._tool.name} reports no error, and its table here does not say that "
                f"{self._phase.version} went its way.",
                kept="What it did is not known.",
                next_step="Look which database its settings name.",
            ), None
        found = (s for s, words in _REASONS.items() if any(word in output for word in words))
        state = next(found, None)
        kept = (
            "Its transaction is undone."
            if self._phase.steps[0].group is not None
            else ("It runs outside a transaction: parts of it may be there.")
        )
        return DatabaseError(
            f"{self._tool.name}: {last_words(output)}", sqlstate=state, kept=kept,
        ), state  # fmt: skip

    def _breathe(self, step: Step, attempt: int, attempts: int, state: str) -> None:
        seconds = pause_seconds(attempt)
        self._context.emit(
            TryFailed(
                self._context.clock.now(),
                step.number,
                attempt,
                attempts,
                state,
                timedelta(seconds=seconds),
                (),
            )
        )
        self._context.control.pause(self._context.clock, seconds)
        if self._context.control.held:
            raise HeldHere

    def _record(self) -> None:
        took = timedelta(seconds=self._context.clock.monotonic() - self._began)
        with self._connection.transaction():
            deployment_lock.require(self._connection, self._context.keys)
            row = self._tool.trace(self._connection, self._phase.version, self._migrations)
            self._recorder.phase_finished(self._connection, self._phase, took, row)

    def _prove_once(self) -> None:
        """Before the first phase of the run that its command carries."""
        first = next(phase for phase in self._context.plan.phases if phase.program)
        if self._phase != first:
            return
        self._note(f"prove that {self._tool.name} leads to this database, and waits no longer")
        name = f"cockpit proves {self._context.run}"
        self._connection.execute("BEGIN")
        self._connection.execute("SET LOCAL lock_timeout = '2s'")
        self._connection.execute(f"LOCK TABLE {self._tool.history} IN ACCESS EXCLUSIVE MODE")
        process = self._program.start(
            self._tool.reads(), application=name, options=_options({"lock_timeout": _GIVES_UP})
        )
        try:
            connected, output = self._watched(process, name)
        finally:
            self._connection.execute("ROLLBACK")
        if not connected:
            raise IdentityChanged(
                f"{self._tool.name}'s own settings lead to another database than this one: "
                f"{last_words(output)}",
                kept="Nothing was run.",
                next_step="Point its settings at this target, or leave them to libpq's variables.",
            )

    def _watched(self, process: subprocess.Popen[str], name: str) -> tuple[bool, str]:
        """Whether its session was seen to wait here, and what it said when it had given up."""
        seen_since: float | None = None
        until = time.monotonic() + _PATIENCE.total_seconds()
        while process.poll() is None:
            self._connection.rows("SELECT pg_catalog.pg_stat_clear_snapshot()")
            waiting = self._connection.rows(_SEEN, (name,))[0][0]
            if waiting and seen_since is None:
                seen_since = time.monotonic()
            overdue = seen_since is not None and time.monotonic() - seen_since > 10 * _seconds()
            if overdue or time.monotonic() > until:
                end(process)
                raise Refused(
                    f"{self._tool.name} does not keep the lock timeout that it is given: its "
                    "settings override PGOPTIONS, or its driver does not know them.",
                    kept="Nothing was run.",
                    next_step="Take `options` out of its settings, or run it without the cockpit.",
                )
            time.sleep(_LOOKS_EVERY)
        return seen_since is not None, process.communicate()[0]

    def _say_started(self, attempt: int) -> None:
        first = self._phase.steps[0]
        self._context.emit(StepStarted(self._context.clock.now(), first.number, attempt))

    def _say_finished(self) -> None:
        """One command was timed, as its phase is: of several statements nobody knows which took
        how long."""
        took = timedelta(seconds=self._context.clock.monotonic() - self._began)
        sent = [step for step in self._phase.steps if step.kind is StepKind.SQL]
        alone = took if len(sent) == 1 else None
        for step in self._phase.steps:
            self._context.emit(StepFinished(self._context.clock.now(), step.number, alone))

    def _note(self, words: str) -> None:
        self._context.emit(Noted(self._context.clock.now(), words))


def _seconds() -> float:
    return _GIVES_UP.total_seconds()


def _options(values: dict[str, timedelta]) -> str:
    """As PGOPTIONS has them, in milliseconds."""
    return " ".join(f"-c {n}={round(v.total_seconds() * 1000)}" for n, v in values.items())
