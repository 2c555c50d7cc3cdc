"""How long a look takes at a large repository, beside git's own log of the same folder.

    python -m tests.benchmarks.board [--migrations 10000] [--commits 20000] [--tool dbmate]

Half of the commits add a migration, the others change the application; every fiftieth migration
is edited once. All but the last ten are applied. The history is the ledger's, or a tool's own
table, which keeps no checksum, so that git has to judge every file.
"""

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from cockpit.deploy.opening import Opening
from cockpit.deploy.session import Session
from cockpit.model.target import Environment
from cockpit.settings.dsn import parse
from tests import databases
from tests.databases import Database, Databases
from tests.projects import FOLDER, Project

_FIRST = 1_600_000_000
_WAITING = 10
_EDITED = 50
_RELEASED = 200
_SEVERAL = 5
TEXT = "-- migrate:up\nCREATE TABLE t{0} (id int);\n-- migrate:down\nDROP TABLE t{0};\n"
LOG = ("log", "--all", "--full-history", "-c", "--raw", "--no-renames", "-z", "--", FOLDER)


def history(migrations: int, commits: int) -> Iterator[bytes]:
    """A stream for `git fast-import`."""
    every = commits // migrations
    for number in range(commits):
        at = _FIRST + number * 60
        yield b"commit refs/heads/main\nauthor Ana <a@b> %d +0000\n" % at
        yield b"committer Ana <a@b> %d +0000\ndata 4\nwork\n" % at
        yield file("src/app.py", f"release = {number}\n")
        if number % every == 0:
            version = number // every
            yield file(name(version), TEXT.format(version))
            if version % _EDITED == 1:
                yield file(name(version - 1), f"-- why\n{TEXT.format(version - 1)}")
        if number % (every * _RELEASED) == 0:
            yield b"reset refs/tags/v%d\nfrom refs/heads/main\n" % (number // every)


def name(version: int) -> str:
    """Of a migration's file."""
    return f"{FOLDER}/{version:06}_step.sql"


def file(path: str, text: str) -> bytes:
    """One file of a commit."""
    return b"M 644 inline %s\ndata %d\n%s\n" % (path.encode(), len(text), text.encode())


def build(root: Path, migrations: int, commits: int) -> Project:
    """The repository, checked out and packed."""
    project = Project.create(root)
    subprocess.run(
        ["git", "fast-import", "--quiet", "--force"],
        cwd=root,
        input=b"".join(history(migrations, commits)),
        check=True,
    )
    project.git("reset", "-q", "--hard")
    project.git("gc", "-q")
    return project


def apply(database: Database, project: Project, migrations: int, tool: str) -> None:
    """Write down that all but the last ones are applied."""
    if tool == "dbmate":
        database.execute("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")
        with psycopg.connect(database.dsn) as connection, connection.cursor() as cursor:
            rows = "COPY schema_migrations FROM STDIN"
            with cursor.copy(rows) as copy:
                for version in range(migrations - _WAITING):
                    copy.write_row((f"{version:06}",))
        return
    raise SystemExit(f"no history is written for {tool}")


@dataclass(frozen=True, order=True)
class Cost:
    """What some work took; on a machine that is busy with other things the processor's time."""

    processor: float
    """Seconds of it, those of git included, the server's not."""
    seconds: float

    def __str__(self) -> str:
        return f"{self.seconds:8.3f} s {self.processor:10.3f} s"


def cost(work: Callable[[], object]) -> Cost:
    """Of one call."""
    started, before = time.perf_counter(), sum(os.times()[:4])
    work()
    return Cost(sum(os.times()[:4]) - before, time.perf_counter() - started)


def looks(opening: Opening) -> tuple[Cost, Cost]:
    """The first look of a session, and the best of several that find nothing changed."""
    session = Session(opening)
    try:
        first = cost(session.look)
        later = [cost(session.look) for _ in range(_SEVERAL)]
    finally:
        session.close()
    return first, min(later)


def main() -> None:
    """Print one row a figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--migrations", type=int, default=10_000)
    parser.add_argument("--commits", type=int, default=20_000)
    parser.add_argument("--tool", default="dbmate")
    parser.add_argument("--keep", type=Path, help="Build the repository here, or use the one here.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, databases.server() as dsn:
        root = asked.keep or Path(folder) / "large"
        known = (root / ".git").is_dir()
        project = Project(root) if known else build(root, asked.migrations, asked.commits)
        log = min(cost(lambda: project.git(*LOG)) for _ in range(2))
        with Databases(dsn).fresh() as database:
            apply(database, project, asked.migrations, asked.tool)
            opening = Opening(root, FOLDER, parse(database.dsn), Environment.LOCAL, tool=asked.tool)
            first, later = looks(opening)
            older = f"v{asked.migrations * 94 // 100 // _RELEASED * _RELEASED}"
            release, _ = looks(replace(opening, ref=older))
    print(f"{'':26}{'elapsed':>10} {'processor':>12}")  # noqa: T201
    for name, found in (
        ("git log of the folder", log),
        ("first look", first),
        ("later looks, unchanged", later),
        (f"first look, at {older}", release),
    ):
        print(f"{name:26}{found}")  # noqa: T201


if __name__ == "__main__":
    main()
