"""A wire between a client and PostgreSQL that can be cut at a chosen moment."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

from psycopg.conninfo import make_conninfo

from tests.wire import PIECE, Wire, deafen, socket_of

COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
"""The simple-query message; PostgreSQL documentation, "Message Formats"."""


class Cut(Enum):
    """When the wire breaks, as the executing session sees it."""

    BEFORE_COMMIT = "before"
    """The server never gets the COMMIT."""
    AFTER_COMMIT = "after"
    """The server commits, its answer is lost."""


class Proxy(Wire):
    """Cuts the connection that sends its n-th COMMIT, then carries everybody else's."""

    def __init__(self, folder: Path, upstream: Path, cut: Cut, commit: int) -> None:
        self._cut, self._left = cut, commit
        self.has_cut = threading.Event()
        super().__init__(folder, upstream)

    def to_server(self, client: socket.socket, server: socket.socket) -> None:
        """Up to the COMMIT that is due."""
        while data := client.recv(PIECE):
            if COMMIT in data and self._due():
                if self._cut is Cut.AFTER_COMMIT:
                    # Deaf first, so that the answer cannot slip through.
                    deafen(client)
                    server.sendall(data)
                    time.sleep(0.3)
                return
            server.sendall(data)

    def _due(self) -> bool:
        if self.has_cut.is_set():
            return False
        self._left -= 1
        if self._left == 0:
            self.has_cut.set()
            return True
        return False


@contextmanager
def cut_wire(folder: Path, dsn: str, cut: Cut, commit: int) -> Iterator[tuple[str, Proxy]]:
    """A connection string that leads through a proxy, and the proxy."""
    folder.mkdir(exist_ok=True)
    proxy = Proxy(folder, socket_of(dsn), cut, commit)
    try:
        yield make_conninfo(dsn, host=str(folder)), proxy
    finally:
        proxy.close()
