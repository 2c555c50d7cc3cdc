"""Many cockpits at once on one target with one pending plan: what each of them said.

    python -m tests.deploy.race [--count 50]

The migration inserts a row, so that a second run of it would be seen, and waits until all the
others have ended, so that each of them meets the lock held.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests import databases
from tests.databases import Database, Databases
from tests.processes import bare
from tests.projects import FOLDER, Project

UNTIL_TOLD = """
INSERT INTO told VALUES ('once');
DO $$ BEGIN
  WHILE NOT EXISTS (SELECT FROM go) LOOP PERFORM pg_sleep(0.05); END LOOP;
END $$;
"""
HELD = 5
"""The exit code that says that another one holds the lock."""


@dataclass(frozen=True)
class End:
    """How one process ended."""

    code: int
    complaint: str

    @property
    def told(self) -> bool:
        """It ran, or it said in words who holds the lock."""
        if "Traceback" in self.complaint or "bug" in self.complaint:
            return False
        named = "deployment lock is held by" in self.complaint and "pid" in self.complaint
        return self.code == 0 or (self.code == HELD and named)


def race(count: int, project: Project, database: Database, home: Path) -> list[End]:
    """Start so many at once on the one pending migration; let the one that runs end last."""
    database.execute("CREATE TABLE told (word text); CREATE TABLE go ()")
    project.native("001", "once", UNTIL_TOLD)
    project.commit()
    command = [
        sys.executable, "-m", "cockpit", "apply", "--repo", str(project.root), "--path", FOLDER,
        "--dsn", database.dsn, "--environment", "local", "--yes",
    ]  # fmt: skip
    environment = bare(HOME=str(home), LANG="C.UTF-8")
    racers = [
        subprocess.Popen(
            command, env=environment, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        for _ in range(count)
    ]
    until = time.monotonic() + 60 + 4 * count
    while sum(racer.poll() is not None for racer in racers) < count - 1:
        assert time.monotonic() < until, "more than one of them is still running"
        time.sleep(0.05)
    database.execute("INSERT INTO go DEFAULT VALUES")
    said = [racer.communicate(timeout=60)[1] for racer in racers]
    return [End(racer.returncode, words) for racer, words in zip(racers, said, strict=True)]


def main() -> int:
    """Race, and print how they ended; 1 when more than one ran or an error was raw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=50)
    options = parser.parse_args()
    with databases.server() as dsn, tempfile.TemporaryDirectory() as folder:
        project = Project.create(Path(folder) / "project")
        with Databases(dsn).fresh() as database:
            ends = race(options.count, project, database, Path(folder))
            rows = database.execute("SELECT * FROM told")
    out = sys.stdout.write
    for code, number in sorted(Counter(end.code for end in ends).items()):
        out(f"{number:4} ended with {code}\n")
    raw = [end for end in ends if not end.told]
    out(f"{len(raw):4} with an error that a person would have to interpret\n{len(rows):4} ran\n")
    for end in raw[:3]:
        out(f"--- exit {end.code}\n{end.complaint}\n")
    return int(bool(raw) or rows != [("once",)])


if __name__ == "__main__":
    sys.exit(main())
