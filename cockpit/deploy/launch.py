"""From a plan that was checked under the lock to a thread that runs it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cockpit.database.connection import Connection
from cockpit.deploy.context import Clock, RunContext
from cockpit.deploy.executor import Executor
from cockpit.deploy.journal import Journal
from cockpit.deploy.opening import Opening
from cockpit.deploy.program import Program
from cockpit.deploy.running import Running
from cockpit.deploy.server_side import ServerLook, ServerSide
from cockpit.deploy.watcher import Watcher
from cockpit.deploy.witness import Witness
from cockpit.model.event import Emit, Event, Noted, RunFinished
from cockpit.model.history import Recorded
from cockpit.model.migration import MigrationSet
from cockpit.model.plan import Plan
from cockpit.model.schema import Snapshot
from cockpit.model.target import Environment, Marker
from cockpit.tools.protocol import Tool


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run, on which session, and how it talks."""

    plan: Plan
    tool: Tool
    connection: Connection
    """It holds every deployment lock."""
    pid: int
    server: ServerLook
    """Read under the lock."""
    emit: Emit
    stepwise: bool
    reason: str
    finish: Callable[[RunFinished], None]
    """Called from the engine's thread when the run is over, before its last event."""
    program: Program | None = None
    """The project's own framework, where the tool is one."""
    migrations: MigrationSet | None = None
    meant: Snapshot | None = None
    """As `RunContext.meant`."""
    left: Callable[[str, Snapshot, Snapshot], None] | None = None
    """As `RunContext.left`."""


def launch(order: Order, opening: Opening, server_side: ServerSide, clock: Clock) -> Running:
    """Start the engine's thread. Every event is in the journal before anybody hears it."""
    run = secrets.token_hex(4)
    journal = _journal(opening, clock.now(), run, order.plan)
    tell = Teller(order.emit, journal)

    def look() -> Connection:
        return server_side.connect(read_only=True, run=run)

    context = RunContext(
        run=run,
        plan=order.plan,
        tool=order.tool,
        keys=order.server.keys,
        limits=opening.limits,
        emit=tell,
        clock=clock,
        role=opening.role,
        reason=order.reason,
        connect=lambda: server_side.connect(read_only=False, run=run),
        attic=opening.attic,
        program=order.program,
        migrations=order.migrations,
        meant=order.meant,
        left=order.left,
        replicas=opening.replicas,
        connect_replica=server_side.connect_replica,
    )
    watcher = Watcher(
        look,
        order.connection.cancel,
        pid=order.pid,
        limits=opening.limits,
        emit=tell,
        clock=clock,
    )
    executor = Executor(
        context,
        order.connection,
        watcher,
        stepwise=order.stepwise,
        marker=first_marker(opening, order.server),
        observed=applied_by_others(order.server),
        finish=order.finish,
        look_again=look,
        witness=Witness(opening.journal, order.plan.target),
    )
    executor.start()
    return Running(executor, journal)


class Teller:
    """Writes each event down before anybody hears it; says once when that has become impossible."""

    def __init__(self, emit: Emit, journal: Journal | None) -> None:
        self._emit, self._journal = emit, journal
        self._said = False

    def __call__(self, event: Event) -> None:
        """From any thread of the run."""
        journal = self._journal
        if journal is not None:
            journal.write(event)
            if isinstance(event, RunFinished):
                journal.close()
            if journal.failure and not self._said:
                self._said = True
                self._emit(Noted(event.at, _unwritten(journal)))
        self._emit(event)


def _unwritten(journal: Journal) -> str:
    return (
        f"The journal {journal.path} cannot be written ({journal.failure}). The run goes on, since "
        "to stop now could leave more half done: the ledger in the database keeps every phase; "
        "only waits and tries are not kept from here on."
    )


def _journal(opening: Opening, now: datetime, run: str, plan: Plan) -> Journal | None:
    if opening.journal is None:
        return None
    journal = Journal(opening.journal / f"{now:%Y%m%dT%H%M%SZ}-{run}.jsonl")
    journal.begin(run, plan)
    return journal


def first_marker(opening: Opening, server: ServerLook) -> Marker | None:
    """What the first write tells the database about itself; nothing where nobody knows.

    That it needs no protection is kept only of a target that the settings name: a word on one
    command line, which may have named the wrong database, counts for that command alone.
    """
    if opening.environment is Environment.UNKNOWN or server.marker is not None:
        return None
    if opening.target is None and not opening.environment.protected:
        return None
    name = opening.target or server.identity.database
    return Marker(name, opening.environment, server.identity.system_identifier)


def applied_by_others(server: ServerLook) -> list[str]:
    """Versions a foreign history names as applied and our ledger does not; also those that we
    rolled back, or failed in, before somebody else applied them."""
    states = server.ledger.versions
    ours = {version for version, state in states.items() if state.done or state.complete}
    known = ours | (server.ledger.observed - states.keys())
    return [
        record.version
        for record in server.history.records
        if record.recorded is Recorded.APPLIED and record.version not in known
    ]
