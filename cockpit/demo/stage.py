"""Where a demo plays: a private server with one database, and the sample repository beside it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

from cockpit.database.connection import Connection
from cockpit.demo.sample import SampleRepository, make_repository, seed_sql
from cockpit.deploy.context import Clock
from cockpit.deploy.opening import Limits, Opening
from cockpit.deploy.session import Session
from cockpit.embedded.server import EmbeddedServer
from cockpit.errors import StoppedMidway
from cockpit.model.event import Emit, Event, PhaseReady, RunFinished
from cockpit.model.goal import Action, Goal
from cockpit.model.target import Environment
from cockpit.settings.dsn import Dsn, parse

DATABASE = "orders_demo"
APPLY = Goal(Action.APPLY)


@dataclass(frozen=True, slots=True)
class Stage:
    """One database, empty at first, and one repository, checked out at `main`."""

    server: EmbeddedServer
    repository: SampleRepository
    environment: Environment = Environment.LOCAL
    watched: bool = True
    """Somebody sits before the screens: what goes wrong, goes wrong under their eyes. Otherwise it
    has gone wrong before the first look."""
    clock: Clock | None = None
    limits: Limits = field(default_factory=Limits)
    database: str = DATABASE
    name: str = ""
    """Of the target, where it is not named by its environment."""

    @property
    def target(self) -> str:
        """Its name, which a protected one wants typed."""
        return self.name or ("orders-prod" if self.environment.protected else "orders-demo")

    @property
    def dsn(self) -> Dsn:
        """Of the database, for its owner."""
        return parse(self.server.dsn(self.database))

    @property
    def journal(self) -> Path:
        """Where runs write what they do; gone with the server."""
        return self.server.private_folder / "journal"

    def open(self, ref: str | None = None) -> Session:
        """An engine on it that looks at this ref, or at the work tree."""
        repository = self.repository
        return Session(
            Opening(
                repository=repository.path,
                folder=repository.folder,
                dsn=self.dsn,
                environment=self.environment,
                target=self.target,
                ref=ref,
                release_tags="v*",
                limits=self.limits,
                journal=self.journal,
                attic=self.server.private_folder / "attic",
            ),
            self.clock,
        )

    def connect(self, application: str) -> Connection:
        """A session like any other program's, by the name it gives itself."""
        return Connection.open(self.dsn, None, application=application, read_only=False)

    def run(
        self, ref: str, goal: Goal = APPLY, *, ends: str = "done", hear: Emit | None = None
    ) -> None:
        """Run it from that ref, through every gate, to the end that the story wants.

        `hear` is told of every event at once, from the engine's threads. Raises `StoppedMidway`
        when it ends otherwise.
        """
        session = self.open(ref)
        try:
            session.arm(self.target)
            said: SimpleQueue[Event] = SimpleQueue()

            def listen(event: Event) -> None:
                if hear is not None:
                    hear(event)
                said.put(event)

            deployment = session.start(session.plan(goal), listen, stepwise=False)
            while not isinstance(event := said.get(), RunFinished):
                if isinstance(event, PhaseReady):
                    deployment.proceed()
            deployment.join()
            if event.outcome != ends:
                raise StoppedMidway(
                    f"The demo cannot be made: {goal.words} from {ref} ended as {event.outcome}.",
                    kept=event.kept,
                )
        finally:
            session.close()

    def fill(self) -> None:
        """Put the shop's year into a database that is at the deployed release."""
        connection = self.connect("demo seed")
        try:
            # The rows are known to fit: no foreign key needs a second look at each of them.
            connection.execute("SET session_replication_role = replica")
            connection.execute(seed_sql())
        finally:
            connection.close()


@contextmanager
def staged(
    environment: Environment = Environment.LOCAL,
    *,
    watched: bool = True,
    clock: Clock | None = None,
    limits: Limits | None = None,
) -> Iterator[Stage]:
    """A stage that leaves nothing behind. Raises `ServerUnavailable` and `SourceError`."""
    with EmbeddedServer() as server:
        yield furnish(server, environment, watched=watched, clock=clock, limits=limits)


def furnish(
    server: EmbeddedServer,
    environment: Environment,
    *,
    watched: bool = True,
    clock: Clock | None = None,
    limits: Limits | None = None,
) -> Stage:
    """An empty database and the repository on a server that runs. They go when it goes."""
    with ThreadPoolExecutor(1) as beside:
        made = beside.submit(make_repository, server.private_folder / "orders")
        connection = Connection.open(parse(server.dsn()), None, application="demo", read_only=False)
        try:
            connection.execute(f"CREATE DATABASE {DATABASE} STRATEGY file_copy")
        finally:
            connection.close()
    return Stage(server, made.result(), environment, watched, clock, limits or Limits())
