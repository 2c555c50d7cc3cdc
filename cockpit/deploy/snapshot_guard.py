"""Before a CONCURRENTLY: no older transaction may be open, or the command would hang on it.

`CREATE INDEX CONCURRENTLY` and its kin wait for every transaction that holds an older snapshot
(PostgreSQL documentation, "Building Indexes Concurrently"); cut off meanwhile, they leave an
INVALID index. `DROP INDEX CONCURRENTLY` and `DETACH PARTITION CONCURRENTLY` take the index or the
partition from the queries first and then wait for everybody who has any lock on the table
(`WaitForLockers` in `index_drop` and `ATExecDetachPartition`). Waiting before they begin costs
nothing and leaves nothing.
"""

from datetime import timedelta

from cockpit.database import activity
from cockpit.database.connection import Connection
from cockpit.deploy.context import RunContext
from cockpit.deploy.stopped import HeldHere
from cockpit.errors import DatabaseError
from cockpit.model.activity import SessionFacts
from cockpit.model.event import StepWaiting
from cockpit.model.plan import Step
from cockpit.sql.effect import Effect, EffectKind, effect_of

_EVERY_SECONDS = 0.5


def wait_for_older_transactions(context: RunContext, connection: Connection, step: Step) -> None:
    """Return when none is left. Raises `DatabaseError` naming them after `snapshot_patience`."""
    began = context.clock.monotonic()
    pid = int(connection.rows("SELECT pg_catalog.pg_backend_pid()")[0][0])
    held = _taken_first(step)
    while older := activity.older_transactions(connection, pid, held):
        waited = timedelta(seconds=context.clock.monotonic() - began)
        if waited >= context.limits.snapshot_patience:
            raise DatabaseError(
                f"Step {step.number} was not begun: it would wait for {_named(older)}.",
                kept="Nothing of this step: it was not sent.",
                next_step="End that transaction, or wait for it, then resume.",
            )
        context.emit(StepWaiting(context.clock.now(), step.number, 1, waited, older, 0))
        context.control.pause(context.clock, _EVERY_SECONDS)
        if context.control.held:
            raise HeldHere


def _taken_first(step: Step) -> str | None:
    """The relation that is out of use before the command waits for who holds it, or the table that
    it is part of; None for commands that begin without harm."""
    match effect_of(step.sql):
        case Effect(kind=EffectKind.DROPS_INDEX, relation=index):
            return index
        case Effect(kind=EffectKind.DETACHES_PARTITION, label=parent):
            return parent
        case _:
            return None


def _named(older: tuple[SessionFacts, ...]) -> str:
    first = older[0]
    age = f", open for {first.transaction_age.seconds} s" if first.transaction_age else ""
    more = f" and {len(older) - 1} more" if len(older) > 1 else ""
    return f"session {first.pid} {first.application or first.user} ({first.state}{age}){more}"
