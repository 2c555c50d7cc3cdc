"""Locks that a statement asks for and gives back before it ends, proved by letting it wait.

`pg_locks` at the end of a statement does not show them. So another session holds a lock that is in
the way of just this mode, and the statement must be seen waiting for it. It runs in a session that
remembers nothing: what a backend has cached of a row type it does not look up again.
"""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from cockpit.model.locks import LockMode

_RENAMED: dict[str, LiteralString] = {
    "v": "VIEW", "m": "MATERIALIZED VIEW", "S": "SEQUENCE", "f": "FOREIGN TABLE", "c": "TYPE",
}  # fmt: skip
"""Kinds that LOCK TABLE does not take, or not alone: a new name is ACCESS EXCLUSIVE."""
_WAITS = """
SELECT 1 FROM pg_locks
 WHERE pid = %s AND relation = %s AND mode = %s AND locktype = 'relation' AND NOT granted
"""
_SETTINGS = "SELECT name, setting FROM pg_settings WHERE source = 'session'"
_PATIENCE_SECONDS = 5.0
_PAUSE_SECONDS = 0.005


def in_the_way(asked: LockMode, seen: LockMode | None) -> LockMode | None:
    """The weakest mode that makes `asked` wait and lets `seen` through; None if there is none."""
    fitting = (
        mode
        for mode in LockMode
        if asked.conflicts_with(mode) and not (seen and seen.conflicts_with(mode))
    )
    return next(fitting, None)


def is_asked_for(
    teller: psycopg.Connection[Any],
    statement: str,
    relation: tuple[int, str],
    asked: LockMode,
    seen: LockMode | None,
) -> bool:
    """Whether the statement waits for this mode on the relation (OID and kind); nothing is kept.

    It runs with the settings of `teller`, which is used for nothing else.
    """
    oid, kind = relation
    mode = in_the_way(asked, seen if kind in "rp" else None)
    if mode is None or (seen is not None and kind not in "rp"):
        return False
    with _another(teller) as holder, _another(teller) as actor:
        actor.autocommit = True
        try:
            for setting in teller.execute(_SETTINGS):
                actor.execute("SELECT set_config(%s, %s, false)", setting)
            _hold(holder, oid, kind, mode)
            return _is_seen_waiting(actor, statement, holder, (oid, asked))
        except psycopg.Error:
            return False
        finally:
            holder.rollback()


def _another(connection: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    return psycopg.connect(connection.info.dsn, password=connection.info.password)


def _hold(holder: psycopg.Connection[Any], oid: int, kind: str, mode: LockMode) -> None:
    name = sql.SQL(holder.execute("SELECT %s::oid::regclass::text", (oid,)).fetchall()[0][0])
    if kind in "rp":
        words = sql.SQL(mode.words)
        holder.execute(sql.SQL("LOCK TABLE ONLY {} IN {} MODE").format(name, words))
    else:
        what = sql.SQL(_RENAMED[kind])
        holder.execute(sql.SQL("ALTER {} {} RENAME TO name_while_held").format(what, name))


def _is_seen_waiting(
    actor: psycopg.Connection[Any],
    statement: str,
    holder: psycopg.Connection[Any],
    wanted: tuple[int, LockMode],
) -> bool:
    actor.execute("BEGIN")
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(_try, actor, statement)
        seen = _watch(running, holder, (actor.info.backend_pid, *wanted))
        if not running.done():
            actor.cancel_safe()
        running.result()
    actor.execute("ROLLBACK")
    return seen


def _try(actor: psycopg.Connection[Any], statement: str) -> None:
    try:
        actor.execute(statement.encode())
    except psycopg.Error:
        return


def _watch(
    running: "Future[None]",
    holder: psycopg.Connection[Any],
    wanted: tuple[int, int, LockMode],
) -> bool:
    end = time.monotonic() + _PATIENCE_SECONDS
    pid, oid, mode = wanted
    while not running.done() and time.monotonic() < end:
        if holder.execute(_WAITS, (pid, oid, mode.value)).fetchall():
            return True
        time.sleep(_PAUSE_SECONDS)
    return False
