"""A framework's own command as a process, with the target in its environment."""

import os
import re
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cockpit.errors import CockpitError
from cockpit.settings.dsn import Dsn
from cockpit.settings.schema import Command
from cockpit.settings.secret import Secret

_LIBPQ = {
    "host": "PGHOST", "hostaddr": "PGHOSTADDR", "port": "PGPORT", "user": "PGUSER",
    "dbname": "PGDATABASE", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT",
    "service": "PGSERVICE", "passfile": "PGPASSFILE",
}  # fmt: skip
_ERROR = re.compile(r"(?:[A-Za-z_][\w.]*(?:Error|Exception)|FAILED|ERROR)\b.*?[:\]] ")
"""`sqlalchemy.exc.ProgrammingError: ...`, `CommandError: ...`, `FAILED: ...`."""
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Program:
    """The framework's command on this machine, with the target in its environment."""

    command: Command
    folder: Path
    """Where it is started: the repository's root."""
    dsn: Dsn | None
    password: Secret | None

    def start(self, arguments: Command, *, application: str, options: str) -> subprocess.Popen[str]:
        """Start it; both outputs come as one. `options` are what PGOPTIONS is given.

        Raises `CockpitError` when there is no such program.
        """
        given = f"{os.environ.get('PGOPTIONS', '')} {options}".strip()
        environment = dict(os.environ) | self._libpq()
        environment |= {"PGAPPNAME": application, "PGOPTIONS": given, "NO_COLOR": "1"}
        try:
            return subprocess.Popen(  # noqa: S603 (the operator's own settings name the program)
                (*self.command, *arguments),
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,
            )
        except OSError as error:
            raise CockpitError(
                f"tool_command {self.command[0]} cannot be started: {error.strerror}.",
                next_step="Correct tool_command, or build the project's environment.",
            ) from error

    def _libpq(self) -> dict[str, str]:
        """Where the target is, for a project whose own settings leave it to libpq."""
        found = {v: value for k, v in _LIBPQ.items() if self.dsn and (value := self.dsn.get(k))}
        if self.password is not None:
            found["PGPASSWORD"] = self.password.reveal()
        return found


def end(process: subprocess.Popen[str]) -> str:
    """End it with everything that it started; what it had said."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.communicate()[0]


def last_words(output: str) -> str:
    """The last line that names an error, as a traceback ends with it; else the last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if _ERROR.match(line)]
    return (errors or lines or ["it said nothing"])[-1][:_LONGEST]
