"""Servers that outlived the process that started them: found, stopped and cleared away."""

import os
import signal
import subprocess
import time
from pathlib import Path

from cockpit.embedded import folder
from cockpit.embedded.folder import Folder

PATIENCE_SECONDS = 10.0


def clear(home: Path) -> list[Path]:
    """Stop every server in `home` whose owner is dead, remove its folder, and say which."""
    orphans = folder.abandoned(home)
    for orphan in orphans:
        _stop(orphan)
        orphan.remove()
    return [orphan.path for orphan in orphans]


def postmaster(data: Path) -> int | None:
    """The process id of the server that runs on this cluster now; None when there is none.

    A file left by a killed server may name a process that is somebody else by now, so the process
    must have been started with this very folder.
    """
    try:
        pid = int((data / "postmaster.pid").read_text(encoding="ascii").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    return pid if str(data) in _command(pid) else None


def _stop(orphan: Folder) -> None:
    for number in (signal.SIGQUIT, signal.SIGKILL):
        pid = postmaster(orphan.data)
        if pid is None:
            return
        os.kill(pid, number)
        _wait_for_end(orphan.data)


def _wait_for_end(data: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while postmaster(data) is not None and time.monotonic() < deadline:
        time.sleep(0.01)


def _command(pid: int) -> list[str]:
    """The arguments a process was started with; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").split("\0")
    except (FileNotFoundError, ProcessLookupError):
        pass  # gone, or a system without /proc
    said = subprocess.run(  # noqa: S603
        ["ps", "-ww", "-o", "command=", "-p", str(pid)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout.split()
