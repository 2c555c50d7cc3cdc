"""How far replicas lie behind, in seconds, measured by where they have replayed to.

One measure for all: for those that stream from here and for those that must be asked themselves,
because they stream from another one or cannot be seen. The place in the log is written down with
the time at every look, and a replica lies behind by the age of the oldest place that it has not
replayed yet. No clock but ours is read.
"""

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

from cockpit.database.connection import Connection
from cockpit.errors import DatabaseError

_HERE = "SELECT (pg_catalog.pg_current_wal_flush_lsn() - '0/0')::numeric"
_STREAMING = """
SELECT coalesce(nullif(application_name, ''), client_addr::text, 'a replica'),
       (replay_lsn - '0/0')::numeric, extract(epoch FROM replay_lag)::float8
  FROM pg_catalog.pg_stat_replication WHERE replay_lsn IS NOT NULL
"""
_REPLAYED = "SELECT (pg_catalog.pg_last_wal_replay_lsn() - '0/0')::numeric"
_KEPT = 2_000
"""Places that are remembered: a quarter of an hour at two looks a second."""

Replicas = dict[str, float | None]
"""Name to seconds behind; None: it does not answer, or is not connected."""


class Lag:
    """Of one backfill. Reads only; the sessions to named replicas are its own."""

    def __init__(
        self,
        named: Sequence[str],
        connect: Callable[[str], Connection],
        monotonic: Callable[[], float],
    ) -> None:
        """`named`: as `pg_stat_replication` shows them, or `host:port` to be asked themselves."""
        self._names = [name for name in named if ":" not in name]
        self._addresses = [name for name in named if ":" in name]
        self._connect, self._monotonic = connect, monotonic
        self._places: deque[tuple[float, int]] = deque(maxlen=_KEPT)
        self._sessions: dict[str, Connection] = {}

    def measure(self, primary: Connection) -> Replicas:
        """Every replica that streams from here and may be seen, and every one that is named.

        Without the privilege to see replication (`pg_monitor`) no lag is visible, and none is
        claimed; a replica that is named must be seen or answer.
        """
        now = self._monotonic()
        self._places.append((now, int(primary.rows(_HERE)[0][0])))
        found: Replicas = dict.fromkeys(self._names)
        for name, replayed, told in primary.rows(_STREAMING):
            behind = self._behind(now, int(replayed), told)
            found[name] = max(behind, found.get(name) or 0.0)
        return found | {address: self._asked(address, now) for address in self._addresses}

    def close(self) -> None:
        """End the sessions to named replicas."""
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()

    def _behind(self, now: float, replayed: int, told: float | None = None) -> float:
        """Age of the oldest place not replayed. Before there is a second look, what was told."""
        if len(self._places) == 1:
            return told or 0.0
        oldest = next((at for at, place in self._places if place > replayed), None)
        return now - oldest if oldest is not None else 0.0

    def _asked(self, address: str, now: float) -> float | None:
        try:
            session = self._sessions.get(address)
            if session is None or session.closed:
                session = self._sessions[address] = self._connect(address)
            (replayed,) = session.rows(_REPLAYED)[0]
        except DatabaseError:
            lost = self._sessions.pop(address, None)
            if lost is not None:
                with suppress(DatabaseError):  # it is lost already
                    lost.close()
            return None
        # A server that is no standby has replayed nothing, and lies behind nobody.
        return self._behind(now, int(replayed)) if replayed is not None else 0.0
