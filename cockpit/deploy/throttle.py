"""Reasons to wait before the next batch: replicas that lie behind, load, the file's own query."""

from cockpit.database.connection import Connection
from cockpit.deploy.lag import Lag
from cockpit.model.migration import Backfill
from cockpit.model.tuning import Tuning

_ACTIVE = """
SELECT count(*) FROM pg_catalog.pg_stat_activity a
 WHERE pid <> pg_catalog.pg_backend_pid()
   AND (state = 'active' AND backend_type = 'client backend'
        OR backend_type IS NULL AND usesysid IS NOT NULL
           AND EXISTS (SELECT FROM pg_catalog.pg_locks l
                        WHERE l.pid = a.pid AND l.locktype = 'virtualxid'))
"""
"""Where a role may not see what a session does, one in a transaction counts as active."""


def reason_to_wait(connection: Connection, spec: Backfill, tuning: Tuning, lag: Lag) -> str | None:
    """Why the next batch must not begin yet; None when it may."""
    replicas = lag.measure(connection)
    if tuning.paused:
        return "paused by the operator"
    for name, seconds in replicas.items():
        if seconds is None:
            return f"{name} does not answer, so nobody knows how far it lies behind"
        if seconds > tuning.max_lag:
            return f"{name} lies {seconds:.1f} s behind, {tuning.max_lag} s are allowed"
    if spec.max_active:
        active = int(connection.rows(_ACTIVE)[0][0])
        if active > spec.max_active:
            return f"{active} sessions are active, {spec.max_active} are allowed"
    if spec.pause_while:
        answer = connection.answers(spec.pause_while)
        if answer and answer[0][0] is True:
            return "the file's pause-while query says true"
    return None
