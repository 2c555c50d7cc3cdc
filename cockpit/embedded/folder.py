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
from stat import S_ISDIR

from cockpit.errors import ServerUnavailable
from cockpit.settings.paths import APPLICATION

SOCKET_PATH_LIMIT = 103
"""Bytes in the path of a Unix socket: 103 on macOS, 107 on Linux."""

PORT = 5432
"""Part of the socket's name; nothing listens on TCP."""

_MEMORY = Path("/dev/shm")  # noqa: S108  `home` checks whose it is
_ROOM_BYTES = 1 << 30


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
    """The folder that a new server's folder is made in, created when it is not there.

    In memory where there is room: ext4 creates a file 20 times slower for minutes after many were
    deleted, and a database is 300 files. Else in the temporary folder, because a socket wants a
    short path. Raises `ServerUnavailable` when somebody else has that name.
    """
    place = next(_ours_in(parent) for parent in _parents() if _has_room(parent))
    if not place.exists():
        place.mkdir(mode=0o700, exist_ok=True)
        place.chmod(0o711)  # an unprivileged server must get through, whatever our umask
    found = place.lstat()
    if not S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise ServerUnavailable(f"{place} belongs to somebody else, or others can write to it.")
    return place


def homes() -> list[Path]:
    """Every folder that `home` may have answered, as far as it exists and is ours."""
    places = [_ours_in(parent) for parent in _parents()]
    return [place for place in places if place.is_dir() and place.lstat().st_uid == os.geteuid()]


def _parents() -> list[Path]:
    return [_MEMORY, Path(tempfile.gettempdir()), Path("/tmp")]  # noqa: S108  `home` checks


def _ours_in(parent: Path) -> Path:
    return parent / f"{APPLICATION}-{os.geteuid()}"


def _has_room(parent: Path) -> bool:
    if parent != _MEMORY:
        return _fits(_ours_in(parent) / "12345678")
    if not os.access(parent, os.W_OK):
        return False
    system = os.statvfs(parent)
    executable = not system.f_flag & os.ST_NOEXEC  # a copy of the programs may have to run there
    return executable and system.f_bavail * system.f_frsize >= _ROOM_BYTES


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / "socket" / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT


def create(home: Path) -> Folder:
    """A new folder, held by this process."""
    with _alone_in(home):
        path = Path(tempfile.mkdtemp(prefix="", dir=home))
        descriptor = _hold(path)
    if descriptor is None:
        raise ServerUnavailable(f"{path} cannot be locked.")
    folder = Folder(path, descriptor)
    if not _fits(path):
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
