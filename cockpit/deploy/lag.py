"""How far replicas lie behind, in seconds, measured by where they have replayed to.

One measure for all: for those that stream from here and for those that must be asked themselves,
because they stream from another one or cannot be seen. The place in the log is written down with
the time at every look, and a replica lies behind by the age of the oldest place that it has not
replayed yet. No clock but ours is read.

That age is late: what was written in a second may take ten to replay, and nothing can be taken back
then. So how fast a replica replays while it has work is measured too, and what counts is the larger
of the age and the time that it will need for all that is written, the next batch included.
"""

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

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

_MISSED_SECONDS = 60.0
"""A replica that nobody named and that is gone for so long was taken away: no more is waited."""
_DOUBT = 1.5
"""A replica may be slower in the next second than in the last, and others write too."""

Replicas = dict[str, float | None]
"""Name to seconds behind; None: it does not answer, or is not connected."""


@dataclass(slots=True)
class _Pace:
    """How fast one replica replays, from looks between which it always had work."""

    at: float
    replayed: int
    busy: bool
    bytes_a_second: float | None = None

    def look(self, now: float, replayed: int, written: int) -> None:
        """One more look. Half of the speed is what it was, so that one odd look decides nothing.

        One that stands still has no speed to reckon with: its age tells enough.
        """
        busy, elapsed = replayed < written, now - self.at
        if self.busy and busy and elapsed > 0 and replayed > self.replayed:
            speed = (replayed - self.replayed) / elapsed
            before = self.bytes_a_second
            self.bytes_a_second = speed if before is None else (speed + before) / 2
        self.at, self.replayed, self.busy = now, replayed, busy


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
        self._paces: dict[str, _Pace] = {}
        self._seen: dict[str, float] = {}
        self._batch_bytes = 0
        self._batch_done = False

    def batch_done(self) -> None:
        """A batch was committed since the last look: what it wrote is told by the next one."""
        self._batch_done = True

    def share(self, seconds: float) -> float:
        """How many batches like the last one the slowest replica replays in that time."""
        speeds = [pace.bytes_a_second for pace in self._paces.values()]
        slowest = min((speed for speed in speeds if speed is not None), default=None)
        if slowest is None or self._batch_bytes <= 0:
            return float("inf")
        return slowest * seconds / self._batch_bytes

    def measure(self, primary: Connection) -> Replicas:
        """Every replica that streams from here and may be seen, and every one that is named.

        Without the privilege to see replication (`pg_monitor`) no lag is visible, and none is
        claimed. A replica that is named must be seen or answer; any other is missed for a minute.
        """
        now = self._monotonic()
        self._look_at(now, int(primary.rows(_HERE)[0][0]))
        found: Replicas = dict.fromkeys([*self._names, *self._missed(now)])
        for name, replayed, told in primary.rows(_STREAMING):
            behind = self._behind(name, now, int(replayed), told)
            found[name] = max(behind, found.get(name) or 0.0)
            self._seen[name] = now
        return found | {address: self._asked(address, now) for address in self._addresses}

    def close(self) -> None:
        """End the sessions to named replicas."""
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()

    def _missed(self, now: float) -> list[str]:
        """Replicas that streamed a while ago: one that is cut off falls behind unseen."""
        return [name for name, at in self._seen.items() if now - at < _MISSED_SECONDS]

    def _look_at(self, now: float, written: int) -> None:
        if self._batch_done and self._places:
            self._batch_bytes = written - self._places[-1][1]
            self._batch_done = False
        self._places.append((now, written))

    def _behind(self, name: str, now: float, replayed: int, told: float | None = None) -> float:
        """Age of the oldest place not replayed, or the time to come. First, what was told."""
        written = self._places[-1][1]
        pace = self._paces.setdefault(name, _Pace(now, replayed, replayed < written))
        pace.look(now, replayed, written)
        if len(self._places) == 1:
            return told or 0.0
        oldest = next((at for at, place in self._places if place > replayed), None)
        if oldest is None:
            return 0.0
        left = written - replayed + self._batch_bytes
        to_come = left / pace.bytes_a_second * _DOUBT if pace.bytes_a_second else 0.0
        return max(now - oldest, to_come)

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
        return self._behind(address, now, int(replayed)) if replayed is not None else 0.0
