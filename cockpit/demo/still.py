"""An engine whose answers are the same every time: real ones, without what chance and time put in.

Process ids, ids of runs and plans, the identifier of the cluster, the name of this machine and the
moments and durations of a run differ from one making to the next. Everything else is left alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from hashlib import sha256
from threading import Condition, Lock
from typing import Any, TypeVar

from cockpit.deploy.context import actor
from cockpit.deploy.engine import Deployment, Engine, Grant
from cockpit.model.activity import SessionFacts
from cockpit.model.board import Board
from cockpit.model.diagnosis import Diagnosis
from cockpit.model.event import Emit, Event
from cockpit.model.goal import Goal
from cockpit.model.ledger import EventKind, LedgerEvent
from cockpit.model.live import RelationLive
from cockpit.model.locks import LockHolder
from cockpit.model.plan import Plan
from cockpit.model.schema import Snapshot

NOW = datetime(2026, 8, 18, 2, 58, 40, tzinfo=UTC)
"""When the pictures are taken; a week after the story's last commit."""
_HISTORY_BEGINS = NOW - timedelta(hours=1, minutes=17)
_REEL_BEGINS = NOW + timedelta(seconds=20)
"""What is written while the pictures are taken is about as late as they are."""
_SINCE = NOW - timedelta(minutes=2)
_ACTOR = "ana@bastion"
_SYSTEM_IDENTIFIER = "7541290631188494411"
_FIRST_PID = 4711
_SPANS = {
    "took": timedelta(milliseconds=12),
    "duration": timedelta(milliseconds=12),
    "waited": timedelta(milliseconds=150),
    "transaction_age": timedelta(seconds=441),
}
"""By the name of the field."""

_WRITTEN = "%Y-%m-%d %H:%M:%SZ"
_GLANCE = timedelta(milliseconds=200)

Value = TypeVar("Value")


class StillClock:
    """The time of engine and screens at once: it stands until somebody moves it.

    Waiting is real, because the server is.
    """

    def __init__(self) -> None:
        self._moved = 0.0

    def now(self) -> datetime:
        """The moment of the picture."""
        return NOW + timedelta(seconds=self._moved)

    def seconds(self) -> float:
        """The same as seconds from some fixed point."""
        return self._moved

    def monotonic(self) -> float:
        """Seconds that go by for real: the engine counts its patience with them."""
        import time

        return time.monotonic()

    def wait(self, condition: Condition, seconds: float) -> None:
        """Wait for real."""
        condition.wait(seconds)

    def move(self, seconds: float) -> None:
        """Let time go by."""
        self._moved += seconds


class Still:
    """Implements `Engine` in front of the real one."""

    def __init__(self, engine: Engine, words: Mapping[str, str]) -> None:
        """`words`: what else does not last, and what is shown for it."""
        self._engine = engine
        self._likeness = Likeness(words)
        self._plans: dict[str, Plan] = {}

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

    def plan(self, goal: Goal) -> Plan:
        """A real plan; its id is made from its goal."""
        plan = self._engine.plan(goal)
        shown = self._likeness.of(plan).sealed(_hex(goal.words, 64))
        self._plans[shown.id] = plan
        return shown

    def events(self, limit: int = 500) -> tuple[LedgerEvent, ...]:
        """The real ledger."""
        events = self._engine.events(limit)
        self._likeness.learn_history(self._engine.events(limit=10_000))
        return self._likeness.of(events)

    def sessions(self, relations: tuple[str, ...] = ()) -> tuple[SessionFacts, ...]:
        """The real sessions; one of ours that is in the middle of a glance is shown at rest."""
        facts = self._engine.sessions(relations)
        return tuple(_young(each) for each in self._likeness.of(tuple(map(_at_rest, facts))))

    def live(self, plan: Plan, seconds: float = 0) -> tuple[RelationLive, ...]:
        """Sizes and sessions, without the traffic: how busy a table is differs every time."""
        return self._likeness.of(self._engine.live(self._plans[plan.id], 0))

    def diagnose(self, versions: tuple[str, ...] = ()) -> tuple[Diagnosis, ...]:
        """Passed on."""
        return self._engine.diagnose(versions)

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


class Likeness:
    """Remembers what stands for what. Safe from any thread."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._guard = Lock()
        self._words = {actor(): _ACTOR, **words}
        self._moments: dict[datetime, datetime] = {}
        self._runs: dict[str, str] = {}
        self._pids: dict[int, int] = {}
        self._before = 0
        """How many events the ledger had when it was learned first."""

    def learn_cluster(self, system_identifier: str) -> None:
        """The cluster's own number."""
        self._words[system_identifier] = _SYSTEM_IDENTIFIER

    def learn_history(self, newest_first: Iterable[LedgerEvent]) -> None:
        """The moments and runs of the ledger, in its order.

        Batches share the moment of what was before them: how many there are depends on speed.
        """
        with self._guard:
            events = tuple(reversed(tuple(newest_first)))
            self._before = self._before or len(events)
            self._remember(events[: self._before], _HISTORY_BEGINS)
            self._remember(events[self._before :], _REEL_BEGINS)

    def _remember(self, events: tuple[LedgerEvent, ...], begins: datetime) -> None:
        place = 0
        for event in events:
            place += event.event is not EventKind.BATCH
            at = self._moments[event.at] = begins + timedelta(seconds=place)
            self._words[f"{event.at:{_WRITTEN}}"] = f"{at:{_WRITTEN}}"
            self._words[event.hash] = _hex(f"event {at}", 64)
            if plan := event.detail.get("plan"):
                self._words[plan] = _hex(event.detail["goal"], 64)
            self._run(event.run)

    def real_pid(self, shown: int) -> int:
        """The process id behind the one that is shown."""
        return next(real for real, likeness in self._pids.items() if likeness == shown)

    def of(self, value: Value) -> Value:
        """The same value with everything in it that does not last replaced."""
        with self._guard:
            likeness: Value = self._like(value, "")
            return likeness

    def _like(self, value: Any, name: str) -> Any:
        match value:
            case None | bool() | Enum():
                return value
            case datetime():
                return _SINCE if name == "since" else self._moments.get(value, value)
            case timedelta():
                return _SPANS.get(name, value)
            case int() if name == "pid":
                return self._pids.setdefault(value, _FIRST_PID + len(self._pids))
            case str() if name == "run" and value:
                return self._run(value)
            case str():
                return self._worded(value)
            case tuple():
                return tuple(self._like(each, name) for each in value)
            case dict():
                return {key: self._like(each, str(key)) for key, each in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{
                field.name: self._like(getattr(value, field.name), field.name)
                for field in fields(value) if field.init
            })  # fmt: skip
        return value

    def _run(self, run: str) -> str:
        likeness = self._runs.setdefault(run, _hex(f"run {len(self._runs)}", 8))
        self._words[run] = likeness
        return likeness

    def _worded(self, text: str) -> str:
        for word, likeness in self._words.items():
            if word and word in text:
                text = text.replace(word, likeness)
        return text


def _at_rest(session: SessionFacts) -> SessionFacts:
    age = session.transaction_age
    if session.application.startswith("cockpit ") and (age is None or age < _GLANCE):
        return replace(session, state="idle", transaction_age=None, query="")
    return session


def _young(session: SessionFacts) -> SessionFacts:
    if session.state == "active" and session.transaction_age is not None:
        return replace(session, transaction_age=timedelta(seconds=2))
    return session


def _hex(seed: str, digits: int) -> str:
    return sha256(seed.encode()).hexdigest()[:digits]
