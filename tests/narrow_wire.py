"""A wire to PostgreSQL that carries only so many bytes a second, as a slow network would."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PIECE = 65_536


class _Wire:
    """Forwards both ways; what comes from the server is held back to the rate."""

    def __init__(self, folder: Path, upstream: str, bytes_a_second: int) -> None:
        self._upstream, self._rate = upstream, bytes_a_second
        self._listener = socket.socket(socket.AF_UNIX)
        place = folder / ".s.PGSQL.5432"
        self._listener.bind(str(place))
        place.chmod(0o777)
        self._listener.listen()
        self._ends = [self._listener]
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def close(self) -> None:
        """End every connection."""
        for end in self._ends:
            with suppress(OSError):  # it is not connected any more, which is what is wanted
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for end in self._ends:
            end.close()

    def _start(self, target: object, *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)  # type: ignore[arg-type]
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
            self._ends += [client, server]
            self._start(self._pump, client, server, 0)
            self._start(self._pump, server, client, self._rate)

    def _pump(self, source: socket.socket, sink: socket.socket, rate: int) -> None:
        with suppress(OSError):
            while data := source.recv(_PIECE):
                sink.sendall(data)
                if rate:
                    time.sleep(len(data) / rate)
            sink.shutdown(socket.SHUT_WR)


@contextmanager
def narrow_wire(folder: Path, upstream: Path, bytes_a_second: int) -> Iterator[Path]:
    """The folder that stands for the server's socket folder."""
    wire = _Wire(folder, f"{upstream}/.s.PGSQL.5432", bytes_a_second)
    try:
        yield folder
    finally:
        wire.close()
