"""Runs one plan on its own thread and connection; knows no screens."""

import traceback
from collections.abc import Callable
from datetime import timedelta
from threading import Lock, Thread

from cockpit.analysis.schema_meant import Meant
from cockpit.database import ledger
from cockpit.database.connection import Connection
from cockpit.database.evidence import examine
from cockpit.database.identity import read_identity
from cockpit.database.wal import read_place
from cockpit.deploy.after_loss import Loss, ask_the_server
from cockpit.deploy.context import RunContext
from cockpit.deploy.effective_settings import clean_session
from cockpit.deploy.ending import Ending, ended, failed
from cockpit.deploy.phase_runner import PhaseRunner
from cockpit.deploy.readonly_window import give_back_all
from cockpit.deploy.recorder import Recorder
from cockpit.deploy.schema_account import SchemaAccount
from cockpit.deploy.stopped import HeldHere, StepStopped
from cockpit.deploy.watcher import Watcher
from cockpit.deploy.witness import Witness
from cockpit.errors import CockpitError, IdentityChanged, Unreachable
from cockpit.model.event import (
    Noted,
    PhaseFailed,
    PhaseFinished,
    PhaseReady,
    PhaseStarted,
    RunFinished,
    RunStarted,
)
from cockpit.model.evidence import Evidence, Verdict
from cockpit.model.plan import PlannedPhase
from cockpit.model.schema import Snapshot
from cockpit.model.target import Marker
from cockpit.model.tuning import Tuning
from cockpit.sql.effect import effect_of
from cockpit.tools.registry import keeps_failures


class Executor(Thread):
    """Stops only between steps, or by cancelling in the server. Not a daemon: the process waits.

    The deployment lock is held by `connection` before the thread starts, and the plan was made
    again under it.
    """

    def __init__(
        self,
        context: RunContext,
        connection: Connection,
        watcher: Watcher,
        *,
        stepwise: bool,
        marker: Marker | None,
        observed: list[str],
        finish: Callable[[RunFinished], None],
        look_again: Callable[[], Connection],
        witness: Witness,
    ) -> None:
        super().__init__(name=f"cockpit run {context.run}", daemon=False)
        self._task, self._connection, self._watcher = context, connection, watcher
        self._stepwise, self._marker, self._observed = stepwise, marker, observed
        self._finish, self._look_again, self._witness = finish, look_again, witness
        self._pid = 0
        self._recorder = Recorder(context)
        self._account = SchemaAccount(context, connection)
        self._done = 0
        self._last_word = Lock()
        self._over = False
        """No step runs any more. The server has taken a cancel before this is known to it."""
        self.outcome: RunFinished | None = None

    @property
    def id(self) -> str:
        """The run's id."""
        return self._task.run

    @property
    def connection(self) -> Connection:
        """The session that executes and holds the lock."""
        return self._connection

    def proceed(self) -> None:
        """Run the phase that was announced."""
        self._task.control.proceed()

    def hold(self) -> None:
        """Stop at the next safe point."""
        self._task.control.hold()

    @property
    def tuning(self) -> Tuning:
        """How the backfill that is on goes about it."""
        return self._task.control.tuning

    def tune(self, tuning: Tuning) -> None:
        """Change it from the next batch on."""
        self._task.control.tune(tuning)

    def cancel(self) -> None:
        """Cancel the current statement in the server; never one that records how the run ended."""
        self._task.control.cancel()
        self._watcher.insist()
        with self._last_word:
            if not self._over and not self._connection.closed:
                self._connection.cancel()

    def run(self) -> None:
        """The whole run, from the ledger's first word to its last."""
        self._connection.on_notice(self._heard)
        ending = self._run_phases()
        with self._last_word:
            self._over = True
        self._watcher.stop()
        outcome = ended(self._task, ending, self._done, self._record_end(ending))
        self._finish(outcome)
        self.outcome = outcome
        self._task.emit(outcome)

    def _run_phases(self) -> Ending:
        try:
            self._begin()
            for index, phase in enumerate(self._task.plan.phases):
                if not self._may_start(index, phase):
                    waiting = phase.gate is not None and not self._task.control.cancelled
                    return Ending("waits at gate" if waiting else "held", phase)
                self._phase(index, phase)
        except HeldHere as held:
            phase = self._task.plan.phases[self._done]
            outcome = "cancelled" if self._task.control.cancelled else "held"
            return Ending(outcome, phase, backfilled=held.backfilled)
        except StepStopped as stopped:
            return self._failure(stopped)
        except CockpitError as error:
            return Ending("failed", None, error=error)
        except Exception as error:  # noqa: BLE001 (whoever waits for this thread must be told)
            return Ending("failed", None, error=_bug(error))
        return Ending("done", None)

    def _begin(self) -> None:
        """The ledger, the tool's own history and the first event, in one transaction."""
        clean_session(self._connection, self._task)
        place = read_place(self._connection, self._task.plan.target)
        by_hand = self._account.begin()
        with self._connection.transaction():
            if not ledger.exists(self._connection):
                ledger.create(self._connection, self._marker)
            self._task.tool.prepare(self._connection)
            self._recorder.run_started(self._connection, self._observed, place, by_hand)
        self._pid = int(self._connection.rows("SELECT pg_catalog.pg_backend_pid()")[0][0])
        plan = self._task.plan
        self._watcher.start()
        self._task.emit(
            RunStarted(self._task.clock.now(), self.id, plan.id, plan.goal.words, self._pid)
        )
        give_back_all(self._connection, self._task, self._recorder)

    def _may_start(self, index: int, phase: PlannedPhase) -> bool:
        """Wait for the operator where one is needed; remember who opened a gate."""
        if self._task.control.held:
            return False
        asks = phase.gate is not None and not phase.gate_sql
        if phase.gate_sql and not self._opens_itself(phase):
            return False
        if self._stepwise or asks:
            self._task.control.expect()
            gate = phase.gate if asks else None
            self._task.emit(PhaseReady(self._task.clock.now(), index, gate))
            if not self._task.control.wait_for_proceed():
                return False
        self._same_database()
        if phase.gate is not None:
            with self._connection.transaction():
                self._recorder.gate_confirmed(self._connection, phase)
        return True

    def _opens_itself(self, phase: PlannedPhase) -> bool:
        """Ask the gate's query; what it says stands in for a person. Raises `DatabaseError`."""
        clean_session(self._connection, self._task)
        with self._connection.look() as reader:
            answer = reader.answers(phase.gate_sql)
        said = answer[0][0] if answer and answer[0] else None
        verdict = "true: it opens" if said is True else f"{said!r}, not true: it stays shut"
        words = f'gate "{phase.gate}": its query says {verdict}'
        self._task.emit(Noted(self._task.clock.now(), words))
        return said is True

    def _same_database(self) -> None:
        """A failover or a switched tunnel must not receive the rest of the plan."""
        identity = read_identity(self._connection)
        if identity.key != self._task.plan.target or identity.in_recovery:
            raise IdentityChanged(
                "This connection leads to another database than the plan was made for.",
                kept="Finished phases are kept where they were made.",
                next_step="Look at the target again before anything else.",
            )

    def _phase(self, index: int, phase: PlannedPhase) -> None:
        self._task.emit(PhaseStarted(self._task.clock.now(), index))
        runner = PhaseRunner(self._task, self._connection, self._watcher, self._recorder, phase)
        took: timedelta = runner.run()
        self._done = index + 1
        self._witness.saw(self._connection, self.id, phase)
        self._task.emit(PhaseFinished(self._task.clock.now(), index, took))

    def _failure(self, stopped: StepStopped) -> Ending:
        phase = self._task.plan.phases[self._done]
        cancelled = self._task.control.cancelled
        ending = Ending(
            "cancelled" if cancelled else "failed",
            phase,
            stopped.step,
            stopped.error,
            self._evidence(stopped),
            self._loss(stopped, phase),
            stopped.in_the_way,
            stopped.backfilled,
        )
        words = failed(self._task, ending, self._done)
        error = stopped.error
        self._task.emit(
            PhaseFailed(
                self._task.clock.now(),
                self._done,
                stopped.step.number,
                error.what,
                stopped.sqlstate,
                words.kept,
                words.undone,
                words.held,
                words.next_step,
                line=_file_line(stopped),
                column=getattr(error, "column", None),
                hint=error.next_step,
            )
        )
        return ending

    def _evidence(self, stopped: StepStopped) -> Evidence | None:
        """What the catalog shows of a step that no transaction covered."""
        if stopped.step.group is not None or self._connection.closed:
            return None
        try:
            with self._connection.look() as reader:
                return examine(reader, effect_of(stopped.step.sql))
        except CockpitError as error:
            words = f"the catalog could not be asked: {error.what}"
            return Evidence(Verdict.UNKNOWN, words)

    def _loss(self, stopped: StepStopped, phase: PlannedPhase) -> Loss | None:
        if not isinstance(stopped.error, Unreachable):
            return None
        done = self._task.plan.phases[: self._done]
        return ask_the_server(self._look_again, self.id, phase, self._pid, done)

    def _record_end(self, ending: Ending) -> bool:
        """Write how it ended, if the session still lives. False when that was not possible."""
        account = self._schema_left()
        meant = account[0] if account else None
        try:
            place = read_place(self._connection, self._task.plan.target)
            with self._connection.transaction():
                if ending.phase is not None and ending.error is not None:
                    self._recorder.phase_failed(
                        self._connection, ending.phase, ending.step, ending.error.what
                    )
                    if (keeper := keeps_failures(self._task.tool)) is not None:
                        keeper.record_failure(self._connection, ending.phase)
                digest = self._recorder.run_ended(self._connection, ending.outcome, meant, place)
            if account is not None and self._task.left is not None:
                self._task.left(digest, account[0].schema, account[1])
            self._witness.saw(self._connection, self.id)
        except CockpitError as error:
            self._task.emit(
                Noted(self._task.clock.now(), f"The end could not be recorded: {error.what}")
            )
            if isinstance(error, Unreachable):
                self._connection.close()
            return False
        return True

    def _schema_left(self) -> tuple[Meant, Snapshot] | None:
        """What later looks are compared with; without it drift is not claimed, nor its absence."""
        if self._connection.closed or self._pid == 0:
            return None
        return self._account.end(self._task.plan.phases[: self._done])

    def _heard(self, notice: str) -> None:
        self._task.emit(Noted(self._task.clock.now(), notice))


def _bug(error: Exception) -> CockpitError:
    """Names where it happened and no value: a value may be a secret."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return CockpitError(
        f"This is a bug in the cockpit: {type(error).__name__} at {frame.name}:{frame.lineno}.",
        kept="Finished phases are kept; the transaction that was open is undone.",
        next_step="Look at the board before anything else, and report this line.",
    )


def _file_line(stopped: StepStopped) -> int | None:
    """The server counts lines within the statement; the operator opens the file. None for a
    program, in which no line is the statement's."""
    if not stopped.step.line:
        return None
    line = getattr(stopped.error, "line", None)
    return stopped.step.line + line - 1 if line is not None else stopped.step.line
