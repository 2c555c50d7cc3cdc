"""An engine whose answers are the same every time: real ones, without what chance put in."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from cockpit.demo.likeness import Likeness, digits_of
from cockpit.deploy.engine import Deployment, Engine, Grant
from cockpit.model.activity import SessionFacts
from cockpit.model.board import Board
from cockpit.model.diagnosis import Diagnosis
from cockpit.model.event import Emit, Event
from cockpit.model.goal import Goal
from cockpit.model.ledger import LedgerEvent
from cockpit.model.live import RelationLive
from cockpit.model.locks import LockHolder
from cockpit.model.mending import Mending
from cockpit.model.migration import Migration
from cockpit.model.plan import Plan
from cockpit.model.recording import Recording
from cockpit.model.rehearsal import Rehearsal
from cockpit.model.schema import Snapshot
from cockpit.model.settlement import Found, Settlement
from cockpit.model.usage import Usage
from cockpit.rehearsal.store import Kept

_GLANCE = timedelta(milliseconds=200)


def still(engine: Engine, words: Mapping[str, str]) -> Engine:
    """The engine as pictures show it. `words`: what else does not last, and what stands for it."""
    return cast(Engine, Still(engine, words))


class Still:
    """Stands in front of the real engine; what is not named here is passed on as it is."""

    def __init__(self, engine: Engine, words: Mapping[str, str]) -> None:
        """`words`: what else does not last, and what is shown for it."""
        self._engine = engine
        self._likeness = Likeness(words)
        self._plans: dict[str, Plan] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    @property
    def read_only(self) -> bool:
        """As the engine says."""
        return self._engine.read_only

    @property
    def grant(self) -> Grant | None:
        """As the engine says."""
        return self._engine.grant

    def look(self) -> Board:
        """A real look."""
        board = self._engine.look()
        if board.identity is not None:
            self._likeness.learn_cluster(board.identity.system_identifier)
            self._likeness.learn_history(self._engine.events(limit=10_000))
        return self._likeness.of(board)

    def plan(self, goal: Goal, *, seen: Board | None = None, predicting: bool = True) -> Plan:
        """A real plan; its id is made from its goal."""
        plan = self._engine.plan(goal)
        shown = self._likeness.of(plan).sealed(digits_of(goal.words, 64))
        self._plans[shown.id] = plan
        return shown

    def events(self, limit: int = 500) -> tuple[LedgerEvent, ...]:
        """The real ledger."""
        events = self._engine.events(limit)
        self._likeness.learn_history(self._engine.events(limit=10_000))
        return self._likeness.of(events)

    def recording(self, run: str) -> Recording:
        """Passed on."""
        return self._engine.recording(run)

    def sessions(self, relations: tuple[str, ...] = ()) -> tuple[SessionFacts, ...]:
        """The real sessions; one of ours that is in the middle of a glance is shown at rest."""
        facts = self._engine.sessions(relations)
        return tuple(_young(each) for each in self._likeness.of(tuple(map(_at_rest, facts))))

    def live(self, plan: Plan, seconds: float = 0) -> tuple[RelationLive, ...]:
        """Sizes and sessions, without the traffic: how busy a table is differs every time."""
        return self._likeness.of(self._engine.live(self._plans[plan.id], 0))

    def uses(self, sql: str) -> tuple[Usage, ...]:
        """The real ones; how often a statement ran differs every time."""
        return tuple(
            replace(usage, uses=tuple(replace(use, calls=None, last=None) for use in usage.uses))
            for usage in self._likeness.of(self._engine.uses(sql))
        )

    def proofs(
        self, migrations: tuple[Migration, ...], gone: tuple[str, ...] = ()
    ) -> dict[str, Kept]:
        """Passed on."""
        return self._engine.proofs(migrations, gone)

    def rehearse(self, goal: Goal) -> Rehearsal:
        """As the engine says."""
        return self._likeness.of(self._engine.rehearse(goal))

    def mending(self, version: str, path: str, line: int, rule: str) -> Mending:
        """Passed on."""
        return self._engine.mending(version, path, line, rule)

    def mend(self, mending: Mending) -> None:
        """Passed on."""
        self._engine.mend(mending)

    def diagnose(self, versions: tuple[str, ...] = ()) -> tuple[Diagnosis, ...]:
        """Passed on."""
        return self._engine.diagnose(versions)

    def settlement(self, version: str, said: Found | None = None) -> Settlement:
        """Passed on."""
        return self._engine.settlement(version, said)

    def settle(self, made: Settlement, reason: str = "") -> None:
        """Passed on."""
        self._engine.settle(made, reason)

    def schema(self) -> Snapshot:
        """As the engine says."""
        return self._engine.schema()

    def use_ref(self, ref: str | None) -> None:
        """Passed on."""
        self._engine.use_ref(ref)

    def arm(self, typed: str | None) -> Grant:
        """Passed on."""
        return self._engine.arm(typed)

    def disarm(self) -> None:
        """Passed on."""
        self._engine.disarm()

    def take_lock(self) -> LockHolder:
        """Passed on."""
        return self._likeness.of(self._engine.take_lock())

    def release_lock(self) -> None:
        """Passed on."""
        self._engine.release_lock()

    def start(self, plan: Plan, emit: Emit, *, stepwise: bool, reason: str = "") -> Deployment:
        """Run the real plan."""

        def tell(event: Event) -> None:
            emit(self._likeness.of(event))

        return self._engine.start(self._plans[plan.id], tell, stepwise=stepwise, reason=reason)

    def terminate(self, pid: int) -> bool:
        """End the session that is shown with this process id."""
        return self._engine.terminate(self._likeness.real_pid(pid))

    def close(self) -> None:
        """Passed on."""
        self._engine.close()


def _at_rest(session: SessionFacts) -> SessionFacts:
    age = session.transaction_age
    if session.application.startswith("cockpit ") and (age is None or age < _GLANCE):
        return replace(session, state="idle", transaction_age=None, query="")
    return session


def _young(session: SessionFacts) -> SessionFacts:
    if session.state == "active" and session.transaction_age is not None:
        return replace(session, transaction_age=timedelta(seconds=2))
    return session
