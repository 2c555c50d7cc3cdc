"""A wire to PostgreSQL that carries only so many bytes a second, as a slow network would."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.wire import Wire, carry


class _NarrowWire(Wire):
    """What comes from the server is held back to the rate."""

    def __init__(self, folder: Path, upstream: Path, bytes_a_second: int) -> None:
        self._rate = bytes_a_second
        super().__init__(folder, upstream)

    def to_client(self, server: socket.socket, client: socket.socket) -> None:
        carry(server, client, lambda size: time.sleep(size / self._rate))


@contextmanager
def narrow_wire(folder: Path, upstream: Path, bytes_a_second: int) -> Iterator[Path]:
    """The folder that stands for that of `upstream`, the server's socket."""
    wire = _NarrowWire(folder, upstream, bytes_a_second)
    try:
        yield folder
    finally:
        wire.close()
