"""How fast a backfill is, and what an application feels of it: one UPDATE, a naive loop, ours.

    python -m tests.benchmarks.backfill [--rows 5000000]

The same table, the same load of reads and writes, one after the other on one server in one run.
The naive loop is what people write by hand: `WHERE ... IS NULL LIMIT 5000`, again and again.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from cockpit.deploy.opening import Opening
from cockpit.deploy.session import Session
from cockpit.model.goal import Action, Goal
from cockpit.model.target import Environment
from cockpit.settings.dsn import parse
from tests import databases
from tests.benchmarks.harm import CLIENTS, Load
from tests.databases import Database, Databases
from tests.projects import FOLDER, Project

SET = "note = 'order ' || id"
Fill = Callable[[Database], None]


@dataclass(frozen=True)
class Result:
    """One way to fill the column."""

    name: str
    seconds: float
    longest: float
    over_a_second: int


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


def cockpit(database: Database) -> None:
    """This project, with its default settings."""
    with tempfile.TemporaryDirectory() as folder:
        project = Project.create(Path(folder) / "project")
        project.write(
            "001_fill.sql",
            "-- migrate:up phase:backfill table:orders key:id batch:5000\n"
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


def measure(name: str, fill: Fill, server: Databases, rows: int) -> Result:
    """Fill one fresh table under load, and check that every row was filled."""
    with server.fresh() as database:
        database.execute("CREATE TABLE orders (id int PRIMARY KEY, total int, note text)")
        database.execute(f"INSERT INTO orders SELECT n, 0 FROM generate_series(1, {rows}) n")
        database.execute("ANALYZE orders")
        load = Load(database.dsn)
        clients = [threading.Thread(target=load.client, args=(n,)) for n in range(CLIENTS)]
        for client in clients:
            client.start()
        time.sleep(1)
        began = time.monotonic()
        fill(database)
        took = time.monotonic() - began
        load.stop.set()
        for client in clients:
            client.join()
        empty = database.execute("SELECT count(*) FROM orders WHERE note IS NULL")
        assert empty == [(0,)], empty
        over = sum(wait > 1 for wait in load.waits)
        return Result(name, took, max(load.waits), over)


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=5_000_000)
    options = parser.parse_args()
    ways: dict[str, Fill] = {
        "one UPDATE": one_update, "naive loop": naive_loop, "cockpit": cockpit,
    }  # fmt: skip
    out = sys.stdout.write
    with databases.server() as dsn:
        server = Databases(dsn)
        out(f"{options.rows:,} rows\n\n| way | rows/s | longest wait | statements over 1 s |\n")
        out("|---|---:|---:|---:|\n")
        for name, fill in ways.items():
            r = measure(name, fill, server, options.rows)
            rate = options.rows / r.seconds
            out(f"| {r.name} | {rate:,.0f} | {r.longest:.2f} s | {r.over_a_second} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
