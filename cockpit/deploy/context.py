"""What all parts of one run share."""

import getpass
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Condition
from typing import Protocol

from cockpit import __version__
from cockpit.database.connection import Connection
from cockpit.deploy.opening import Limits
from cockpit.deploy.program import Program
from cockpit.errors import Unreachable
from cockpit.model.event import Emit
from cockpit.model.locks import AdvisoryKey
from cockpit.model.migration import MigrationSet
from cockpit.model.plan import Plan
from cockpit.model.schema import Snapshot
from cockpit.model.tuning import Tuning
from cockpit.tools.protocol import Tool

CLIENT = f"cockpit {__version__}"


class Clock(Protocol):
    """Time, so that tests can move it by hand."""

    def now(self) -> datetime:
        """The time in UTC."""

    def monotonic(self) -> float:
        """Seconds that never go back."""

    def wait(self, condition: Condition, seconds: float) -> None:
        """Wait on the condition (held by the caller) until notified or the seconds are over."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The time in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never go back."""
        import time

        return time.monotonic()

    def wait(self, condition: Condition, seconds: float) -> None:
        """Wait for real."""
        condition.wait(seconds)


def actor() -> str:
    """Who runs this: `user@host`; the number of the user where it has no name."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "unknown"
    return f"{user}@{socket.gethostname()}"


def application_name(run: str | None = None) -> str:
    """As `pg_stat_activity` shows us, so that others can name the holder of the lock."""
    return f"{CLIENT} {actor()}" + (f" run {run}" if run else "")


class Control:
    """What the operator has asked of a run; set from any thread, obeyed by the engine's."""

    def __init__(self) -> None:
        self.changed = Condition()
        self._proceed = False
        self._expected = False
        self._hold = False
        self._cancel = False

    @property
    def held(self) -> bool:
        """Stop before the next step."""
        return self._hold or self._cancel

    @property
    def cancelled(self) -> bool:
        """The current statement was asked to be cancelled in the server."""
        return self._cancel

    def proceed(self) -> None:
        """Let the phase that waits begin."""
        with self.changed:
            self._proceed = True
            self.changed.notify_all()

    def hold(self) -> None:
        """Stop at the next safe point."""
        with self.changed:
            self._hold = True
            self.changed.notify_all()

    def cancel(self) -> None:
        """Stop, and count the statement's cancellation as asked for."""
        with self.changed:
            self._cancel = True
            self.changed.notify_all()

    def expect(self) -> None:
        """A phase is about to be announced: a second answer to an earlier one is none to it."""
        with self.changed:
            self._proceed = self._proceed and not self._expected
            self._expected = True

    def tune(self, tuning: Tuning) -> None:
        """Change how the backfill goes on; a pause between batches ends at once."""
        with self.changed:
            self.tuning = tuning
            self.changed.notify_all()

    def wait_for_proceed(self) -> bool:
        """Block until the operator proceeds (True) or holds (False)."""
        with self.changed:
            self.changed.wait_for(lambda: self._proceed or self.held)
            self._proceed = False
            return not self.held

    def pause(self, clock: Clock, seconds: float) -> None:
        """Wait between two tries; ends at once when the operator holds."""
        until = clock.monotonic() + seconds
        with self.changed:
            while not self.held and (left := until - clock.monotonic()) > 0:
                clock.wait(self.changed, left)


def no_replica(address: str) -> Connection:
    """Where none was named, none can be asked."""
    raise Unreachable(f"Nobody said how to reach {address}.")


@dataclass(frozen=True, slots=True)
class RunContext:
    """One run: what, for whom, within which limits, and how it talks."""

    run: str
    plan: Plan
    tool: Tool
    keys: Sequence[AdvisoryKey]
    """The deployment locks that are held, ours first."""
    limits: Limits
    emit: Emit
    """Writes the journal first, then tells the listener."""
    clock: Clock
    role: str | None = None
    reason: str = ""
    connect: Callable[[], Connection] | None = None
    """A new session that may write; only for giving back what a lost one has taken."""
    attic: Path | None = None
    """Where files of the attic go; None keeps nothing in files."""
    program: Program | None = None
    """The project's own framework, for phases that only it can run."""
    migrations: MigrationSet | None = None
    """The files that the plan was made from."""
    meant: Snapshot | None = None
    """The schema as it was meant before the run, where that is known: what was changed by hand
    since stays drift."""
    replicas: tuple[str, ...] = ()
    """That a backfill must not leave behind, as `Opening.replicas` has them."""
    connect_replica: Callable[[str], Connection] = no_replica
    """A session for looking on one of them, by its `host:port`."""
    left: Callable[[str, Snapshot, Snapshot], None] | None = None
    """Hears of the digest and the schema that the run recorded at its end, and of what it left."""
    control: Control = field(default_factory=Control)
