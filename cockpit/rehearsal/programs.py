"""Which PostgreSQL programs of this machine fit a server of another."""

import os
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cockpit.embedded import binaries
from cockpit.embedded.binaries import Binaries
from cockpit.errors import ServerUnavailable
from cockpit.rehearsal.impossible import Impossible

_INSTALLED = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
"""Where Debian, Red Hat, a build from source, Homebrew and Postgres.app put them."""


@dataclass(frozen=True, slots=True)
class Programs:
    """Folders with PostgreSQL's programs, the better ones first."""

    folders: tuple[Path, ...]

    def server(self, major: int) -> Binaries:
        """To start a server of that major version, else the newest there is.

        Raises `Impossible` when there is no server at all, or only older ones.
        """
        servers = [found for folder in self.folders if (found := _server(folder))]
        exact = next((found for found in servers if found.major == major), None)
        newest = max(servers, key=lambda found: found.major, default=None)
        if exact is None and (newest is None or newest.major < major):
            raise Impossible(
                f"No PostgreSQL {major} can be started on this machine.",
                missing=(f"programs of PostgreSQL {major}",),
                next_step=f"Install PostgreSQL {major}, or name a server with rehearsal_dsn.",
            )
        return exact or newest  # type: ignore[return-value]  # one of them is there

    def dump(self, major: int) -> Path:
        """The `pg_dump` of that major version, else the oldest newer one. Raises `Impossible`."""
        found = {
            version: folder / "pg_dump"
            for folder in reversed(self.folders)
            if (version := _dump_major(folder / "pg_dump")) >= major
        }
        if not found:
            raise Impossible(
                f"No pg_dump here is as new as the target, PostgreSQL {major}.",
                missing=(f"pg_dump of PostgreSQL {major} or newer",),
                next_step="Install the client programs of that version.",
            )
        return found[min(found)]


def on_this_machine() -> Programs:
    """Installed ones first, then those of the `embedded` extra, then the search path's."""
    packed = [found.folder for found in _packed()]
    path = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    return Programs(tuple(_with_dump([*_installed(), *packed, *path])))


def _installed() -> list[Path]:
    return [folder for pattern in _INSTALLED for folder in sorted(Path("/").glob(pattern[1:]))]


def _packed() -> tuple[Binaries, ...]:
    try:
        return binaries.packed()
    except ServerUnavailable:
        return ()


def _with_dump(folders: Iterable[Path]) -> list[Path]:
    return [folder for folder in dict.fromkeys(folders) if (folder / "pg_dump").is_file()]


def _server(folder: Path) -> Binaries | None:
    try:
        return binaries.read(folder)
    except ServerUnavailable:
        return None


@cache
def _dump_major(program: Path) -> int:
    """0 for a program that does not run."""
    try:
        said = subprocess.run(  # noqa: S603  a program found where PostgreSQL installs its own
            [program, "--version"], capture_output=True, text=True, timeout=30, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    match = re.search(r"\d+", said)
    return int(match[0]) if match else 0
