"""A long fight: break a run in every way there is, and check what is told against the catalog.

    python -m tests.deploy.faults [--count 500] [--seed 1] [--minutes 60]

Each fault gets a fresh database with the same mixed migrations (transactional, not transactional,
backfill), on the way up or down. A cockpit process runs them and is killed, or its backend is, or
its connection is cut around a COMMIT, the server is restarted, or the process stands still for
longer than its transaction may. Then a new session must tell the truth, statement by statement, and
resuming must finish without doing anything twice.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from cockpit.deploy.opening import Limits, Opening
from cockpit.deploy.session import Session
from cockpit.embedded.server import EmbeddedServer
from cockpit.errors import CockpitError
from cockpit.model.goal import Action, Goal
from cockpit.model.ledger_chain import first_break
from cockpit.model.state import State
from cockpit.model.target import Environment
from cockpit.settings.dsn import parse
from tests.databases import Database, Databases
from tests.deploy.mixed import EVENTS, mixed, shown
from tests.projects import FOLDER, Project
from tests.proxy import Cut, cut_wire

DOWN_TO_NOTHING = Goal(Action.ROLLBACK, to_version="0")
UP = Goal(Action.APPLY)
STOPPED_SECONDS = 1.5
"""Longer than a transaction of `one_run` may stand idle: the server ends it, and its lock goes."""


@dataclass(frozen=True)
class Fault:
    """One way to break a run."""

    kind: str
    """`kill`, `kill at a time`, `stop`, `backend`, `cut before`, `cut after`, `restart`."""
    at: float
    """After so many events; for a cut the number of the COMMIT, for a time milliseconds."""
    goal: Goal


class Fight:
    """One server, one fault after the other."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self.databases = Databases(server.dsn())

    def fault(self, fault: Fault) -> str:
        """Break one run; how it was found afterwards. Raises AssertionError for any lie."""
        with self.databases.fresh() as database, tempfile.TemporaryDirectory() as folder:
            project = Project.create(Path(folder) / "project")
            mixed(project)
            if fault.goal is not UP:
                _finish(project, database, UP)
            self._break(fault, project, database, Path(folder))
            session = _open(project, database)
            try:
                found = self._judge(session, database, fault.goal)
            finally:
                session.close()
            return found

    def _break(self, fault: Fault, project: Project, database: Database, folder: Path) -> None:
        if fault.kind.startswith("cut"):
            cut = Cut(fault.kind.split()[1])
            with cut_wire(folder / "s", database.dsn, cut, int(fault.at)) as (dsn, _):
                _process(project, dsn, fault.goal).communicate(timeout=60)
            return
        process = _process(project, database.dsn, fault.goal)
        if fault.kind == "kill at a time":
            _read(process, 1)
            time.sleep(fault.at / 1000)
        else:
            _read(process, int(fault.at))
        self._strike(fault.kind, process, database)
        process.communicate(timeout=60)

    def _strike(self, kind: str, process: "subprocess.Popen[str]", database: Database) -> None:
        if kind == "backend":
            database.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        elif kind == "restart":
            self.server.restart()
        elif kind == "stop":
            process.send_signal(signal.SIGSTOP)
            time.sleep(STOPPED_SECONDS)
            process.send_signal(signal.SIGCONT)
        else:
            process.send_signal(signal.SIGKILL)

    def _judge(self, session: Session, database: Database, goal: Goal) -> str:
        _wait_until_free(session)
        board = session.look()
        told = {s.version: s for s in board.standings}
        lies = [lie for version, s in told.items() for lie in shown(database, version, s, session)]
        assert not lies, lies
        assert first_break(session.events(limit=100_000)[::-1]) is None
        plan = session.plan(goal)
        assert not plan.refusals, plan.refusals
        found = ", ".join(sorted({s.state.value for s in told.values()}))
        if not plan.empty:
            _run(session, goal)
        want = {State.APPLIED} if goal is UP else {State.PENDING, State.ROLLED_BACK}
        states = {s.state for s in session.look().standings}
        assert states <= want, states
        again = {s.version: s for s in session.look().standings}
        lies = [lie for version, s in again.items() for lie in shown(database, version, s, session)]
        assert not lies, lies
        return found


def _open(project: Project, database: Database) -> Session:
    return Session(
        Opening(
            repository=project.root, folder=FOLDER, dsn=parse(database.dsn),
            environment=Environment.LOCAL, limits=Limits(),
        )
    )  # fmt: skip


def _run(session: Session, goal: Goal) -> None:
    session.arm(None)
    outcome = session.start(session.plan(goal), lambda event: None, stepwise=False).join(60)
    assert outcome is not None
    assert outcome.outcome == "done", outcome


def _finish(project: Project, database: Database, goal: Goal) -> None:
    session = _open(project, database)
    try:
        _run(session, goal)
    finally:
        session.close()


def _process(project: Project, dsn: str, goal: Goal) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [
            sys.executable, "-m", "tests.deploy.one_run", str(project.root), dsn,
            goal.action.value, goal.to_version or "",
        ],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip


def _read(process: "subprocess.Popen[str]", events: int) -> None:
    """Wait until the process has said so many events, or has ended."""
    assert process.stdout is not None
    for _ in range(events):
        if not process.stdout.readline():
            return


def _wait_until_free(session: Session) -> None:
    """The server needs a moment to notice that a client has died, or to come back."""
    until = time.monotonic() + 60
    while True:
        board = session.look()
        if not board.database_error and board.holder is None:
            return
        assert time.monotonic() < until, board.database_error or board.holder
        time.sleep(0.05)


def faults(count: int, seed: int) -> list[Fault]:
    """Every event of both directions once, then at random."""
    dice = random.Random(seed)  # noqa: S311
    every = [Fault("kill", n, goal) for goal in (UP, DOWN_TO_NOTHING) for n in range(1, EVENTS)]
    kinds: list[tuple[str, Callable[[], float]]] = [
        ("kill", lambda: dice.randrange(1, EVENTS)),
        ("kill at a time", lambda: dice.uniform(0, 300)),
        ("stop", lambda: dice.randrange(1, EVENTS)),
        ("backend", lambda: dice.randrange(1, EVENTS)),
        ("cut before", lambda: dice.randrange(1, 25)),
        ("cut after", lambda: dice.randrange(1, 25)),
        ("restart", lambda: dice.randrange(1, EVENTS)),
    ]
    while len(every) < count:
        kind, at = dice.choice(kinds)
        every.append(Fault(kind, at(), dice.choice((UP, DOWN_TO_NOTHING))))
    dice.shuffle(every)
    return every[:count]


def main() -> int:
    """Fight, and print what was found; 1 when anything was lost or wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=600, help="begin none after so long")
    options = parser.parse_args()
    struck: Counter[str] = Counter()
    found: Counter[str] = Counter()
    wrong = 0
    until = time.monotonic() + options.minutes * 60
    with EmbeddedServer(durable=True) as server:
        fight = Fight(server)
        for fault in faults(options.count, options.seed):
            if time.monotonic() > until:
                break
            struck[fault.kind] += 1
            try:
                found[fight.fault(fault)] += 1
            except (AssertionError, CockpitError, psycopg.Error, OSError) as error:
                wrong += 1
                sys.stdout.write(f"WRONG after {fault}: {type(error).__name__} {error}\n")
    sys.stdout.write(f"{sum(struck.values())} faults, {wrong} wrong\n")
    for title, counts in (("struck", struck), ("found", found)):
        sys.stdout.writelines(f"  {title}: {n:4} {what}\n" for what, n in counts.most_common())
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
