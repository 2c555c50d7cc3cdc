"""Starting git, so that it only reads and runs nothing that the repository brings along.

GitPython finds the program, starts it and speaks English with it. No hook, file system monitor,
signature program, filter, replaced object or remote is ever consulted, and no lock is taken.
"""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from cockpit.errors import SourceError

_SAFE = (
    "--no-optional-locks", "--no-replace-objects", "--no-pager",
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null",
    "-c", "log.showSignature=false",
)  # fmt: skip
_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    # A partial clone would otherwise fetch a missing object by whatever command its config names.
    "GIT_ALLOW_PROTOCOL": "none",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a git process left."""

    status: int
    output: bytes
    complaint: str
    """Its standard error, stripped."""


class GitProcess:
    """Runs git in one directory."""

    def __init__(self, directory: Path, environment: Mapping[str, str] | None = None) -> None:
        self._directory = directory
        self._git = git_python().Git(directory)
        self._git.update_environment(**_ENVIRONMENT, **(environment or {}))

    def ask(self, *arguments: str, stdin: bytes = b"") -> Answer:
        """Run one command to its end, whatever comes of it."""
        command = [self._git.GIT_PYTHON_GIT_EXECUTABLE or "git", *_SAFE, *arguments]
        try:
            process: Any = self._git.execute(command, istream=subprocess.PIPE, as_process=True)
        except git_python().GitCommandNotFound as error:
            raise SourceError(
                "The program git is not installed, or not on PATH.",
                next_step="Install git, then try again.",
            ) from error
        output, complaint = process.communicate(stdin)
        words = complaint.decode(errors="replace").strip()
        if "dubious ownership" in words:
            raise _not_ours(self._directory)
        if "promisor remote" in words:
            raise lacking("some files")
        return Answer(process.returncode, output, words)

    def run(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """The output of a command that is expected to work; `SourceError` when it does not."""
        answer = self.ask(*arguments, stdin=stdin)
        if answer.status != 0:
            last = answer.complaint.splitlines()[-1:] or [f"exit status {answer.status}"]
            raise SourceError(f"git {arguments[0]} failed: {last[0].removeprefix('fatal: ')}.")
        return answer.output


def git_python() -> ModuleType:
    """GitPython, imported on first use; it must not look for the program by itself."""
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    import git

    return git


def lacking(what: str) -> SourceError:
    """An object is named in this clone and is not in it."""
    return SourceError(
        f"This clone does not hold the content of {what}.",
        next_step="A partial clone is completed by: git fetch --refetch --no-filter",
    )


def _not_ours(directory: Path) -> SourceError:
    return SourceError(
        f"git does not trust {directory}: it belongs to another user of this machine.",
        next_step=f"If you trust it: git config --global --add safe.directory '{directory}'",
    )
