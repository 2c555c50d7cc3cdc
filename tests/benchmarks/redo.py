"""How much longer `cockpit redo` takes than psql takes for the same SQL.

    python -m tests.benchmarks.redo [--tables 100 1000] [--tries 7]

A database of so many tables of five columns, each with a key and an index, and twenty native
migrations applied before. The last one, which adds a column and an index, is redone; a tiny one is
applied. Each figure is the median of several tries.

- *SQL alone*: the same statements in one transaction down and one up, in a session that is open.
- *the run*: from the first event of a run to the end of its last phase, ledger and locks included.
- *open cockpit*: from the answered question to the end of the run: another look under the lock, the
  run, and the schema that it leaves recorded. The plan before the question stands beside it.
- *command*: from the start of the program to its end, as psql with the same script.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from cockpit.deploy.opening import Opening
from cockpit.deploy.session import Session
from cockpit.model.event import Event, PhaseFinished
from cockpit.model.goal import Action, Goal
from cockpit.model.target import Environment
from cockpit.settings.dsn import parse
from tests import databases
from tests.databases import Database, Databases
from tests.projects import FOLDER, Project

BEFORE = 20
"""Migrations that are in force already."""
UP = "ALTER TABLE t7 ADD COLUMN note text;\nCREATE INDEX t7_note ON t7 (note);"
DOWN = "DROP INDEX t7_note;\nALTER TABLE t7 DROP COLUMN note;"
LAST = f"{BEFORE + 1:04}"
REDO = Goal(Action.REDO)


@dataclass(frozen=True)
class Result:
    """Seconds, of one size of database."""

    tables: int
    sql: float
    run: float
    answered: float
    planned: float
    command: float
    psql: float


def fill(database: Database, tables: int) -> None:
    """So many tables, each with a key and an index."""
    for start in range(0, tables, 500):
        database.execute(
            "".join(
                f"CREATE TABLE t{n} (id bigint PRIMARY KEY, a text NOT NULL, b int DEFAULT 0,"
                f" c timestamptz, d numeric); CREATE INDEX ON t{n} (a);"
                for n in range(start, min(start + 500, tables))
            )
        )


def files(folder: Path) -> Project:
    """A project with the migrations, all but the last of no consequence."""
    project = Project.create(folder)
    for number in range(1, BEFORE + 1):
        column = f"c{number}"
        project.native(
            f"{number:04}", "before", f"ALTER TABLE t{number} ADD COLUMN {column} int;",
            f"ALTER TABLE t{number} DROP COLUMN {column};",
        )  # fmt: skip
    project.native(LAST, "last", UP, DOWN)
    project.commit()
    return project


def measure(server: Databases, tables: int, tries: int) -> Result:
    """One fresh database of so many tables."""
    with server.fresh() as database, tempfile.TemporaryDirectory() as folder:
        fill(database, tables)
        project = files(Path(folder))
        place = ["--repo", str(project.root), "--path", FOLDER, "--dsn", database.dsn]
        run = [sys.executable, "-m", "cockpit"]
        answered_by = [*place, "--environment", "local", "--yes"]
        _do([*run, "apply", *answered_by])
        script = f"BEGIN;\n{DOWN}\nCOMMIT;\nBEGIN;\n{UP}\nCOMMIT;\n"
        psql = ["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-d", database.dsn]
        with _session(project, database) as session:
            tried = [_redo(session) for _ in range(tries)]
        planned, answered, ran = (statistics.median(times) for times in zip(*tried, strict=True))
        return Result(
            tables,
            sql=_alone(database, tries),
            run=ran,
            answered=answered,
            planned=planned,
            command=median(lambda: _do([*run, "redo", *answered_by]), tries),
            psql=median(lambda: _do(psql, script), tries),
        )


def median(work: Callable[[], object], tries: int) -> float:
    """Seconds of the middle try."""
    return statistics.median(_timed(work) for _ in range(tries))


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _alone(database: Database, tries: int) -> float:
    with psycopg.connect(database.dsn, autocommit=True) as session:

        def both() -> None:
            for statements in (DOWN, UP):
                with session.transaction():
                    session.execute(statements)

        return median(both, tries)


def _do(command: list[str], script: str = "") -> None:
    done = subprocess.run(command, input=script, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command} failed: {done.stdout} {done.stderr}")


@contextmanager
def _session(project: Project, database: Database) -> Iterator[Session]:
    session = Session(
        Opening(
            repository=project.root, folder=FOLDER, dsn=parse(database.dsn),
            environment=Environment.LOCAL,
        )
    )  # fmt: skip
    try:
        session.look()
        session.arm(None)
        yield session
    finally:
        session.close()


def _redo(session: Session) -> tuple[float, float, float]:
    """Seconds of the plan, of all that follows the answer, and of the run's phases within it."""
    heard: list[tuple[float, Event]] = []
    began = time.perf_counter()
    plan = session.plan(REDO)
    answered = time.perf_counter()
    outcome = session.start(
        plan, lambda event: heard.append((time.perf_counter(), event)), stepwise=False
    ).join(60)
    ended = time.perf_counter()
    if outcome is None or outcome.outcome != "done":
        raise SystemExit(f"The redo did not come to its end: {outcome}")
    phases = [at for at, event in heard if isinstance(event, PhaseFinished)]
    return answered - began, ended - answered, phases[-1] - heard[0][0]


def main() -> None:
    """Print the table of the README."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=int, nargs="+", default=[100, 1_000])
    parser.add_argument("--tries", type=int, default=7)
    asked = parser.parse_args()
    print("| tables | SQL alone | the run | open cockpit | its plan | command | psql |")  # noqa: T201
    print("|---:|---:|---:|---:|---:|---:|---:|")  # noqa: T201
    with databases.server() as dsn:
        server = Databases(dsn)
        for tables in asked.tables:
            r = measure(server, tables, asked.tries)
            figures = (r.sql, r.run, r.answered, r.planned, r.command, r.psql)
            told = " | ".join(f"{1000 * figure:,.0f} ms" for figure in figures)
            print(f"| {r.tables:,} | {told} |")  # noqa: T201


if __name__ == "__main__":
    main()
