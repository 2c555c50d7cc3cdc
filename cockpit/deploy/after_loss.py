"""After a lost connection: what the server itself says of what was open, and of what was done."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from cockpit.database import ledger
from cockpit.database.connection import Connection
from cockpit.errors import DatabaseError
from cockpit.model.ledger import EventKind, LedgerEvent
from cockpit.model.plan import PlannedPhase

_PATIENCE_SECONDS = 5.0
_ALIVE = "SELECT EXISTS (SELECT FROM pg_catalog.pg_stat_activity WHERE pid = %s)"
_GONE = "nothing: the lost session is gone"


@dataclass(frozen=True, slots=True)
class Loss:
    """What holds of the phase that was under way."""

    kept: str
    undone: str
    held: str
    forgotten: tuple[str, ...] = ()
    """Finished phases that this server does not know: it is not the one that confirmed them, or
    no longer. As `version phase`."""


def ask_the_server(
    connect: Callable[[], Connection],
    run: str,
    phase: PlannedPhase,
    pid: int,
    done: Sequence[PlannedPhase] = (),
) -> Loss:
    """Look from a new session, for some seconds while the old one still lives or none can be had.

    The ledger's event commits with the phase, so its presence is the proof; also of phases that
    were `done` before, because the server that answers now may be a standby that lacks them. It is
    read only after the old backend is gone: until then its transaction has no fate yet.
    """
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            connection = connect()
            try:
                alive = bool(connection.rows(_ALIVE, (pid,))[0][0])
                if not alive or time.monotonic() > until:
                    return _alive(phase, pid) if alive else _told(connection, run, phase, done)
            finally:
                connection.close()
        except DatabaseError as error:
            if time.monotonic() > until:
                return _unknown(phase, error)
        time.sleep(0.2)


def _told(
    connection: Connection, run: str, phase: PlannedPhase, done: Sequence[PlannedPhase]
) -> Loss:
    with connection.look() as reader:
        events = ledger.read_events(reader)
    finished = {_key(e) for e in events if e.run == run and e.event is EventKind.PHASE_FINISHED}
    lost = [p for p in done if (p.version, p.phase, p.direction) not in finished]
    loss = _settled(finished, phase)
    names = tuple(f"{p.version} {p.phase}" for p in lost)
    return replace(loss, forgotten=names)


def _key(event: LedgerEvent) -> tuple[object, ...]:
    return (event.version, event.phase, event.direction)


def _settled(finished: set[tuple[object, ...]], phase: PlannedPhase) -> Loss:
    if (phase.version, phase.phase, phase.direction) in finished:
        words = f"{phase.version} {phase.phase}: the ledger shows that it was committed"
        return Loss(words, "nothing", _GONE)
    if phase.transactional:
        words = f"all of {phase.version} {phase.phase}: the ledger shows that it was not committed"
        return Loss("", words, _GONE)
    words = "what its steps have committed one by one; the board names them"
    return Loss(words, "the step that was open", _GONE)


def _alive(phase: PlannedPhase, pid: int) -> Loss:
    held = f"backend {pid} still works on it and holds its locks: the server has not noticed yet"
    return Loss("", f"not known yet: {phase.version} {phase.phase} is still open", held)


def _unknown(phase: PlannedPhase, error: DatabaseError) -> Loss:
    words = f"not known: {phase.version} {phase.phase}; no new connection can be had ({error.what})"
    return Loss("", words, "not known; locks end with the session")
