"""How long 10,000 statements take `cockpit lint`, beside squawk on the same files.

    python -m tests.benchmarks.lint FOLDER [--squawk PROGRAM]

The SQL files of the folder are taken again and again until they hold 10,000 statements. Both
programs run as a pipeline runs them, three times each; the best run counts, in seconds of
processor time with their start, and of the clock.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path

from cockpit.errors import MigrationError
from cockpit.sql.statements import split

STATEMENTS = 10_000
TRIES = 3


def main() -> None:
    """Print one line a program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--squawk", default=shutil.which("squawk"))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        count, files = copied(given.folder, Path(made))
        say(f"{count:,} statements in {files:,} files")
        paths = sorted(str(path) for path in Path(made).iterdir())
        cockpit = [sys.executable, "-m", "cockpit", "lint", "--down", "--fail-on", "never"]
        ours = best([*cockpit, made])
        say(f"cockpit lint  {ours[0]:6.2f} s of processor  {ours[1]:6.2f} s")
        if given.squawk:
            theirs = best([given.squawk, "--reporter", "gcc", *paths])
            say(f"squawk        {theirs[0]:6.2f} s of processor  {theirs[1]:6.2f} s")
            cpu, clock = ours[0] / theirs[0], ours[1] / theirs[1]
            say(f"ratio         {cpu:6.1f}                 {clock:6.1f}")


def copied(folder: Path, into: Path) -> tuple[int, int]:
    """Fill a folder; how many statements and files it then has."""
    readable = []
    for path in sorted(folder.rglob("*.sql")):
        text = path.read_text()
        try:
            readable.append((path.name, text, len(split(text, path=path.name))))
        except MigrationError:
            continue
    statements = files = 0
    for name, text, count in cycle(readable):
        if statements >= STATEMENTS:
            break
        (into / f"{files:05}_{name}").write_text(text)
        statements, files = statements + count, files + 1
    return statements, files


def best(command: list[str]) -> tuple[float, float]:
    """Seconds of processor and of the clock, each of its quickest run."""
    runs = [timed(command) for _ in range(TRIES)]
    return min(cpu for cpu, _ in runs), min(clock for _, clock in runs)


def timed(command: list[str]) -> tuple[float, float]:
    """One run. Findings are no failure."""
    before, began = os.times(), time.monotonic()
    subprocess.run(command, capture_output=True, check=False)
    after = os.times()
    cpu = after.children_user - before.children_user
    return cpu + after.children_system - before.children_system, time.monotonic() - began


def say(text: str) -> None:
    """One line on stdout."""
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main()
