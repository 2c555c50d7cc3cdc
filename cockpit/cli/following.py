"""Follows a run from the main thread: prints what the engine says, passes gates, hears signals.

The first Ctrl-C asks the engine to hold after the current step, the second one to cancel the
statement in the server. A lost terminal, SIGTERM, or output that nobody reads any more (`| head`)
asks it to hold. The process never ends before the run has said how it ended.
"""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from types import FrameType

import click

from cockpit.cli.output import print_json, print_text, silence, tell_stderr
from cockpit.cli.run_options import RunOptions
from cockpit.cli.surroundings import Surroundings
from cockpit.deploy.engine import Deployment, Engine
from cockpit.deploy.journal import plain
from cockpit.model.event import Event, PhaseReady, RunFinished, StepProgress, StepWaiting
from cockpit.model.plan import Plan
from cockpit.present.event_text import event_text
from cockpit.present.harmless import harmless

_LISTEN_SECONDS = 0.2
_REPEAT_AFTER_SECONDS = 10.0
"""A wait or a progress that has not changed its words is told again after this long."""

_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Heard = Event | signal.Signals


def follow(surroundings: Surroundings, engine: Engine, plan: Plan, run: RunOptions) -> int:
    """Start the plan and stay until it has ended. The run's exit code."""
    heard: SimpleQueue[Heard] = SimpleQueue()
    with _signals(heard):
        deployment = engine.start(plan, heard.put, stepwise=False, reason=run.reason)
        follower = Follower(surroundings, deployment, plan, run)
        while (outcome := deployment.outcome) is None:
            try:
                follower.hear(heard.get(timeout=_LISTEN_SECONDS))
            except Empty:
                continue
        deployment.join()
        while not heard.empty():
            follower.hear(heard.get())
    return outcome.exit_code


class Follower:
    """Says what is heard, and answers for the operator."""

    def __init__(
        self, surroundings: Surroundings, deployment: Deployment, plan: Plan, run: RunOptions
    ) -> None:
        self._surroundings, self._deployment = surroundings, deployment
        self._plan, self._run = plan, run
        self._interrupts = 0
        self._last: tuple[str, float] = ("", 0.0)
        self._alone = False
        """Nobody reads what is said."""

    def hear(self, heard: Heard) -> None:
        """One event or one signal."""
        if isinstance(heard, signal.Signals):
            self._signalled(heard)
            return
        try:
            self._say(heard)
        except OSError as error:
            self._left_alone(error)
        if self._alone and isinstance(heard, RunFinished):
            tell_stderr("\n".join(event_text(heard, self._plan)))
        if isinstance(heard, PhaseReady):
            self._ready(heard)

    def _say(self, event: Event) -> None:
        if self._run.as_json:
            print_json({"event": type(event).__name__} | plain(event), indent=None)
        elif not self._repeats(event):
            print_text("\n".join(event_text(event, self._plan)))

    def _left_alone(self, error: OSError) -> None:
        """As a lost terminal: no further step; how it ends is told on stderr."""
        silence(sys.stdout)
        self._alone = True
        why = (error.strerror or type(error).__name__).lower()
        tell_stderr(f"The output cannot be written ({why}). Holding: it stops after this step.")
        self._deployment.hold()

    def _signalled(self, heard: signal.Signals) -> None:
        self._interrupts += heard is signal.SIGINT
        if self._interrupts > 1:
            tell_stderr("Cancelling the statement in the server.")
            self._deployment.cancel()
        else:
            self._deployment.hold()
            tell_stderr(
                "Holding: it stops after the current step. Ctrl-C again cancels the statement."
            )

    def _ready(self, ready: PhaseReady) -> None:
        """Pass the gate when somebody says that it may be passed; otherwise stop at it."""
        phase = self._plan.phases[ready.index]
        named = {f"{phase.version}:{phase.phase}", phase.phase}
        if self._alone:
            self._deployment.hold()
            return
        if ready.gate is None or named & set(self._run.pass_gates) or self._passed(ready.gate):
            self._deployment.proceed()
            return
        tell_stderr(
            f"Stopping at the gate. When it is true: cockpit resume --pass-gate "
            f"{harmless(phase.version)}:{harmless(phase.phase)}"
        )
        self._deployment.hold()

    def _passed(self, gate: str) -> bool:
        if not self._surroundings.asks or self._run.as_json:
            return False
        try:
            with _interruptible():
                return click.confirm(f"Gate: {harmless(gate)} - is this so?", err=True)
        except click.Abort:
            return False

    def _repeats(self, event: Event) -> bool:
        """The same words about one wait again, sooner than anybody wants to read them."""
        if not isinstance(event, StepWaiting | StepProgress):
            self._last = ("", 0.0)
            return False
        now = event.at.timestamp()
        if isinstance(event, StepWaiting):
            blockers = [blocker.pid for blocker in event.blockers]
            words = f"{event.step} {event.mode} {event.relation} {blockers}"
        else:
            words = f"{event.step} {event.progress.phase}"
        if words == self._last[0] and now - self._last[1] < _REPEAT_AFTER_SECONDS:
            return True
        self._last = (words, now)
        return False


@contextmanager
def _signals(heard: "SimpleQueue[Heard]") -> Iterator[None]:
    """Turn the signals that mean stop into words for the follower, until the body ends."""

    def hear(number: int, frame: FrameType | None) -> None:
        heard.put(signal.Signals(number))

    with _handled_by(hear):
        yield


@contextmanager
def _interruptible() -> Iterator[None]:
    """While a question is open the same signals end the question."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with _handled_by(interrupt):
        yield


@contextmanager
def _handled_by(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in _STOPS}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)
