"""An engine that stands still: it repeats what was read, and refuses everything else."""

from collections.abc import Callable
from typing import Any, cast

from cockpit.deploy.engine import Engine
from cockpit.errors import Refused
from cockpit.model.activity import SessionFacts
from cockpit.model.board import Board
from cockpit.model.goal import Goal
from cockpit.model.live import RelationLive
from cockpit.model.migration import Migration
from cockpit.model.plan import Plan
from cockpit.model.usage import Usage
from cockpit.present.sheet_facts import SheetFacts
from cockpit.rehearsal.store import Kept


def frozen(facts: SheetFacts) -> Engine:
    """For pictures of what a sheet tells: no server is asked."""
    return cast(Engine, _Frozen(facts))


class _Frozen:
    """Only what screens that look may ask."""

    read_only = True
    grant = None

    def __init__(self, facts: SheetFacts) -> None:
        self._facts = facts

    def look(self) -> Board:
        """The board of the sheet."""
        return self._facts.board

    def plan(self, goal: Goal, *, seen: Board | None = None, predicting: bool = True) -> Plan:
        """The sheet's own plan; of others nothing is known."""
        if goal != self._facts.plan.goal:
            raise Refused("The sheet is about another plan.", kept="")
        return self._facts.plan

    def live(self, plan: Plan, seconds: float = 0) -> tuple[RelationLive, ...]:
        """What was seen when the sheet was made."""
        return self._facts.live

    def sessions(self, relations: tuple[str, ...] = ()) -> tuple[SessionFacts, ...]:
        """Those in the way of the plan."""
        found = {s.pid: s for relation in self._facts.live for s in relation.in_the_way}
        return tuple(found.values())

    def uses(self, sql: str) -> tuple[Usage, ...]:
        """What was found when the sheet was made."""
        return self._facts.uses

    def proofs(self, migrations: tuple[Migration, ...]) -> dict[str, Kept]:
        """What was found when the sheet was made."""
        return {kept.proof.version: kept for kept in self._facts.proofs}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def refuse(*arguments: object, **named: object) -> None:
            raise Refused("A picture does nothing.", kept="")

        return refuse
