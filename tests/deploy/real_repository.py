"""A real repository: back over its releases with the oldest one checked out, and up again.

    python -m tests.deploy.real_repository REPOSITORY --newest TAG --oldest TAG [--path FOLDER]
                                           [--releases PATTERN] [--from-history]

The repository is cloned into a temporary folder and only read. Its newest release is applied whole
to an empty database; then the oldest one is checked out, the cockpit rolls back to it, the newest
one is checked out again and applied. The schema has to be what it was, told by `pg_dump`. With
`--from-history` our ledger is dropped before the rollback, so that nothing but the tool's own
table and git are left to tell the way back. COCKPIT_TEST_PG_BIN names another PostgreSQL, for
repositories that need its extensions.
"""

import argparse
import difflib
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cockpit.deploy.opening import Opening
from cockpit.deploy.session import Session
from cockpit.model.event import Event, PhaseFailed
from cockpit.model.goal import Action, Goal
from cockpit.model.plan import Plan
from cockpit.model.target import Environment
from cockpit.settings.dsn import parse
from tests import databases
from tests.databases import Database, Databases

_SHOWN = 40


@dataclass(frozen=True)
class Walk:
    """One clone and one database."""

    clone: Path
    database: Database
    folder: str
    releases: str
    figures: dict[str, float] = field(default_factory=dict)

    def check_out(self, ref: str) -> None:
        """In the clone alone."""
        git(self.clone, "checkout", "-q", "--detach", ref)

    def run(self, name: str, goal: Goal) -> Plan:
        """Look, plan and run; how long each took is kept. Exits where a phase fails."""
        opening = Opening(
            self.clone, self.folder, parse(self.database.dsn), Environment.LOCAL,
            release_tags=self.releases,
        )  # fmt: skip
        session = Session(opening)
        heard: list[Event] = []
        try:
            with Timed(self.figures, f"{name}: look"):
                board = session.look()
            session.arm(board.standpoint.name)
            with Timed(self.figures, f"{name}: plan"):
                plan = session.plan(goal)
            if plan.refusals:
                sys.exit(f"{goal.words} is refused: {' '.join(plan.refusals)}")
            with Timed(self.figures, f"{name}: run of {len(plan.versions)} migrations"):
                outcome = session.start(plan, heard.append, stepwise=False).join()
        finally:
            session.close()
        if outcome is None or outcome.outcome != "done":
            sys.exit(f"{goal.words} failed: {failure(plan, heard)}")
        return plan

    def release(self) -> str:
        """Which one the database is on, as the board says it."""
        opening = Opening(
            self.clone, self.folder, parse(self.database.dsn), Environment.LOCAL,
            release_tags=self.releases,
        )  # fmt: skip
        session = Session(opening)
        try:
            found = session.look().release
        finally:
            session.close()
        return found.sentence if found else "none"

    def schema(self) -> str:
        """As `pg_dump` writes it, without our own schema and the key of its own session."""
        program = databases.chosen_programs().program("pg_dump")
        asked = [str(program), "--schema-only", "--no-owner", "--exclude-schema=cockpit"]
        done = subprocess.run(
            [*asked, self.database.dsn], capture_output=True, text=True, check=True
        )
        lines = done.stdout.splitlines(keepends=True)
        return "".join(
            line for line in lines if not line.startswith(("\\restrict", "\\unrestrict"))
        )


class Timed:
    """How long the block takes, under a name."""

    def __init__(self, figures: dict[str, float], name: str) -> None:
        self._figures, self._name = figures, name

    def __enter__(self) -> None:
        self._started = time.perf_counter()

    def __exit__(self, *error: object) -> None:
        self._figures[self._name] = time.perf_counter() - self._started


def git(folder: Path, *arguments: str) -> str:
    """What git printed."""
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode().strip()


def failure(plan: Plan, heard: Sequence[Event]) -> str:
    """Which migration, and what the server said."""
    failed = [event for event in heard if isinstance(event, PhaseFailed)]
    return "; ".join(f"{plan.phases[event.index].version}: {event.error}" for event in failed)


def walk(walk: Walk, newest: str, oldest: str, *, from_history: bool) -> bool:
    """Up, back, up again; True when the schema is what it was."""
    walk.check_out(newest)
    walk.run("up", Goal(Action.APPLY))
    before = walk.schema()
    if from_history:
        walk.database.execute("DROP SCHEMA cockpit CASCADE")
    walk.check_out(oldest)
    plan = walk.run("back", Goal(Action.ROLLBACK, to_tag=oldest))
    origins = sorted({phase.origin for phase in plan.phases})
    say(f"{oldest} checked out; ways down from {', '.join(origins)}")
    say(f"then the database is on {walk.release()}")
    walk.check_out(newest)
    walk.run("up again", Goal(Action.APPLY))
    after = walk.schema()
    for line in list(difflib.unified_diff(before.splitlines(), after.splitlines()))[:_SHOWN]:
        say(line)
    return before == after


def say(line: str) -> None:
    """One line of the report."""
    print(line, flush=True)  # noqa: T201


def main() -> None:
    """Exit 1 where the schema is not what it was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repository", type=Path)
    parser.add_argument("--newest", required=True)
    parser.add_argument("--oldest", required=True)
    parser.add_argument("--path", default="")
    parser.add_argument("--releases", default="*")
    parser.add_argument("--from-history", action="store_true")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        databases.server() as dsn,
        Databases(dsn).fresh() as database,
    ):
        clone = Path(folder) / "clone"
        shared = ("clone", "-q", "--shared", "--no-checkout")
        git(Path(folder), *shared, str(asked.repository.resolve()), str(clone))
        commits = git(clone, "rev-list", "--count", asked.newest)
        tags = git(clone, "tag", "--list", asked.releases).split()
        between = git(clone, "tag", "--list", asked.releases, "--merged", asked.newest,
                      "--no-merged", asked.oldest).split()  # fmt: skip
        say(f"{commits} commits, {len(tags)} releases, {len(between)} of them after {asked.oldest}")
        found = Walk(clone, database, asked.path, asked.releases)
        same = walk(found, asked.newest, asked.oldest, from_history=asked.from_history)
    for name, seconds in found.figures.items():
        say(f"{name:42}{seconds:7.2f} s")
    say("the schema is what it was" if same else "the schema is another one")
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
