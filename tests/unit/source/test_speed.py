"""Large repositories are read in a blink. The bounds are many times what is measured."""

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cockpit.source.directives import read_migration
from cockpit.source.repository import open_repository
from tests.unit.source.sandbox import Sandbox

FILES = 5_000
SCRIPT = b"-- migrate:up\nCREATE TABLE t (id int);\n-- migrate:down\nDROP TABLE t;\n"


def fast_import(sandbox: Sandbox, stream: Iterator[bytes]) -> None:
    subprocess.run(
        ["git", "fast-import", "--quiet", "--force"],
        cwd=sandbox.root,
        input=b"".join(stream),
        check=True,
    )


def many_files(count: int) -> Iterator[bytes]:
    yield b"commit refs/heads/main\ncommitter A <a@b> 1700000000 +0000\ndata 0\n"
    for number in range(count):
        script = SCRIPT + b"-- %d\n" % number
        yield b"M 644 inline db/%014d_step.sql\ndata %d\n%s" % (number, len(script), script)


def many_commits(count: int) -> Iterator[bytes]:
    for number in range(count):
        yield b"commit refs/heads/main\ncommitter A <a@b> %d +0000\ndata 1\nx\n" % (
            1_700_000_000 + number
        )
        folder = b"db" if number % 10 == 0 else b"src"
        yield b"M 644 inline %s/%d.sql\ndata 9\n%09d\n" % (folder, number % 700, number)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with five thousand migrations, checked out."""
    sandbox = Sandbox(tmp_path_factory.mktemp("large"))
    fast_import(sandbox, many_files(FILES))
    sandbox.git("reset", "-q", "--hard")
    return sandbox.root


@pytest.mark.parametrize("ref", [None, "HEAD"])
def test_five_thousand_files_are_read_within_a_moment(large: Path, ref: str | None) -> None:
    repository = open_repository(large)
    revision = repository.revision(ref)
    assert len(repository.files("db", revision)) == FILES
    assert seconds(lambda: repository.files("db", revision)) < 10


def test_five_thousand_files_are_understood_within_a_moment(large: Path) -> None:
    repository = open_repository(large)
    files = repository.files("db", repository.revision("HEAD"))
    assert seconds(lambda: [read_migration(file) for file in files]) < 10


@pytest.mark.long
def test_the_past_costs_no_more_than_gits_own_log(sandbox: Sandbox) -> None:
    fast_import(sandbox, many_commits(20_000))
    repository = open_repository(sandbox.root)
    log = ("log", "--all", "--full-history", "--raw", "--no-renames", "-z", "--", "db")
    gits_own = min(seconds(lambda: sandbox.git(*log)) for _ in range(3))
    ours = min(seconds(lambda: repository.changes("db")) for _ in range(3))
    print(f"git log {gits_own:.3f} s, changes {ours:.3f} s")  # noqa: T201
    assert len(repository.changes("db")) == 2_000
    assert ours < 4 * gits_own + 2
