"""The command line in a process of its own making: a fake engine, a fake world."""

from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner, Result

from cockpit.cli.root import root
from cockpit.cli.surroundings import Surroundings
from cockpit.deploy.engine import Engine
from cockpit.deploy.opening import Opening
from cockpit.model.event import Emit, RunFinished
from cockpit.model.plan import Plan
from cockpit.settings.keyring_store import KeyringStore
from cockpit.settings.paths import Paths
from tests.tui import canned
from tests.tui.fake_engine import FakeDeployment, FakeEngine, HandClock
from tests.unit.settings.keyrings import MemoryKeyring

DSN = "postgresql://deployer@db-1/orders"


def finished(outcome: str = "done", code: int = 0) -> RunFinished:
    """The last event of a run."""
    return RunFinished(canned.NOW, "7f3b", outcome, "0043", "nothing", "no lock", "Nothing.", code)


class ObedientDeployment(FakeDeployment):
    """Ends when it is told to stop, as a run does that is between two steps."""

    def hold(self) -> None:
        """End as held."""
        super().hold()
        self.say(finished("held", 8))

    def cancel(self) -> None:
        """End as cancelled."""
        super().cancel()
        self.say(finished("cancelled", 8))


class ObedientEngine(FakeEngine):
    """Runs that end when they are told to."""

    def start(self, plan: Plan, emit: Emit, *, stepwise: bool, reason: str = "") -> FakeDeployment:
        """Remembered; the test plays the events."""
        self.calls.append(f"start {plan.goal.words} stepwise={stepwise} reason={reason}")
        self.deployment = ObedientDeployment(emit, self.calls, on_proceed=self.on_proceed)
        if self.on_start:
            self.on_start(self.deployment)
        return self.deployment


@dataclass
class Commands:
    """Call it with arguments, as a shell would; look at `engine.calls` and `openings` after."""

    folder: Path
    engine: FakeEngine = field(default_factory=lambda: ObedientEngine(HandClock()))
    environment: dict[str, str] = field(default_factory=lambda: {"COCKPIT_DSN": DSN})
    asks: bool = False
    keyring: KeyringStore = field(default_factory=lambda: KeyringStore(MemoryKeyring()))
    openings: list[Opening] = field(default_factory=list)

    def __call__(self, *arguments: str, typed: str | None = None) -> Result:
        """Exit code, stdout and stderr of one command; `typed` is what stdin gives."""
        home = self.folder / "home"
        surroundings = Surroundings(
            environment=self.environment | {"HOME": str(home)},
            folder=self.folder,
            paths=Paths(home / "config", home / "state", home / "cache", home / "run"),
            asks=self.asks,
            draws=False,
            open_engine=self._open,
            open_keyring=lambda: self.keyring,
        )
        return CliRunner().invoke(root, list(arguments), obj=surroundings, input=typed)

    def settings(self, text: str) -> None:
        """Write `cockpit.toml` where the command runs."""
        (self.folder / "cockpit.toml").write_text(text)

    def _open(self, opening: Opening) -> Engine:
        self.openings.append(opening)
        return self.engine
