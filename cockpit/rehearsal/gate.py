"""Shows the locks of a statement that gives them back before anybody can look.

A statement outside a transaction (CREATE INDEX CONCURRENTLY, VACUUM, a procedure that commits) is
through in milliseconds on a small database. So every table is barred beforehand by a session that
holds all modes on it, each in a savepoint above the weaker one. The statement must wait for its
first lock, and a lock that is waited for can be read from `pg_locks`. Then the bar is lowered just
so far that this mode passes: a stronger one, asked for later, waits and is read again.
"""

from collections.abc import Callable
from dataclasses import dataclass

from cockpit.database import footprint
from cockpit.database.connection import Connection
from cockpit.database.footprint import HeldLocks
from cockpit.errors import DatabaseError
from cockpit.model.locks import LockMode

_LADDER = (
    LockMode.ACCESS_SHARE,
    LockMode.ROW_SHARE,
    LockMode.ROW_EXCLUSIVE,
    LockMode.SHARE_UPDATE_EXCLUSIVE,
    LockMode.SHARE,
    LockMode.EXCLUSIVE,
    LockMode.ACCESS_EXCLUSIVE,
)
"""Each conflicts with more than the ones before it; SHARE ROW EXCLUSIVE would add nothing."""

MOST_TABLES = 40
"""A bar is a session; beyond this only the tables that matter are barred."""

_GIVES_UP = ("VACUUM",)
"""It only tries for a stronger lock than its main one, for seconds, and goes on without it."""
_MAIN_LOCK = LockMode.SHARE_UPDATE_EXCLUSIVE


@dataclass(slots=True)
class Bar:
    """One table, and what keeps others from it."""

    oid: int
    session: Connection
    pid: int
    rungs: int
    """How many modes of the ladder are held, from the weakest."""

    def lower(self, mode: LockMode) -> None:
        """Let this mode pass."""
        rungs = self.rungs
        while rungs and any(held.conflicts_with(mode) for held in _LADDER[:rungs]):
            rungs -= 1
        if rungs < self.rungs:
            self.session.execute(f"ROLLBACK TO SAVEPOINT rung_{rungs}")
            self.rungs = rungs

    def lift(self) -> None:
        """Let everything pass, and end the transaction, which may be what is waited for."""
        self.session.roll_back()
        self.rungs = 0


class Gate:
    """Bars on some tables. Used by one thread; `close` lifts them all."""

    def __init__(self, connect: Callable[[], Connection], kind: str) -> None:
        """`kind`: the command words of the statement that will have to pass."""
        self._connect = connect
        self._gives_up = kind.startswith(_GIVES_UP)
        self._bars: dict[int, Bar] = {}

    def bar(self, tables: dict[int, str]) -> frozenset[int]:
        """Bar tables, by OID with the name as SQL writes it. One that cannot be barred stays open.

        Returns those that are barred. Views and materialized views cannot be locked by hand, and
        a table somebody uses may not.
        """
        for oid, name in tables.items():
            session = self._connect()
            try:
                pid = int(session.rows("SELECT pg_catalog.pg_backend_pid()")[0][0])
                session.execute("BEGIN")
                for rung, mode in enumerate(_LADDER):
                    session.execute(f"SAVEPOINT rung_{rung}")
                    session.execute(f"LOCK TABLE ONLY {name} IN {mode.words} MODE NOWAIT")
            except DatabaseError:
                # The lock of this table is then looked for as it passes.
                session.close()
            else:
                self._bars[oid] = Bar(oid, session, pid, len(_LADDER))
        return frozenset(self._bars)

    def pass_on(self, watching: Connection, pid: int) -> HeldLocks:
        """The locks the session has or waits for now; what it waits for is let pass."""
        found = footprint.locks_of(watching, pid)
        waited = footprint.waited_for(watching, pid)
        for oid, mode in waited:
            bar = self._bars.get(oid)
            if bar is not None and self._gives_up and mode.rank >= _MAIN_LOCK.rank:
                bar.lift()
            elif bar is not None:
                bar.lower(mode)
        enders = footprint.waits_for_end_of(watching, pid)
        for bar in self._bars.values():
            if bar.pid in enders:
                bar.lift()
        return found | waited

    def close(self) -> None:
        """Lift every bar."""
        for bar in self._bars.values():
            bar.session.close()
        self._bars = {}
