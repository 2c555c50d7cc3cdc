"""Saying that what was changed by hand in the schema is meant, after somebody looked at it."""

import secrets

from cockpit.analysis.schema_drift import schema_changes
from cockpit.database import deployment_lock, ledger
from cockpit.database.connection import Connection
from cockpit.database.schema_snapshot import keep_snapshot, read_snapshot
from cockpit.deploy.context import CLIENT, actor
from cockpit.deploy.looking import Looked, Looking
from cockpit.errors import CockpitError, Refused, StalePlan
from cockpit.model.ledger import EventKind, LedgerEvent
from cockpit.model.ledger_event import UNSET
from cockpit.model.schema import SchemaChange

_LISTED = 100
"""Objects beyond this many are not named in the event."""


def accept_drift(
    seen: tuple[SchemaChange, ...],
    looked: Looked,
    looking: Looking,
    connection: Connection,
    reason: str,
) -> None:
    """Write who accepts it and why, with the schema as it is now. Changes nothing else.

    Raises `Refused` without a reason, with nothing to accept or where the ledger is not to be
    believed; `StalePlan` when the schema differs otherwise than in what was seen.
    """
    server = looked.server
    if server is None:
        raise CockpitError(looked.board.database_error)
    if not reason.strip():
        raise Refused("Everybody counts it as meant after this.", next_step="Give a --reason.")
    for problem in server.problems:
        if problem.blocks_writing:
            raise Refused(problem.what, next_step=problem.next_step)
    base = looking.schema_meant(server)
    if base is None:
        why = looked.board.schema_unchecked
        raise Refused(f"There is nothing to compare the schema with. {why}".strip())
    with connection.look() as reader:
        live = read_snapshot(reader)
    now = schema_changes(base, live)
    if not now:
        raise Refused("Nothing in the schema was changed outside of migrations.")
    if now != seen:
        raise StalePlan(
            "The schema was changed again since it was looked at.",
            next_step="Look again: cockpit drift.",
        )
    names = [f"{change.alteration} {change.object.label}" for change in now[:_LISTED]]
    with connection.transaction():
        deployment_lock.require(connection, server.keys)
        digest = keep_snapshot(connection, live)
        event = LedgerEvent(
            0, UNSET, secrets.token_hex(4), EventKind.SCHEMA_ACCEPTED, actor=actor(),
            client=CLIENT, detail={
                "goal": "accept what was changed by hand", "schema": digest,
                "schema_drift": names, "reason": reason,
            },
        )  # fmt: skip
        ledger.append(connection, [event])
    looking.schema_left(digest, live, live)
