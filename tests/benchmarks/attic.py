"""How long an application waits while a column of many rows is dropped and kept.

    python -m tests.benchmarks.attic [--rows 1000000]

The table is read and written all the time. Once everything is copied under the lock of the drop,
once beforehand, in each attic. *Under the lock* is the time from the drop's lock to its commit.
"""

import argparse
import tempfile
import time
from datetime import datetime
from pathlib import Path

from cockpit.deploy.opening import Limits, Opening
from cockpit.deploy.session import Session
from cockpit.embedded.server import EmbeddedServer
from cockpit.model.attic import LARGE, Place
from cockpit.model.event import Event, PhaseFinished, StepStarted
from cockpit.model.goal import Action, Goal
from cockpit.model.target import Environment
from cockpit.settings.dsn import parse
from tests.benchmarks.load import Application
from tests.databases import Database, Databases
from tests.projects import FOLDER, Project

NEVER = 2**62
WAYS = [
    (f"{place.value}, {words}", place, limit)
    for place in (Place.DATABASE, Place.FILE)
    for words, limit in (("all under the lock", NEVER), ("beforehand", LARGE))
]


def measure(database: Database, folder: Path, rows: int, place: Place, limit: int) -> list[str]:
    """One drop of one table; the cells of its row."""
    database.execute(
        "CREATE TABLE orders (id int PRIMARY KEY, total int NOT NULL DEFAULT 0, note text)"
    )
    database.execute(
        "INSERT INTO orders SELECT g, g, repeat('note ', 10) || g"
        f" FROM generate_series(1, {rows}) AS g"
    )
    database.execute("ANALYZE orders")
    project = Project.create(folder / "project")
    project.native("001", "drop", "ALTER TABLE orders DROP COLUMN note;")
    project.commit()
    opening = Opening(
        repository=project.root, folder=FOLDER, dsn=parse(database.dsn),
        environment=Environment.LOCAL, limits=Limits(copy_beforehand=limit),
        attic=folder / "attic",
    )  # fmt: skip
    session = Session(opening)
    application = Application(database.dsn, rows)
    time.sleep(1)
    began = time.perf_counter()
    events: list[Event] = []
    try:
        _run(session, Goal(Action.APPLY, keep=place), events)
        took = time.perf_counter() - began
        (entry,) = session.attic()
    finally:
        waits = application.waits()
        session.close()
    held = (_last(events, PhaseFinished) - _last(events, StepStarted, first=True)).total_seconds()
    kept = f"{entry.rows:,} rows, {entry.bytes / 1e6:.0f} MB"
    return [f"{held:.2f} s", f"{max(waits):.2f} s", f"{took:.1f} s", kept]


def _run(session: Session, goal: Goal, events: list[Event]) -> None:
    session.look()
    session.arm(None)
    outcome = session.start(session.plan(goal), events.append, stepwise=False).join(600)
    if outcome is None or outcome.outcome != "done":
        raise SystemExit(f"The drop did not come to its end: {outcome}")


def _last(events: list[Event], kind: type[Event], *, first: bool = False) -> datetime:
    """When the last try began its first step, or when the phase was committed."""
    found = [event for event in events if isinstance(event, kind)]
    if first:
        number = min(event.step for event in found if isinstance(event, StepStarted))
        found = [e for e in found if isinstance(e, StepStarted) and e.step == number]
    return found[-1].at


def main() -> None:
    """Print the table of the README."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    asked = parser.parse_args()
    print("| attic | under the lock | longest wait | whole run | kept |")  # noqa: T201
    print("|---|---:|---:|---:|---|")  # noqa: T201
    with EmbeddedServer(durable=True) as server:
        for words, place, limit in WAYS:
            with (
                Databases(server.dsn()).fresh() as database,
                tempfile.TemporaryDirectory() as folder,
            ):
                cells = measure(database, Path(folder), asked.rows, place, limit)
            print(f"| {words} | {' | '.join(cells)} |", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
