"""After a lost connection: what the server itself says of the transaction that was open."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from cockpit.database import ledger
from cockpit.database.connection import Connection
from cockpit.errors import DatabaseError
from cockpit.model.ledger import EventKind
from cockpit.model.plan import PlannedPhase

_PATIENCE_SECONDS = 5.0
_ALIVE = "SELECT EXISTS (SELECT FROM pg_catalog.pg_stat_activity WHERE pid = %s)"


@dataclass(frozen=True, slots=True)
class Loss:
    """What holds of the phase that was under way."""

    kept: str
    undone: str
    held: str


def ask_the_server(
    connect: Callable[[], Connection], run: str, phase: PlannedPhase, pid: int
) -> Loss:
    """Look from a new session, for some seconds while the old one still lives or none can be had.

    The ledger's event commits with the phase, so its presence is the proof. It is read only after
    the old backend is gone: until then its transaction has no fate yet.
    """
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            connection = connect()
            try:
                alive = bool(connection.rows(_ALIVE, (pid,))[0][0])
                if not alive or time.monotonic() > until:
                    return _alive(phase, pid) if alive else _settled(connection, run, phase)
            finally:
                connection.close()
        except DatabaseError as error:
            if time.monotonic() > until:
                return _unknown(phase, error)
        time.sleep(0.2)


def _settled(connection: Connection, run: str, phase: PlannedPhase) -> Loss:
    with connection.look() as reader:
        events = ledger.read_events(reader, newest=20)
    for event in events:
        mine = (event.run, event.version, event.phase) == (run, phase.version, phase.phase)
        if mine and event.event is EventKind.PHASE_FINISHED:
            words = f"{phase.version} {phase.phase}: the ledger shows that it was committed"
            return Loss(words, "nothing", "nothing: the lost session is gone")
    if phase.transactional:
        words = f"all of {phase.version} {phase.phase}: the ledger shows that it was not committed"
        return Loss("", words, "nothing: the lost session is gone")
    words = "what its steps have committed one by one; the board names them"
    return Loss(words, "the step that was open", "nothing: the lost session is gone")


def _alive(phase: PlannedPhase, pid: int) -> Loss:
    held = f"backend {pid} still works on it and holds its locks: the server has not noticed yet"
    return Loss("", f"not known yet: {phase.version} {phase.phase} is still open", held)


def _unknown(phase: PlannedPhase, error: DatabaseError) -> Loss:
    words = f"not known: {phase.version} {phase.phase}; no new connection can be had ({error.what})"
    return Loss("", words, "not known; locks end with the session")
