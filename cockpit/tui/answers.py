"""Slow questions about one version, asked once each and answered when the engine has time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar, cast

from cockpit.errors import CockpitError
from cockpit.model.edit import Edit
from cockpit.model.goal import Action, Goal
from cockpit.model.plan import Plan
from cockpit.model.state import Standing, State
from cockpit.model.usage import Usage
from cockpit.rehearsal.store import Kept

if TYPE_CHECKING:
    from cockpit.tui.app import Cockpit

T = TypeVar("T")
_UNREAD = CockpitError("Unknown: the database cannot be read.", kept="")


class Answers:
    """What would run next, who uses what it drops, what a rehearsal proved: for a row.

    Each answers None while it is being asked, and the error where there is no answer. A new look
    with another history or revision asks anew.
    """

    def __init__(self, app: Cockpit, redraw: Callable[[], None]) -> None:
        """`redraw` is called when an answer has come."""
        self._app, self._redraw = app, redraw
        self._known: dict[tuple[str, ...], object] = {}
        self._asked_at: dict[tuple[str, ...], float] = {}

    def forget(self) -> None:
        """Another target is open."""
        self._known.clear()
        self._asked_at.clear()

    def plan(self, standing: Standing) -> Plan | CockpitError | None:
        """What would run next for this version."""
        action = Action.ROLLBACK if standing.state.in_force else Action.APPLY
        goal = Goal(action, only=standing.version)
        return self._answer("plan", standing, lambda: self._app.desk.engine.plan(goal))

    def uses(self, standing: Standing) -> tuple[Usage, ...] | CockpitError | None:
        """Who uses what the statements that would run next drop or rename."""
        sql = _next_sql(standing)
        if not sql.strip():
            return ()
        return self._answer("uses", standing, lambda: self._app.desk.engine.uses(sql))

    def proof(self, standing: Standing) -> dict[str, Kept] | CockpitError | None:
        """What a rehearsal of exactly these scripts proved: empty when there was none."""
        migration = standing.migration
        if migration is None:
            return {}
        return self._answer("proof", standing, lambda: self._app.desk.engine.proofs((migration,)))

    def edit(self, standing: Standing) -> tuple[Edit, ...] | CockpitError | None:
        """What the edit of a drifted one would do; empty where nobody kept what was applied."""
        if standing.state is not State.DRIFTED:
            return ()

        def ask() -> tuple[Edit, ...]:
            found = self._app.desk.engine.edit(standing.version)
            return (found,) if found else ()

        return self._answer("edit", standing, ask)

    def waited(self, name: str, standing: Standing) -> float:
        """Seconds since that was asked."""
        since = self._asked_at.get(self._key(name, standing))
        return self._app.clock.seconds() - since if since is not None else 0.0

    def _key(self, name: str, standing: Standing) -> tuple[str, ...]:
        board = self._app.desk.board
        head = board.history.head if board and board.history else ""
        return name, standing.version, head, str(board.revision if board else "")

    def _answer(
        self, name: str, standing: Standing, call: Callable[[], T]
    ) -> T | CockpitError | None:
        board = self._app.desk.board
        if board is None or board.history is None:
            return _UNREAD
        key, bridge = self._key(name, standing), self._app.bridge
        if key not in self._known and not bridge.busy(f"detail {name}"):
            self._asked_at[key] = self._app.clock.seconds()
            keep = partial(self._keep, key)
            bridge.ask(f"detail {name}", call, keep, keep)
        return cast("T | CockpitError | None", self._known.get(key))

    def _keep(self, key: tuple[str, ...], answer: object) -> None:
        self._known[key] = answer
        self._redraw()


def _next_sql(standing: Standing) -> str:
    """The side that would run next: down for what is in force, up for what is not."""
    if not standing.state.in_force:
        phases = standing.migration.up if standing.migration else ()
    elif standing.record and standing.record.undo:
        phases = standing.record.undo
    else:
        phases = standing.migration.down if standing.migration else ()
    return "\n".join(phase.script.rstrip().rstrip(";") + ";" for phase in phases if phase.script)
