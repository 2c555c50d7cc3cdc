"""A password command gives a password or says why not, and cannot hold us up."""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from cockpit.errors import CredentialError
from cockpit.settings.command import run_command

ENVIRONMENT = dict(os.environ)


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_the_first_line_is_the_password() -> None:
    secret = run_command(python("print(' a b '); print('metadata')"), ENVIRONMENT)
    assert secret.reveal() == " a b "


def test_no_shell_reads_the_arguments(tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    command = (*python("import sys; print(sys.argv[1])"), f"$(touch {touched})")
    assert run_command(command, ENVIRONMENT).reveal() == f"$(touch {touched})"
    assert not touched.exists()


def test_it_has_nobody_to_ask() -> None:
    secret = run_command(python("import sys; print(sys.stdin.read() == '')"), ENVIRONMENT)
    assert secret.reveal() == "True"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import sys; print('hunter2'); sys.exit('no session\\n for op')",
         "ended with code 1 and said: no session for op"),
        ("print()", "printed no password"),
        ("import sys; sys.stderr.write('not signed in')", "no password and said: not signed in"),
    ],
)  # fmt: skip
def test_a_failure_shows_what_it_complained_of_and_never_what_it_printed(
    code: str, told: str
) -> None:
    with pytest.raises(CredentialError, match=told) as error:
        run_command(python(code), ENVIRONMENT)
    assert "hunter2" not in str(error.value)


def test_a_program_that_is_not_there_is_told() -> None:
    with pytest.raises(CredentialError, match="cannot be started: No such file"):
        run_command(("/nonexistent/op", "read"), ENVIRONMENT)


def test_one_that_hangs_is_ended_with_everything_it_started(tmp_path: Path) -> None:
    # The grandchild inherits the pipe: ending only the child would wait for it.
    pid_file = tmp_path / "pid"
    hangs = ("sh", "-c", f"sleep 600 & echo $! > '{pid_file}'; sleep 600")
    begun = time.monotonic()
    with pytest.raises(CredentialError, match="did not answer within 2 s"):
        run_command(hangs, ENVIRONMENT, patience=timedelta(seconds=2))
    assert time.monotonic() - begun < 300
    assert not alive(int(pid_file.read_text()))


def alive(pid: int) -> bool:
    """Whether the process still runs; one that ended and was not yet collected does not."""
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return False
        if state in "ZX":
            return False
        time.sleep(0.1)
    return True
