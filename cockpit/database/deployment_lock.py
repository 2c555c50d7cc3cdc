"""The deployment lock: a session advisory lock on the very connection that executes.

Lock and work share one fate: a holder that dies frees it. It is tried, never waited for in the
server, and tried outside a transaction, so that a waiter holds no snapshot that would hang a
`CREATE INDEX CONCURRENTLY`.

In `pg_locks` a one-argument key has `objsubid = 1` and is split into `classid` (upper) and `objid`
(lower), both unsigned (PostgreSQL documentation, "pg_locks").
"""

from collections.abc import Sequence
from datetime import UTC

from cockpit.database.connection import Reader, Writer
from cockpit.errors import HeldByAnother, PoolerInTheWay
from cockpit.model.locks import AdvisoryKey, LockHolder

COCKPIT_KEY = AdvisoryKey("cockpit", 7165054845268358196)
"""`int.from_bytes(b"cockpit4")`: the same for every version of the program."""

_HELD = """
SELECT l.classid::bigint, l.objid::bigint, l.pid,
       coalesce(a.usename::text, '?'), coalesce(a.application_name, ''),
       coalesce(host(a.client_addr), a.client_hostname), coalesce(a.state, 'unknown'),
       a.backend_start, l.pid = pg_catalog.pg_backend_pid()
  FROM pg_catalog.pg_locks l
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
 WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
   AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
"""


def observe(
    reader: Reader, keys: Sequence[AdvisoryKey], our_pid: int | None = None
) -> tuple[LockHolder, ...]:
    """Who holds which of these locks now. Reads only: needs no write privilege.

    `our_pid` is the backend of our executing connection, so that our own lock is told apart.
    """
    by_halves = {_halves(key.key): key for key in keys}
    found = []
    for upper, lower, pid, user, application, address, state, since, same in reader.rows(_HELD):
        key = by_halves.get((upper, lower))
        if key is not None:
            ours = bool(same) or pid == our_pid
            found.append(LockHolder(key, pid, user, application, address, state, since, ours))
    return tuple(found)


def take(writer: Writer, keys: Sequence[AdvisoryKey]) -> None:
    """Take every key or none. Raises `HeldByAnother` at once, naming the holder."""
    for taken, key in enumerate(keys):
        if not writer.rows("SELECT pg_catalog.pg_try_advisory_lock(%s)", (key.key,))[0][0]:
            give_back(writer, keys[:taken])
            raise HeldByAnother(
                holder_words(next(iter(observe(writer, [key])), None), key),
                next_step="Wait for that run to end, or ask its owner.",
            )


def give_back(writer: Writer, keys: Sequence[AdvisoryKey]) -> None:
    """Release the keys, in reverse order of taking."""
    for key in reversed(keys):
        writer.rows("SELECT pg_catalog.pg_advisory_unlock(%s)", (key.key,))


def require(reader: Reader, keys: Sequence[AdvisoryKey]) -> None:
    """Raise `PoolerInTheWay` unless the backend that serves us right now holds every key."""
    held = {holder.key.key for holder in observe(reader, keys) if holder.ours}
    if any(key.key not in held for key in keys):
        raise PoolerInTheWay(
            "The backend that serves this transaction does not hold the deployment lock.",
            kept="This transaction is undone.",
            next_step="Connect without a pooler in transaction mode, then run again.",
        )


def holder_words(holder: LockHolder | None, key: AdvisoryKey = COCKPIT_KEY) -> str:
    """One sentence: which lock, whose session, from where, since when."""
    if holder is None:
        return f"The {key.tool} deployment lock is held, by a session that has just gone."
    place = f" from {holder.address}" if holder.address else ""
    since = f", connected since {holder.since.astimezone(UTC):%H:%M:%SZ}" if holder.since else ""
    name = holder.application or holder.user
    return (
        f"The {holder.key.tool} deployment lock is held by {name} "
        f"(pid {holder.pid}, {holder.user}{place}, {holder.state}{since})."
    )


def _halves(key: int) -> tuple[int, int]:
    unsigned = key % (1 << 64)
    return unsigned >> 32, unsigned & 0xFFFFFFFF
