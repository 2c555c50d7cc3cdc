"""A PostgreSQL server for a while: started in a private folder, gone without a trace."""

import atexit
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from cockpit.embedded import binaries, cluster, confinement, folder, orphans
from cockpit.embedded.binaries import Binaries
from cockpit.embedded.confinement import Confinement
from cockpit.embedded.folder import Folder
from cockpit.embedded.postmaster import Postmaster
from cockpit.errors import ServerUnavailable

_THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}

_NOTHING_ELSE = "options='' sslmode=disable gssencmode=disable target_session_attrs=any"
"""Known to libpq 12 and later: programs of every server version are given it."""


class EmbeddedServer:
    """A server on a Unix socket that only its owner can reach; no TCP, no password.

    Use it as a context manager, or call `start` and `stop`; at the end of the process it is stopped
    too. Everything it wrote is removed with it. If this process is killed, Linux stops the server
    at once, and any system's next start does.
    """

    def __init__(
        self,
        programs: Binaries | None = None,
        *,
        durable: bool = False,
        settings: Mapping[str, str] | None = None,
        home: Path | None = None,
        cache: Path | None = None,
    ) -> None:
        """Nothing is started yet.

        `programs`: of which PostgreSQL; the `embedded` extra's newest when None.
        `durable`: write to disk like a production server, for believable timings.
        `settings`: server parameters by name, on top of those this class needs.
        `home`: the folder that gets the server's private folder; a short path.
        `cache`: where the pristine cluster is kept; the user's cache folder when None.
        """
        self._programs = programs
        self._durable = durable
        self._settings = dict(settings or {})
        self._home = home
        self._cache = cache
        self._folder: Folder | None = None
        self._confinement: Confinement | None = None
        self._postmaster: Postmaster | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def programs(self) -> Binaries:
        """The PostgreSQL it runs; `pg_dump` and others of the same version. Known once started."""
        return self._started()[1].binaries

    @property
    def version(self) -> str:
        """`18.4`. Known once started."""
        return self.programs.version

    @property
    def pid(self) -> int | None:
        """The process id of the server; None when it does not run."""
        return self._postmaster.pid if self._postmaster else None

    @property
    def confinement(self) -> Confinement:
        """Who its programs run as, for another one beside it. Known once started."""
        return self._started()[1]

    @property
    def private_folder(self) -> Path:
        """Only its owner can enter it; what callers put there is removed with the server."""
        return self._started()[0].path

    @property
    def log(self) -> Path:
        """The file with what the server says."""
        return self._started()[0].log

    @property
    def socket_folder(self) -> Path:
        """What libpq calls the host."""
        return self._started()[0].sockets

    def dsn(self, database: str = "postgres") -> str:
        """A libpq connection string for the superuser, without a password. Known once started.

        Nothing of it is left to libpq's environment (PGPORT, PGHOSTADDR, PGSERVICE, ...), which is
        about the user's own servers.
        """
        name = database.replace("\\", "\\\\").replace("'", "\\'")
        place = f"host={self.socket_folder} hostaddr='' port={folder.PORT}"
        return f"{place} user={cluster.SUPERUSER} dbname='{name}' {_NOTHING_ELSE}"

    def start(self) -> Self:
        """Start, and come back when it takes connections. Clears servers that others left behind.

        Raises `ServerUnavailable` when there are no programs, no identity to run them under, or the
        server ends again; nothing is left then.
        """
        programs = self._programs or binaries.find()
        home = self._home or folder.home()
        for place in {home, *folder.homes()}:
            orphans.clear(place)
        self._folder = folder.create(home)
        atexit.register(self._stop_in_owner, os.getpid())
        try:
            self._prepare(programs, self._folder)
            self.restart()
        except BaseException:
            self.stop()
            raise
        return self

    def restart(self) -> None:
        """Start again on the same cluster, after stopping the server if it runs."""
        self._end()
        self._postmaster = Postmaster(*self._started(), self._parameters())
        self._postmaster.start()
        self._postmaster.await_ready()

    def halt(self) -> None:
        """Stop the server and keep its databases, until `restart` or `stop`."""
        self._end()

    def stop(self) -> None:
        """Stop the server and remove its folder. Does nothing when it is not started."""
        atexit.unregister(self._stop_in_owner)
        self._end()
        if self._folder:
            self._folder.remove()
        self._folder = self._confinement = None

    def _prepare(self, programs: Binaries, place: Folder) -> None:
        self._confinement = confinement.confine(programs, place.path)
        cluster.make(self._confinement, place.data, self._cache or cluster.default_cache())
        place.sockets.mkdir(mode=0o700)
        self._confinement.give(place.sockets)

    def _parameters(self) -> dict[str, str]:
        needed = {
            "listen_addresses": "",
            "port": str(folder.PORT),
            "unix_socket_directories": str(self.socket_folder),
            "unix_socket_permissions": "0700",
            "shared_buffers": "32MB",
            "dynamic_shared_memory_type": "mmap",  # in the folder, so that nothing is left over
        }
        return needed | ({} if self._durable else _THROWAWAY) | self._settings

    def _started(self) -> tuple[Folder, Confinement]:
        if self._folder is None or self._confinement is None:
            raise ServerUnavailable("The embedded server is not started.")
        return self._folder, self._confinement

    def _end(self) -> None:
        if self._postmaster:
            self._postmaster.end()
        self._postmaster = None

    def _stop_in_owner(self, owner: int) -> None:
        """At the end of the process that started it; a fork of it ends without touching it."""
        if os.getpid() == owner:
            self.stop()
