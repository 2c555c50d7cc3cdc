"""An engine of canned answers: it satisfies the Protocol and remembers every act."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cockpit.deploy.engine import Grant
from cockpit.errors import CockpitError, HeldByAnother, Protected, UsageError
from cockpit.model.activity import SessionFacts
from cockpit.model.adoption import Adoption
from cockpit.model.attic import AtticEntry, Restored, Tell
from cockpit.model.board import Board
from cockpit.model.diagnosis import Diagnosis
from cockpit.model.edit import Edit
from cockpit.model.event import Emit, Event, RunFinished
from cockpit.model.goal import Goal
from cockpit.model.ledger import LedgerEvent
from cockpit.model.ledger_chain import Break
from cockpit.model.live import RelationLive
from cockpit.model.locks import AdvisoryKey, LockHolder
from cockpit.model.mending import Mending
from cockpit.model.migration import Migration
from cockpit.model.plan import Plan
from cockpit.model.readonly import OpenWindow
from cockpit.model.recording import Recording
from cockpit.model.rehearsal import Rehearsal
from cockpit.model.schema import SchemaChange, Snapshot
from cockpit.model.settlement import Found, Settlement
from cockpit.model.timeline import Applied
from cockpit.model.tuning import Tuning
from cockpit.model.usage import Usage
from cockpit.rehearsal.rehearse import Stage
from cockpit.rehearsal.store import Kept
from tests.tui import canned


class HandClock:
    """Time stands still until a test moves it."""

    def __init__(self) -> None:
        self._seconds = 1000.0

    def now(self) -> datetime:
        """Starts at the moment of the canned board."""
        return canned.NOW + timedelta(seconds=self._seconds - 1000.0)

    def seconds(self) -> float:
        """The same time as a float."""
        return self._seconds

    def move(self, seconds: float) -> None:
        """Let time pass."""
        self._seconds += seconds


@dataclass
class FakeDeployment:
    """Says only what the test tells it to say."""

    emit: Emit
    calls: list[str]
    run: str = "7f3b"
    outcome: RunFinished | None = None
    on_proceed: Callable[["FakeDeployment"], None] | None = None
    tuning: Tuning = field(default_factory=Tuning)
    journal_failure: str = ""

    def say(self, *events: Event) -> None:
        """Emit, as the engine's thread would."""
        for event in events:
            if isinstance(event, RunFinished):
                self.outcome = event
            self.emit(event)

    def proceed(self) -> None:
        """Remembered; the script goes on."""
        self.calls.append("proceed")
        if self.on_proceed:
            self.on_proceed(self)

    def hold(self) -> None:
        """Remembered."""
        self.calls.append("hold")

    def tune(self, tuning: Tuning) -> None:
        """Remembered."""
        self.calls.append(f"tune {tuning}")
        self.tuning = tuning

    def cancel(self) -> None:
        """Remembered."""
        self.calls.append("cancel")

    def join(self, seconds: float | None = None) -> RunFinished | None:
        """How it ended."""
        return self.outcome


@dataclass
class FakeEngine:
    """Answers from fields; `calls` holds every act in order."""

    clock: HandClock
    board: Board = field(default_factory=canned.board)
    read_only: bool = False
    grant: Grant | None = None
    calls: list[str] = field(default_factory=list)
    look_error: CockpitError | None = None
    others: tuple[SessionFacts, ...] = canned.BLOCKERS
    traffic: tuple[RelationLive, ...] = ()
    users: tuple[Usage, ...] = ()
    kept: dict[str, Kept] = field(default_factory=dict)
    ledger: tuple[LedgerEvent, ...] = field(default_factory=canned.events)
    planned: Callable[[Goal], Plan] = canned.plan
    deployment: FakeDeployment | None = None
    on_start: Callable[[FakeDeployment], None] | None = None
    on_proceed: Callable[[FakeDeployment], None] | None = None
    rehearsal: Rehearsal | None = None
    looks: int = 0
    recordings: dict[str, Recording] = field(default_factory=dict)
    settlements: dict[str, Settlement] = field(default_factory=dict)
    proposed: Adoption = field(default_factory=canned.adoption)

    def look(self) -> Board:
        """The canned board."""
        self.looks += 1
        if self.look_error:
            raise self.look_error
        return self.board

    def plan(self, goal: Goal, *, seen: Board | None = None, predicting: bool = True) -> Plan:
        """The canned plan."""
        return self.planned(goal)

    def events(self, limit: int = 500) -> tuple[LedgerEvent, ...]:
        """The canned ledger."""
        return self.ledger[:limit]

    def recording(self, run: str) -> Recording:
        """The canned one."""
        return self.recordings[run]

    def edit(self, version: str) -> Edit | None:
        return None

    def timeline(self, limit: int = 500) -> tuple[Applied, ...]:
        return ()

    def sessions(self, relations: tuple[str, ...] = ()) -> tuple[SessionFacts, ...]:
        """The canned sessions."""
        return self.others

    def live(self, plan: Plan, seconds: float = 1.2) -> tuple[RelationLive, ...]:
        """The canned traffic."""
        return self.traffic

    def uses(self, sql: str) -> tuple[Usage, ...]:
        """The canned users."""
        return self.users

    def proofs(
        self, migrations: tuple[Migration, ...], gone: tuple[str, ...] = ()
    ) -> dict[str, Kept]:
        """The canned proofs."""
        asked = (*(m.version for m in migrations), *gone)
        return {version: self.kept[version] for version in asked if version in self.kept}

    def rehearse(self, goal: Goal) -> Rehearsal:
        """The canned rehearsal."""
        if self.rehearsal is None:
            raise UsageError("There is nothing to rehearse.")
        return self.rehearsal

    def mending(self, version: str, path: str, line: int, rule: str) -> Mending:
        """A file of one statement."""
        diff = (f"--- {path}", "+++ safer", "-one statement", "+two statements")
        return Mending(path, rule, version, "one statement", "two statements", diff)

    def mend(self, mending: Mending) -> None:
        """Remembered."""
        self.calls.append(f"mend {mending.path} {mending.rule}")

    def diagnose(self, versions: tuple[str, ...] = ()) -> tuple[Diagnosis, ...]:
        """Nothing is in doubt."""
        return ()

    def settlement(self, version: str, said: Found | None = None) -> Settlement:
        """The canned one."""
        return self.settlements[version]

    def settle(self, made: Settlement, reason: str = "") -> None:
        """Remembered."""
        self.calls.append(f"settle {made.version} reason={reason}")

    def schema(self) -> Snapshot:
        """An empty one."""
        return Snapshot(18, {})

    def use_ref(self, ref: str | None) -> None:
        """Remembered."""
        self.calls.append(f"use_ref {ref}")

    def arm(self, typed: str | None) -> Grant:
        """Grants when the name is right, or none is asked for."""
        self.calls.append(f"arm {typed}")
        standpoint = self.board.standpoint
        if standpoint.protected and typed != standpoint.name:
            raise Protected(f"{standpoint.name} was not typed.")
        self.grant = self.granted()
        return self.grant

    def granted(self) -> Grant:
        """A grant for the canned target."""
        until = self.clock.now() + timedelta(minutes=15)
        return Grant(canned.IDENTITY.key, self.board.standpoint.name, until)

    def disarm(self) -> None:
        """Remembered."""
        self.calls.append("disarm")
        self.grant = None

    def take_lock(self) -> LockHolder:
        """Ours, unless somebody has it."""
        self.calls.append("take_lock")
        if self.board.holder:
            raise HeldByAnother("The deployment lock is held by somebody else.")
        return LockHolder(
            AdvisoryKey("cockpit", 7261), 6001, "deployer", "me", None, "idle", canned.NOW, True
        )

    def release_lock(self) -> None:
        """Remembered."""
        self.calls.append("release_lock")

    def start(self, plan: Plan, emit: Emit, *, stepwise: bool, reason: str = "") -> FakeDeployment:
        """Remembered; the test plays the events."""
        self.calls.append(f"start {plan.goal.words} stepwise={stepwise} reason={reason}")
        self.deployment = FakeDeployment(emit, self.calls, on_proceed=self.on_proceed)
        if self.on_start:
            self.on_start(self.deployment)
        return self.deployment

    def adoption(self, stage: Stage) -> Adoption:
        """One that was prepared by the test."""
        self.calls.append("adoption")
        return self.proposed

    def adopt(self, adoption: Adoption, reason: str = "") -> str:
        """Remembered."""
        self.calls.append(f"adopt {len(adoption.imports)} reason={reason}")
        return "7f3c"

    def undo_adoption(self, reason: str = "") -> str:
        """Remembered."""
        self.calls.append("undo adoption")
        return "goose's history (2 versions)"

    def accept_break(self, broken: Break, reason: str) -> None:
        """Remembered."""
        self.calls.append(f"accept break {broken.seq}")

    def accept_drift(self, seen: tuple[SchemaChange, ...], reason: str) -> None:
        """Remembered."""
        self.calls.append(f"accept drift {len(seen)}")

    def windows(self) -> tuple[OpenWindow, ...]:
        """None are open."""
        return ()

    def give_back(self) -> tuple[str, ...]:
        """Remembered."""
        self.calls.append("give back")
        return ()

    def attic(self) -> tuple[AtticEntry, ...]:
        """Empty."""
        return ()

    def restore_kept(
        self, number: int, *, overwrite: bool = False, tell: Tell | None = None
    ) -> Restored:
        """Remembered."""
        self.calls.append(f"restore kept {number}")
        return Restored(1, 1, 0, 0, 0, 0, 0)

    def drop_kept(self, number: int) -> AtticEntry:
        """Nothing is in it."""
        raise UsageError(f"The attic has no entry {number}.")

    def terminate(self, pid: int) -> bool:
        """Remembered."""
        self.calls.append(f"terminate {pid}")
        return True

    def close(self) -> None:
        """Remembered."""
        self.calls.append("close")
