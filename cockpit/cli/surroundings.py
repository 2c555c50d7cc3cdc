"""Everything a command takes from the world around it, as one value that tests can replace."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.settings.paths import Paths

if TYPE_CHECKING:
    from cockpit.deploy.engine import Engine
    from cockpit.deploy.opening import Opening
    from cockpit.settings.credentials import OpenKeyring
    from cockpit.settings.keyring_store import KeyringStore


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The process's own, or a test's."""

    environment: Mapping[str, str]
    folder: Path
    """The current folder."""
    paths: Paths
    asks: bool
    """There is an operator at a terminal who can be asked."""
    draws: bool
    """The screens can be drawn: no end of the terminal leads elsewhere."""
    open_engine: "Callable[[Opening], Engine]"
    open_keyring: "OpenKeyring"
    shown: Callable[[str], str] = str
    """How a sentence is put before the operator that may name a host, a user or a database."""


def real() -> Surroundings:
    """Those of this process."""
    import os
    import sys

    asks = sys.stdin.isatty() and sys.stderr.isatty()
    return Surroundings(
        environment=os.environ,
        folder=Path.cwd(),
        paths=Paths.of_user(),
        asks=asks,
        draws=asks and sys.stdout.isatty(),
        open_engine=_open_session,
        open_keyring=_open_keyring,
    )


def _open_session(opening: "Opening") -> "Engine":
    from cockpit.deploy.session import open_session

    return open_session(opening)


def _open_keyring() -> "KeyringStore":
    from cockpit.settings.keyring_store import system_keyring

    return system_keyring()
