"""A wire between a client and PostgreSQL's socket, which a test may cut or make narrow."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

PIECE = 65_536
"""Bytes that are carried at once."""

_SOCKET = ".s.PGSQL.5432"


class Wire:
    """Carries bytes both ways between a socket of its own and the server's, a thread each way."""

    def __init__(self, folder: Path, upstream: Path) -> None:
        """`folder` stands for the server's as libpq's `host`, `upstream` is the server's socket."""
        self._upstream = str(upstream)
        self._listener = socket.socket(socket.AF_UNIX)
        place = folder / _SOCKET
        self._listener.bind(str(place))
        place.chmod(0o777)
        self._listener.listen()
        self._ends = [self._listener]
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def close(self) -> None:
        """Stop listening and end every connection."""
        for end in self._ends:
            deafen(end)
        for thread in self._threads:
            thread.join()
        for end in self._ends:
            end.close()

    def to_server(self, client: socket.socket, server: socket.socket) -> None:
        """Carry what the client says until one of both ends."""
        carry(client, server)

    def to_client(self, server: socket.socket, client: socket.socket) -> None:
        """Carry what the server says until one of both ends."""
        carry(server, client)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._upstream)
            self._ends += [client, server]
            self._start(self._both_ends, self.to_server, client, server)
            self._start(self._both_ends, self.to_client, server, client)

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    @staticmethod
    def _both_ends(
        carried: Callable[[socket.socket, socket.socket], None],
        source: socket.socket,
        sink: socket.socket,
    ) -> None:
        with suppress(OSError):  # the other way has ended the connection
            carried(source, sink)
        deafen(source)
        deafen(sink)


def socket_of(dsn: str) -> Path:
    """The socket that a connection string through a folder leads to."""
    told = conninfo_to_dict(dsn)
    return Path(str(told["host"])) / f".s.PGSQL.{told.get('port') or '5432'}"


def carry(
    source: socket.socket, sink: socket.socket, after: Callable[[int], None] = lambda size: None
) -> None:
    """Until the source ends; `after` is told how many bytes each piece had."""
    while data := source.recv(PIECE):
        sink.sendall(data)
        after(len(data))


def deafen(end: socket.socket) -> None:
    """Neither end of the connection hears anything from now on."""
    with suppress(OSError):  # it is not connected any more, which is what is wanted
        end.shutdown(socket.SHUT_RDWR)
