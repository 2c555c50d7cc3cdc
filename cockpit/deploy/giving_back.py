"""Giving back, outside of any run, what a run that broke off has left in read-only mode."""

import secrets

from cockpit.database.connection import Connection
from cockpit.deploy.context import Clock, RunContext
from cockpit.deploy.effective_settings import begin_anew
from cockpit.deploy.looking import Looked
from cockpit.deploy.opening import Opening
from cockpit.deploy.readonly_window import give_back_all
from cockpit.deploy.recorder import Recorder
from cockpit.deploy.server_side import ServerLook
from cockpit.model.event import Event, Noted
from cockpit.model.goal import Action, Goal
from cockpit.model.plan import Plan
from cockpit.tools.native import Native


def give_back(
    looked: Looked, server: ServerLook, connection: Connection, opening: Opening, clock: Clock
) -> tuple[str, ...]:
    """Give every open window back, on a session that holds the lock; what was done, in words."""
    said: list[str] = []

    def emit(event: Event) -> None:
        if isinstance(event, Noted):
            said.append(event.text)

    context = RunContext(
        run=secrets.token_hex(4),
        plan=_nothing(looked, server),
        tool=looked.source.tool if looked.source else Native(),
        keys=server.keys,
        limits=opening.limits,
        emit=emit,
        clock=clock,
        role=opening.role,
    )
    begin_anew(connection, context.run, context.role)
    give_back_all(connection, context, Recorder(context))
    return tuple(said)


def _nothing(looked: Looked, server: ServerLook) -> Plan:
    """A plan without a step: events name the commit that was looked at."""
    revision = looked.board.revision
    return Plan(
        id="", goal=Goal(Action.APPLY), target=server.identity.key,
        standpoint=looked.board.standpoint.name, tool=looked.board.tool, head=server.history.head,
        commit=revision.commit if revision else None, ref=revision.asked if revision else None,
        worktree=bool(revision and revision.worktree), phases=(),
    )  # fmt: skip
