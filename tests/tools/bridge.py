"""A TCP port before a server that listens on a socket file only, for clients that know no other."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from psycopg.conninfo import conninfo_to_dict


@contextmanager
def bridge(dsn: str) -> Iterator[tuple[str, int]]:
    """Host and port that lead to the server for the length of the block."""
    parts = conninfo_to_dict(dsn)
    host, port = str(parts.get("host", "localhost")), int(parts.get("port") or 5432)
    if not host.startswith("/"):
        yield host, port
        return
    with socket.create_server(("127.0.0.1", 0)) as listener:
        file = f"{host}/.s.PGSQL.{port}"
        threading.Thread(target=_accept, args=(listener, file), daemon=True).start()
        yield "127.0.0.1", listener.getsockname()[1]


def _accept(listener: socket.socket, file: str) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        server = socket.socket(socket.AF_UNIX)
        server.connect(file)
        for source, target in ((client, server), (server, client)):
            threading.Thread(target=_carry, args=(source, target), daemon=True).start()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
    source.close()
