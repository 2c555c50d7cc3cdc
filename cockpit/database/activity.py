"""Other sessions: who is in our way, who waits behind us, what the server says of its progress."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from cockpit.database.connection import Reader, Row
from cockpit.database.queries import query
from cockpit.model.activity import Progress, SessionFacts
from cockpit.model.locks import LockMode

_BLOCKERS = " AND a.pid = ANY (pg_catalog.pg_blocking_pids(%s)) ORDER BY a.xact_start NULLS LAST"
_ON_RELATIONS = """
 AND EXISTS (SELECT FROM pg_catalog.pg_locks l
              WHERE l.pid = a.pid AND l.locktype = 'relation'
                AND l.relation = ANY (%s::text[]::regclass[]))
 ORDER BY a.xact_start NULLS LAST
"""
_CLIENTS = """
 AND (a.backend_type = 'client backend' OR a.backend_type IS NULL AND a.usesysid IS NOT NULL)
 AND a.datname = current_database()
"""
"""The type is hidden from a role that may not see what the session does; that it is one is not."""
_ANY = f"""{_CLIENTS}
 ORDER BY a.xact_start NULLS LAST
"""
_HELD = """
SELECT l.pid, l.mode, l.relation::regclass::text FROM pg_catalog.pg_locks l
  JOIN pg_catalog.pg_class c ON c.oid = l.relation AND c.relkind IN ('r', 'p', 'm', 'f', 'v')
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname <> 'information_schema'
       AND n.nspname !~ '^pg_'
 WHERE l.locktype = 'relation' AND l.granted AND l.mode <> 'SIReadLock' AND l.pid = ANY (%s)
   AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
 ORDER BY 1, 3
"""
_NAMED = 2
"""Relations told for each session; the rest is counted."""
_WAITED_FOR = """
 AND a.pid <> %s
 AND (a.backend_xmin IS NOT NULL OR EXISTS (
   SELECT FROM pg_catalog.pg_locks l
    WHERE l.pid = a.pid AND l.locktype = 'relation' AND l.granted AND l.relation IN (
      SELECT coalesce(i.indrelid, t.oid) FROM pg_catalog.to_regclass(%s) AS t(oid)
        LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = t.oid)))
"""
_OLDER = f"""{_CLIENTS}{_WAITED_FOR}
 AND (a.xact_start < pg_catalog.clock_timestamp() - interval '1 second' OR a.pid = ANY (%s))
 ORDER BY a.xact_start
"""
_HIDDEN_TRANSACTIONS = """
SELECT a.pid, l.virtualtransaction FROM pg_catalog.pg_stat_activity a
  JOIN pg_catalog.pg_locks l ON l.pid = a.pid AND l.locktype = 'virtualxid' AND l.granted
 WHERE a.xact_start IS NULL
"""
"""Since when it is open is hidden, which transaction it is is not."""
_OLD_SECONDS = 1.0
_PREPARED = """
SELECT 0, owner::text, 'prepared transaction ' || gid, NULL, 'prepared',
       extract(epoch FROM pg_catalog.clock_timestamp() - prepared)::float8, '', false
  FROM pg_catalog.pg_prepared_xacts
 WHERE 0 = ANY (pg_catalog.pg_blocking_pids(%s)) AND database = current_database()
 ORDER BY prepared
"""
_QUEUED = """
SELECT count(*) FROM pg_catalog.pg_locks w
 WHERE NOT w.granted AND w.pid <> %s AND %s = ANY (pg_catalog.pg_blocking_pids(w.pid))
"""
_WANTS = """
SELECT l.mode, l.relation::regclass::text FROM pg_catalog.pg_locks l
 WHERE l.pid = %s AND NOT l.granted AND l.locktype NOT IN ('virtualxid', 'transactionid') LIMIT 1
"""
_PROGRESS = """
SELECT 'CREATE INDEX', phase,
       CASE WHEN blocks_total > 0 THEN blocks_done ELSE tuples_done END,
       nullif(CASE WHEN blocks_total > 0 THEN blocks_total ELSE tuples_total END, 0),
       CASE WHEN blocks_total > 0 THEN 'blocks' ELSE 'rows' END
  FROM pg_catalog.pg_stat_progress_create_index WHERE pid = %s
UNION ALL
SELECT command, phase, heap_blks_scanned, nullif(heap_blks_total, 0), 'blocks'
  FROM pg_catalog.pg_stat_progress_cluster WHERE pid = %s
UNION ALL
SELECT 'VACUUM', phase, heap_blks_scanned, nullif(heap_blks_total, 0), 'blocks'
  FROM pg_catalog.pg_stat_progress_vacuum WHERE pid = %s
"""


def blockers(reader: Reader, pid: int) -> tuple[SessionFacts, ...]:
    """Who keeps this backend waiting now, oldest transaction first; autovacuum among them.

    A prepared transaction has no session: `pid` is 0, and every one of this database is named.
    """
    found = reader.rows(query("sessions") + _BLOCKERS, (pid,))
    return _facts(found + reader.rows(_PREPARED, (pid,)))


def sessions(reader: Reader, relations: Sequence[str] = ()) -> tuple[SessionFacts, ...]:
    """Sessions with any lock on these relations; all of this database when none is named.

    Names that no longer exist make the server refuse; the caller passes catalog names.
    """
    if relations:
        found = _facts(reader.rows(query("sessions") + _ON_RELATIONS, (list(relations),)))
    else:
        found = _facts(reader.rows(query("sessions") + _ANY))
    held = _held(reader, [session.pid for session in found])
    return tuple(replace(session, holds=held.get(session.pid, "")) for session in found)


def _held(reader: Reader, pids: list[int]) -> dict[int, str]:
    """Each session's strongest lock on a table, with the tables: `ROW EXCLUSIVE on orders`."""
    locks: dict[int, list[tuple[LockMode, str]]] = {}
    for pid, mode, relation in reader.rows(_HELD, (pids,)):
        locks.setdefault(pid, []).append((LockMode(mode), relation))
    return {pid: _in_words(found) for pid, found in locks.items()}


def _in_words(locks: list[tuple[LockMode, str]]) -> str:
    mode = max((mode for mode, _ in locks), key=lambda mode: mode.rank)
    names = [relation for held, relation in locks if held is mode]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{mode.words} on {', '.join(names[:_NAMED])}{more}"


def older_transactions(
    reader: Reader, pid: int, held: str | None = None
) -> tuple[SessionFacts, ...]:
    """Transactions over a second old that a CONCURRENTLY of this backend would wait for: those with
    a snapshot, and those with any lock on `held`, a relation as SQL writes it, or on its table.

    Takes a second where the role may not see how old some are: those are looked at twice.
    """
    hidden = _hidden_old(reader, pid, held)
    return _facts(reader.rows(query("sessions") + _OLDER, (pid, held, hidden)))


def _hidden_old(reader: Reader, pid: int, held: str | None) -> list[int]:
    asked = _HIDDEN_TRANSACTIONS + _CLIENTS + _WAITED_FOR
    first = set(reader.rows(asked, (pid, held)))
    if not first:
        return []
    time.sleep(_OLD_SECONDS)
    return [other for other, _ in first & set(reader.rows(asked, (pid, held)))]


def queued_behind(reader: Reader, pid: int) -> int:
    """How many sessions wait directly for this backend."""
    return int(reader.rows(_QUEUED, (pid, pid))[0][0])


def wants(reader: Reader, pid: int) -> tuple[str, str | None] | None:
    """The lock mode and relation this backend waits for; None when it does not wait, or for no
    lock but for the end of a transaction."""
    for mode, relation in reader.rows(_WANTS, (pid,)):
        return mode, relation
    return None


def progress(reader: Reader, pid: int) -> Progress | None:
    """What a `pg_stat_progress_*` view says of this backend; None when nothing is reported."""
    for command, phase, done, total, unit in reader.rows(_PROGRESS, (pid, pid, pid)):
        return Progress(command, phase, done, total, unit)
    return None


def terminate(reader: Reader, pid: int) -> bool:
    """End that session. False when it was gone already."""
    return bool(reader.rows("SELECT pg_catalog.pg_terminate_backend(%s)", (pid,))[0][0])


def cancel(reader: Reader, pid: int) -> bool:
    """Cancel that backend's statement. False when there is no such backend."""
    return bool(reader.rows("SELECT pg_catalog.pg_cancel_backend(%s)", (pid,))[0][0])


def session_facts(row: Row, holds: str = "") -> SessionFacts:
    """One row of `queries/sessions.sql`, or of a query with its first seven columns."""
    pid, user, application, address, state, age, statement, *endable = row
    return SessionFacts(
        pid, user, application, address, state,
        transaction_age=timedelta(seconds=age) if age is not None else None,
        query=statement,
        holds=holds,
        endable=bool(endable[0]) if endable else None,
    )  # fmt: skip


def _facts(rows: list[Row]) -> tuple[SessionFacts, ...]:
    return tuple(session_facts(row) for row in rows)
