"""How fast a backfill is, what an application feels of it, and how far a standby falls behind.

    python -m tests.benchmarks.backfill [--rows 5000000] [--wire 24]

The same table, the same load of reads and writes, one way after the other on one server in one
run: one UPDATE; a naive loop as people write it by hand (`WHERE ... IS NULL LIMIT 5000`, again and
again); the cockpit without a limit for replicas, and with one. A streaming standby hangs on a wire
that carries so many megabytes a second; how far it lies behind is read from a clock that ticks in
a table. Autovacuum is off, so that its own writes do not fall into one way and not into another.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from cockpit.deploy.opening import Opening
from cockpit.deploy.session import Session
from cockpit.embedded.server import EmbeddedServer
from cockpit.model.goal import Action, Goal
from cockpit.model.target import Environment
from cockpit.settings.dsn import parse
from tests.benchmarks.load import Application
from tests.databases import Database, Databases, chosen_programs
from tests.narrow_wire import narrow_wire
from tests.projects import FOLDER, Project
from tests.standby import Standby, standby_of
from tests.wire import socket_of

SET = "note = 'order ' || id"
LIMIT_SECONDS = 2
NO_LIMIT = 86_400
TICK_SECONDS = 0.1
SETTINGS = {
    "wal_keep_size": "8GB",
    "max_wal_size": "2GB",
    "shared_buffers": "256MB",
    "autovacuum": "off",
}
Fill = Callable[[Database], None]


@dataclass(frozen=True)
class Result:
    """One way to fill the column."""

    name: str
    seconds: float
    longest: float
    over_a_second: int
    behind: float
    """Seconds that the standby lay behind at most, until it had caught up."""


@dataclass
class Heartbeat:
    """Writes the time into a table of the primary and reads it from the standby."""

    primary: str
    standby: str
    longest: float = 0.0
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Tick until told to stop."""
        with (
            psycopg.connect(self.primary, autocommit=True) as here,
            psycopg.connect(self.standby, autocommit=True) as there,
        ):
            while not self.stop.wait(TICK_SECONDS):
                here.execute("UPDATE heartbeat SET at = clock_timestamp()")
                row = there.execute(
                    "SELECT extract(epoch FROM clock_timestamp() - at)::float8 FROM heartbeat"
                ).fetchone()
                if row is not None:
                    self.longest = max(self.longest, row[0])


def one_update(database: Database) -> None:
    """Every row in one statement and one transaction."""
    database.execute(f"UPDATE orders SET {SET}")


def naive_loop(database: Database) -> None:
    """Batches found by what is still missing."""
    sql = (
        f"UPDATE orders SET {SET} WHERE id IN (SELECT id FROM orders WHERE note IS NULL LIMIT 5000)"
    )
    with psycopg.connect(database.dsn, autocommit=True) as connection:
        while connection.execute(sql).rowcount:
            pass


def cockpit(max_lag: int) -> Fill:
    """This project, with its default settings but for the limit."""

    def fill(database: Database) -> None:
        with tempfile.TemporaryDirectory() as folder:
            project = Project.create(Path(folder) / "project")
            project.write(
                "001_fill.sql",
                f"-- migrate:up phase:backfill table:orders key:id batch:5000 max-lag:{max_lag}\n"
                f"UPDATE orders SET {SET} WHERE id BETWEEN :from AND :to AND note IS NULL;\n",
            )
            project.commit()
            session = Session(Opening(project.root, FOLDER, parse(database.dsn), Environment.LOCAL))
            session.arm(None)
            plan = session.plan(Goal(Action.APPLY))
            outcome = session.start(plan, lambda event: None, stepwise=False).join()
            session.close()
            assert outcome is not None
            assert outcome.outcome == "done", outcome

    return fill


def measure(name: str, fill: Fill, server: Databases, standby: Standby, rows: int) -> Result:
    """Fill one fresh table under load, and check that every row was filled."""
    with server.fresh() as database:
        database.execute("CREATE TABLE orders (id int PRIMARY KEY, total int, note text)")
        database.execute(f"INSERT INTO orders SELECT n, 0 FROM generate_series(1, {rows}) n")
        with psycopg.connect(database.dsn, autocommit=True) as connection:
            connection.execute("VACUUM (FREEZE, ANALYZE) orders")
            connection.execute("CHECKPOINT")
        standby.caught_up(seconds=1200)
        database.execute("CREATE TABLE heartbeat AS SELECT clock_timestamp() AS at")
        standby.caught_up()
        beat = Heartbeat(database.dsn, standby.beside(database.name))
        ticking = threading.Thread(target=beat.run)
        ticking.start()
        application = Application(database.dsn, rows)
        time.sleep(2)
        began = time.monotonic()
        fill(database)
        took = time.monotonic() - began
        waits = application.waits()
        standby.caught_up(seconds=1200)
        beat.stop.set()
        ticking.join()
        empty = database.execute("SELECT count(*) FROM orders WHERE note IS NULL")
        assert empty == [(0,)], empty
        return Result(name, took, max(waits), sum(wait > 1 for wait in waits), beat.longest)


WAYS: dict[str, Fill] = {
    "one UPDATE": one_update,
    "naive loop": naive_loop,
    "cockpit, no limit for replicas": cockpit(NO_LIMIT),
    f"cockpit, replicas at most {LIMIT_SECONDS} s behind": cockpit(LIMIT_SECONDS),
}


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--wire", type=float, default=24, help="megabytes a second")
    options = parser.parse_args()
    out = sys.stdout.write
    with EmbeddedServer(chosen_programs(), durable=True, settings=SETTINGS) as server:
        folder = server.private_folder / "wire"
        folder.mkdir(mode=0o755)
        speed = int(options.wire * 1_000_000)
        with (
            narrow_wire(folder, socket_of(server.dsn()), speed),
            standby_of(server, folder) as lagging,
        ):
            out(f"{options.rows:,} rows; the standby's wire carries {options.wire:g} MB/s\n\n")
            out("| way | rows/s | longest wait | statements over 1 s | standby behind at most |\n")
            out("|---|---:|---:|---:|---:|\n")
            for name, fill in WAYS.items():
                r = measure(name, fill, Databases(server.dsn()), lagging, options.rows)
                rate = options.rows / r.seconds
                out(f"| {r.name} | {rate:,.0f} | {r.longest:.2f} s | {r.over_a_second} ")
                out(f"| {r.behind:.1f} s |\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
