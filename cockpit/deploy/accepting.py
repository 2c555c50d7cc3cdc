"""Going on from a place where the ledger's chain does not hold, after somebody looked at it."""

import secrets

from cockpit.database import deployment_lock, ledger
from cockpit.database.connection import Connection
from cockpit.deploy.context import CLIENT, actor
from cockpit.deploy.server_side import ServerLook
from cockpit.errors import Refused, StalePlan
from cockpit.model.ledger_chain import Break, first_break
from cockpit.model.ledger_event import UNSET, EventKind, LedgerEvent


def accept_break(broken: Break, server: ServerLook, connection: Connection, reason: str) -> None:
    """Write who accepts it and why. What was changed stays as it is, and stays to be seen.

    Raises `Refused` without a reason, `StalePlan` when another place is the first that breaks.
    """
    if not reason.strip():
        raise Refused(
            "Everybody believes the ledger after this.", next_step="Give a --reason for it."
        )
    with connection.transaction():
        deployment_lock.require(connection, server.keys)
        if first_break(ledger.read_events(connection)) != broken:
            raise StalePlan(
                f"The first place where the chain breaks is not event {broken.seq} any more.",
                next_step="Look again with cockpit verify.",
            )
        detail = {"goal": f"go on from event {broken.seq}", **broken.detail, "reason": reason}
        event = LedgerEvent(
            0, UNSET, secrets.token_hex(4), EventKind.BREAK_ACCEPTED, actor=actor(),
            client=CLIENT, detail=detail,
        )  # fmt: skip
        ledger.append(connection, [event])
