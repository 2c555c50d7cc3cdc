"""The server goes away while somebody looks, and comes back on its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from cockpit.demo.stage import Stage
from cockpit.embedded.server import EmbeddedServer


@contextmanager
def meanwhile(stage: Stage) -> Iterator[None]:
    """Stop the server soon and start it again later; at once and for good without a spectator."""
    if stage.watched:
        with outage(stage.server, after_seconds=6.0, lasting_seconds=20.0):
            yield
    else:
        stage.server.halt()
        yield


@contextmanager
def outage(
    server: EmbeddedServer, *, after_seconds: float, lasting_seconds: float
) -> Iterator[None]:
    """The server stops and starts again while the body runs; nothing goes on after it."""
    over = Event()

    def play() -> None:
        if not over.wait(after_seconds):
            server.halt()
            if not over.wait(lasting_seconds):
                server.restart()

    player = Thread(target=play, name="demo outage")
    player.start()
    try:
        yield
    finally:
        over.set()
        player.join()
