"""The private folder of one server, and how to see that its owner is dead.

The owner keeps the folder locked (`flock`), and the system unlocks it whichever way the owner ends.
That is more than a recorded process id can promise, which may belong to somebody else by then.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cockpit.errors import ServerUnavailable

SOCKET_PATH_LIMIT = 103
"""Bytes in the path of a Unix socket: 103 on macOS, 107 on Linux."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that this process holds. `remove` or the end of the process gives it up."""

    path: Path
    descriptor: int

    @property
    def data(self) -> Path:
        """The cluster. Its `postmaster.pid` says which server runs on it."""
        return self.path / "data"

    @property
    def sockets(self) -> Path:
        """Where the server listens, and the only way to it."""
        return self.path / "socket"

    @property
    def log(self) -> Path:
        """What the server says, in its own words."""
        return self.path / "server.log"

    def remove(self) -> None:
        """Delete everything in it. The server must have stopped."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self.descriptor)


def home() -> Path:
    """Where this user's servers live: in the temporary folder, because sockets want short paths.

    Creates it. Raises `ServerUnavailable` when somebody else has that name.
    """
    name = f"cockpit-{os.geteuid()}"
    place = Path(tempfile.gettempdir()) / name
    longest = place / "12345678" / "socket" / ".s.PGSQL.5432"
    if len(os.fsencode(longest)) > SOCKET_PATH_LIMIT:
        place = Path("/tmp") / name  # noqa: S108  checked below to be ours
    place.mkdir(mode=0o711, exist_ok=True)
    found = place.lstat()
    if not place.is_dir() or place.is_symlink() or found.st_uid != os.geteuid():
        raise ServerUnavailable(f"{place} belongs to somebody else.")
    if found.st_mode & 0o022:
        raise ServerUnavailable(f"{place} can be written by others.")
    return place


def create(home: Path) -> Folder:
    """A new folder, held by this process."""
    with _alone_in(home):
        path = Path(tempfile.mkdtemp(prefix="", dir=home))
        descriptor = _hold(path)
    if descriptor is None:
        raise ServerUnavailable(f"{path} cannot be locked.")
    folder = Folder(path, descriptor)
    if len(os.fsencode(folder.sockets / ".s.PGSQL.5432")) > SOCKET_PATH_LIMIT:
        folder.remove()
        raise ServerUnavailable(f"{home} is too long a path for a Unix socket.")
    return folder


def abandoned(home: Path) -> list[Folder]:
    """The folders whose owner is dead, held by this process from here on."""
    with _alone_in(home):
        paths = [path for path in home.iterdir() if path.is_dir() and not path.is_symlink()]
        held = [(path, _hold(path)) for path in paths]
    return [Folder(path, descriptor) for path, descriptor in held if descriptor is not None]


@contextmanager
def _alone_in(home: Path) -> Iterator[None]:
    """Nobody creates a folder while another looks for abandoned ones: new ones are not held yet."""
    descriptor = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _hold(path: Path) -> int | None:
    """A descriptor that locks the folder; None when another process has it."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
