"""The headless command that runs a plan again, and what it asks for besides."""

import shlex
from collections.abc import Iterator

from cockpit.analysis.ceremony import Act, ceremony
from cockpit.analysis.foreseen import stops_halfway
from cockpit.model.board import Board
from cockpit.model.goal import Action
from cockpit.model.plan import Plan
from cockpit.present.harmless import harmless

_ACTS = {Action.APPLY: Act.APPLY, Action.ROLLBACK: Act.ROLLBACK, Action.REDO: Act.REDO}


def command(board: Board, plan: Plan) -> str:
    """What runs this plan and no other: its goal with every option, target, files and id."""
    where = board.named_by or ("--target", board.standpoint.name)
    ref = ("--ref", board.revision.asked) if board.revision and board.revision.asked else ()
    protected = board.standpoint.protected
    sure = ("--confirm", board.standpoint.name) if protected else ("--yes",)
    words = ("cockpit", *plan.goal.options, *where, *ref, *sure, "--plan-id", plan.id)
    return harmless(shlex.join(words))


def run_text(board: Board, plan: Plan) -> Iterator[str]:
    """The end of a plan in plain text: the command, and what it asks for besides."""
    yield "TO RUN EXACTLY THIS, refused when files, history or target have changed"
    yield f"  {command(board, plan)}"
    yield from (f"  {words}" for words in asked_besides(board, plan))


def asked_besides(board: Board, plan: Plan) -> Iterator[str]:
    """What it wants from whoever runs it, one sentence each: a reason, and every gate."""
    needed = ceremony(_ACTS[plan.goal.action], board.standpoint, plan)
    named = needed.typed is not None
    if (named and needed.needs_reason) or stops_halfway(plan) is not None:
        yield "It is dangerous, so it asks why: add --reason and the words for the ledger."
    for phase in plan.phases:
        if phase.gate and not phase.gate_sql:
            gate = f"{phase.version}:{phase.phase}"
            yield harmless(
                f'It stops at the gate "{phase.gate}". Where that is so: add --pass-gate {gate}.'
            )
