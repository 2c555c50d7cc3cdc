"""What a session has done to relations: locks it holds, files it replaced, tables it read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cockpit.database.connection import Reader
from cockpit.model.locks import LockMode

_RELATIONS = """
SELECT c.oid::bigint, n.nspname || '.' || c.relname, c.relkind::text, c.relfilenode::bigint,
       c.relispopulated,
       CASE WHEN c.relkind IN ('r', 'm') THEN {scans}(c.oid) ELSE 0 END
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relpersistence <> 't'
   AND c.relkind IN ('r', 'p', 'f', 'm', 'v', 'S', 'c', 'i', 'I')
   AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
"""
_IN_TRANSACTION = _RELATIONS.format(scans="pg_catalog.pg_stat_get_xact_numscans")
_IN_ALL = _RELATIONS.format(scans="pg_catalog.pg_stat_get_numscans")
_FLUSH = "SELECT pg_catalog.pg_stat_force_next_flush()"
_FLUSH_SINCE = 150000
_LOCKS = """
SELECT l.relation::bigint, l.mode
  FROM pg_catalog.pg_locks l
 WHERE l.pid = %s AND l.locktype = 'relation'
   AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
"""
_WAITED = _LOCKS + " AND NOT l.granted"
_ENDS = """
SELECT unnest(pg_catalog.pg_blocking_pids(l.pid))
  FROM pg_catalog.pg_locks l
 WHERE l.pid = %s AND NOT l.granted AND l.locktype = 'virtualxid'
"""
_BARRABLE = """
SELECT c.oid::bigint, format('%%I.%%I', n.nspname, c.relname)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.oid = ANY (%s) AND c.relkind IN ('r', 'p', 'f')
"""


@dataclass(frozen=True, slots=True)
class Footprint:
    """One relation as one session sees it now."""

    name: str
    """`schema.name`, unquoted, as stored."""
    kind: str
    """`pg_class.relkind`"""
    file: int
    """`relfilenode`; another one after a rewrite. 0 where there is no file."""
    populated: bool
    """False for a materialized view that holds nothing."""
    scans: int
    """Times it was read from end to end, of tables and materialized views."""


Footprints = Mapping[int, Footprint]
"""By OID."""
HeldLocks = frozenset[tuple[int, LockMode]]
"""OID of the relation and mode; locks that are waited for are among them."""


def in_transaction(reader: Reader) -> Footprints:
    """Every lasting relation of users; scans are those of the reader's open transaction."""
    return _read(reader, _IN_TRANSACTION)


def of_all_time(reader: Reader, version: int) -> Footprints:
    """The same outside of a transaction; scans are those of the whole database so far.

    The reader's own counts are written out first. PostgreSQL 14 cannot be asked to, so its counts
    come up to half a second late.
    """
    if version >= _FLUSH_SINCE:
        reader.rows(_FLUSH)
    return _read(reader, _IN_ALL)


def locks_of(reader: Reader, pid: int) -> HeldLocks:
    """Relation locks of another session of this database, at this moment."""
    return frozenset((oid, LockMode(mode)) for oid, mode in reader.rows(_LOCKS, (pid,)))


def waited_for(reader: Reader, pid: int) -> HeldLocks:
    """The relation lock another session waits for, if it waits for one."""
    return frozenset((oid, LockMode(mode)) for oid, mode in reader.rows(_WAITED, (pid,)))


def waits_for_end_of(reader: Reader, pid: int) -> frozenset[int]:
    """Sessions whose transactions another session waits to see ended."""
    return frozenset(blocker for (blocker,) in reader.rows(_ENDS, (pid,)))


def lockable(reader: Reader, oids: Iterable[int]) -> dict[int, str]:
    """Those that LOCK TABLE takes, by OID with their names as SQL writes them."""
    return dict(reader.rows(_BARRABLE, (list(oids),)))


def _read(reader: Reader, sql: str) -> Footprints:
    return {
        oid: Footprint(name, kind, file, populated, scans)
        for oid, name, kind, file, populated, scans in reader.rows(sql)
    }
