"""Ctrl-C, a lost terminal, or output that nobody reads, in a real process at a real statement."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.cli.conftest import LetGo
from tests.databases import Database
from tests.processes import bare
from tests.projects import Project

SLEEPING = (
    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND state = 'active' "
    "AND datname = current_database() AND pid <> pg_backend_pid()"
)
SLOW = ("pg_sleep", "wait_to_be_let_go", "StepStarted")
"""In the line that tells of a slow statement."""
SECONDS = 3
"""Long enough for a process that nobody hears to do what it has to, on a busy machine."""


@pytest.fixture
def sleeper(project: Project, let_go: LetGo) -> Project:
    """A phase of two statements, the first of which takes until `let_go`, and a second phase."""
    slow = "CALL wait_to_be_let_go(); CREATE TABLE a (id int);"
    project.native("0001", "slow", slow, "DROP TABLE a;")
    project.native("0002", "next", "CREATE TABLE b (id int);", "DROP TABLE b;")
    return project


@pytest.fixture
def walker(project: Project, let_go: LetGo) -> Project:
    """Three phases: the end of the first is told while the second takes until `let_go`."""
    slow = {"a": "SELECT pg_sleep(1);", "b": "CALL wait_to_be_let_go();", "c": ""}
    for number, (name, statement) in enumerate(slow.items(), 1):
        script = f"{statement} CREATE TABLE {name} (id int);"
        project.native(f"000{number}", name, script, f"DROP TABLE {name};")
    return project


@contextmanager
def applying(
    project: Project, environment: dict[str, str], *options: str, err: int = subprocess.PIPE
) -> Iterator[subprocess.Popen[str]]:
    """A process that runs `cockpit apply`, right after it has sent the slow statement."""
    variables = bare() | environment
    process = subprocess.Popen(
        [sys.executable, "-m", "cockpit", "apply", "--yes", *options], cwd=project.root,
        env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=err, text=True,
    )  # fmt: skip
    with process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if any(word in line for word in SLOW):
                    break
            yield process
        finally:
            process.kill()


def signalled(process: subprocess.Popen[str], number: signal.Signals) -> str:
    """Send the signal; what the process says to it."""
    process.send_signal(number)
    assert process.stderr is not None
    return process.stderr.readline()


def said(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code and what was printed since."""
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def test_once_holds_after_the_current_step(
    sleeper: Project, environment: dict[str, str], fresh_database: Database, let_go: LetGo
) -> None:
    with applying(sleeper, environment) as process:
        told = signalled(process, signal.SIGINT)
        let_go()
        code, out, _ = said(process)
    assert code == 8
    assert "Ctrl-C again cancels the statement" in told
    assert ": held" in out
    assert fresh_database.execute("SELECT to_regclass('b')") == [(None,)]


def test_twice_cancels_in_the_server(
    sleeper: Project, environment: dict[str, str], fresh_database: Database
) -> None:
    endless = "SELECT pg_sleep(600); CREATE TABLE a (id int);"
    sleeper.native("0001", "slow", endless, "DROP TABLE a;")
    with applying(sleeper, environment) as process:
        signalled(process, signal.SIGINT)
        process.send_signal(signal.SIGINT)
        code, out, err = said(process)
    assert code == 8
    assert "Cancelling the statement in the server." in err
    assert ": cancelled" in out
    assert fresh_database.execute(SLEEPING) == [(0,)]
    assert fresh_database.execute("SELECT to_regclass('a')") == [(None,)]


def test_a_lost_terminal_holds(
    sleeper: Project, environment: dict[str, str], fresh_database: Database, let_go: LetGo
) -> None:
    with applying(sleeper, environment) as process:
        signalled(process, signal.SIGHUP)
        let_go()
        code, out, _ = said(process)
    assert code == 8
    assert ": held" in out
    assert fresh_database.execute("SELECT to_regclass('b')") == [(None,)]


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["text", "json"])
def test_output_that_nobody_reads_holds_and_the_end_is_told_on_stderr(
    walker: Project,
    environment: dict[str, str],
    fresh_database: Database,
    let_go: LetGo,
    options: tuple[str, ...],
) -> None:
    with applying(walker, environment, *options) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        err = process.stderr.readline()
        let_go()
        err += process.stderr.read()
        code = process.wait(60)
    assert code == 8, err
    assert "The output cannot be written (broken pipe). Holding" in err
    assert ": held" in err
    assert "Traceback" not in err
    assert left(fresh_database) == [(True, False, 0)]


def test_where_both_outputs_are_gone_it_ends_as_calmly(
    walker: Project, environment: dict[str, str], fresh_database: Database, let_go: LetGo
) -> None:
    with applying(walker, environment, err=subprocess.STDOUT) as process:
        assert process.stdout is not None
        process.stdout.close()
        time.sleep(SECONDS)
        let_go()
        code = process.wait(60)
    assert code == 8
    assert left(fresh_database) == [(True, False, 0)]


def left(database: Database) -> list[tuple[object, ...]]:
    """Whether the first and the last table are there, and how many advisory locks are held."""
    return database.execute(
        "SELECT to_regclass('a') IS NOT NULL, to_regclass('c') IS NOT NULL, "
        "(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')"
    )
