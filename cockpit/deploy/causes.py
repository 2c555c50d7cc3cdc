"""What helps against a failure that has nothing to do with the migration itself."""

from datetime import timedelta

from cockpit.deploy.opening import Limits

CANCELLED = "57014"
"""`query_canceled`: a timeout of the server, or somebody's `pg_cancel_backend`."""
_ADVICE = {
    "53100": "The server's disk is full: make room there; what was written for this step is freed",
    "53200": "The server is out of memory: try at a quieter time, or in smaller steps",
    "53300": "The server has no connection left: end some, or raise max_connections",
    "53400": "A limit of the server's settings is reached: its message names which",
    "2BP01": "Other objects depend on it: change or drop each of them first, by its name (CASCADE "
    "would drop whatever there is)",
    "25P03": "The server ended the session because it sat idle in a transaction",
    "57P01": "Somebody ended this session, or stopped the server: look again, it may be back",
    "57P02": "The server has crashed and restarts: wait until it is back, and look at its log",
    "57P03": "The server starts, or stops: wait until it is back",
}
"""By SQLSTATE (PostgreSQL documentation, appendix A)."""


def advice(sqlstate: str | None, limits: Limits) -> str:
    """One sentence without a point; empty where the server's own words must do."""
    if sqlstate == CANCELLED and limits.statement_timeout > timedelta(0):
        seconds = limits.statement_timeout.total_seconds()
        return (
            f"If the statement_timeout of {seconds:g} s was over: raise it for this target, or "
            "take the safer form"
        )
    return _ADVICE.get(sqlstate or "", "")
