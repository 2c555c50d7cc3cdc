"""A password printed by a program: `op read ...`, `vault kv get ...`, `aws rds ...`."""

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

from cockpit.errors import CredentialError
from cockpit.settings.schema import Command
from cockpit.settings.secret import Secret

PATIENCE = timedelta(seconds=30)
_LONGEST_COMPLAINT = 400


def run_command(
    command: Command, environment: Mapping[str, str], patience: timedelta = PATIENCE
) -> Secret:
    """Run it without a shell and without a terminal; its first line is the password.

    Raises CredentialError with what it wrote on stderr, never with its output. After `patience` it
    is ended together with everything it started.
    """
    process = _started(command, environment)
    try:
        output, complaint = process.communicate(timeout=patience.total_seconds())
    except subprocess.TimeoutExpired:
        _end(process)
        raise _failed(command, f"did not answer within {patience.total_seconds():g} s") from None
    if process.returncode != 0:
        raise _failed(command, f"ended with code {process.returncode}{_told(complaint)}")
    lines = output.decode("utf-8", "replace").splitlines()
    if not lines or not lines[0]:
        raise _failed(command, f"printed no password{_told(complaint)}")
    return Secret(lines[0])


def _started(command: Command, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - the operator's own settings name the program
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
            start_new_session=True,
        )
    except OSError as error:
        raise _failed(command, f"cannot be started: {error.strerror}") from None


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the whole group: a grandchild that holds the pipe would keep us waiting."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _told(complaint: bytes) -> str:
    text = " ".join(complaint.decode("utf-8", "replace").split())
    return f" and said: {text[-_LONGEST_COMPLAINT:]}" if text else ""


def _failed(command: Command, what: str) -> CredentialError:
    return CredentialError(
        f"password_command {command[0]} {what}.",
        kept="No connection was tried.",
        next_step="Run the command by hand to see why.",
    )
