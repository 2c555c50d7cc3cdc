"""Everything a sheet tells, read at one moment."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from cockpit.deploy.engine import Engine
from cockpit.errors import CockpitError
from cockpit.model.board import Board
from cockpit.model.live import RelationLive
from cockpit.model.plan import Plan, StepKind
from cockpit.model.usage import Usage
from cockpit.rehearsal.store import Kept

T = TypeVar("T")
_WATCHED_SECONDS = 1.2


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """One plan, the board it was made from, and what else was known then."""

    board: Board
    plan: Plan
    live: tuple[RelationLive, ...] = ()
    uses: tuple[Usage, ...] = ()
    proofs: tuple[Kept, ...] = ()
    """In the order the plan touches the versions; only those there are."""
    unknown: tuple[str, ...] = ()
    """What could not be read, and why: silence there proves nothing."""


def gather(
    engine: Engine, board: Board, plan: Plan, seconds: float = _WATCHED_SECONDS
) -> SheetFacts:
    """Ask the engine what the sheet needs besides board and plan. Blocks; reads only.

    `seconds`: how long the tables of the plan are watched.
    """
    unknown: list[str] = []

    def asked(what: str, call: Callable[[], T], otherwise: T) -> T:
        try:
            return call()
        except CockpitError as error:
            unknown.append(f"{what}: {error.what}")
            return otherwise

    # A backfill drops nothing, and its bounds are no SQL.
    told = (step.sql for step in plan.steps if step.sql and step.kind is not StepKind.BACKFILL)
    sql = "\n".join(text.rstrip().rstrip(";") + ";" for text in told)
    files = tuple(
        standing.migration
        for version in plan.versions
        if (standing := board.find(version)) and standing.migration
    )
    nobody: tuple[RelationLive, ...] = ()
    unused: tuple[Usage, ...] = ()
    unproved: dict[str, Kept] = {}
    live = asked("who is at work on the tables", lambda: engine.live(plan, seconds), nobody)
    uses = asked("who uses what goes", lambda: engine.uses(sql) if sql else unused, unused)
    here = {file.version for file in files}
    gone = tuple(version for version in plan.versions if version not in here)
    proofs = dict(asked("proofs of the way back", lambda: engine.proofs(files), unproved))
    if gone:
        what = "proofs of what is not in this ref"
        proofs |= asked(what, lambda: engine.proofs((), gone), unproved)
    found = tuple(proofs[version] for version in plan.versions if version in proofs)
    return SheetFacts(board, plan, live, uses, found, tuple(unknown))
