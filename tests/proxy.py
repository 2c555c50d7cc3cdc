"""A wire between a client and PostgreSQL that can be cut at a chosen moment."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
"""The simple-query message; PostgreSQL documentation, "Message Formats"."""


class Cut(Enum):
    """When the wire breaks, as the executing session sees it."""

    BEFORE_COMMIT = "before"
    """The server never gets the COMMIT."""
    AFTER_COMMIT = "after"
    """The server commits, its answer is lost."""


class Proxy:
    """Forwards bytes; cuts the connection that sends its n-th COMMIT, then refuses nobody else."""

    def __init__(self, folder: Path, upstream: str, cut: Cut, commit: int) -> None:
        self._upstream, self._cut, self._left = upstream, cut, commit
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / ".s.PGSQL.5432"))
        self._listener.listen()
        self.has_cut = threading.Event()
        self._sockets = [self._listener]
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def close(self) -> None:
        """Stop listening and end every connection."""
        for end in self._sockets:
            _deafen(end)
        for thread in self._threads:
            thread.join()
        for end in self._sockets:
            end.close()

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._upstream)
            self._sockets += [client, server]
            self._start(self._pump, client, server, True)
            self._start(self._pump, server, client, False)

    def _pump(self, source: socket.socket, sink: socket.socket, watched: bool) -> None:
        try:
            while data := source.recv(65536):
                if watched and COMMIT in data and self._due():
                    if self._cut is Cut.AFTER_COMMIT:
                        # Deaf first, so that the answer cannot slip through.
                        _deafen(source)
                        sink.sendall(data)
                        time.sleep(0.3)
                    break
                sink.sendall(data)
        except OSError:
            return
        finally:
            _deafen(source)
            _deafen(sink)

    def _due(self) -> bool:
        if self.has_cut.is_set():
            return False
        self._left -= 1
        if self._left == 0:
            self.has_cut.set()
            return True
        return False


def _deafen(end: socket.socket) -> None:
    with suppress(OSError):  # it is not connected any more, which is what is wanted
        end.shutdown(socket.SHUT_RDWR)


@contextmanager
def cut_wire(folder: Path, dsn: str, cut: Cut, commit: int) -> Iterator[tuple[str, Proxy]]:
    """A connection string that leads through a proxy, and the proxy."""
    folder.mkdir(exist_ok=True)
    host = conninfo_to_dict(dsn)["host"]
    proxy = Proxy(folder, f"{host}/.s.PGSQL.5432", cut, commit)
    try:
        yield make_conninfo(dsn, host=str(folder)), proxy
    finally:
        proxy.close()
