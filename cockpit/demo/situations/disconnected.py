"""The server goes away while somebody looks, and comes back on its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from cockpit.demo.stage import Stage
from cockpit.embedded.server import EmbeddedServer

_AWAY_AFTER_SECONDS = 6.0
_AWAY_SECONDS = 20.0


@contextmanager
def meanwhile(stage: Stage) -> Iterator[None]:
    """Stop the server soon and start it again later; at once and for good without a spectator."""
    if not stage.watched:
        stage.server.halt()
        yield
        return
    over = Event()
    outage = Thread(target=_outage, args=(stage.server, over), name="demo outage")
    outage.start()
    try:
        yield
    finally:
        over.set()
        outage.join()


def _outage(server: EmbeddedServer, over: Event) -> None:
    if over.wait(_AWAY_AFTER_SECONDS):
        return
    server.halt()
    if not over.wait(_AWAY_SECONDS):
        server.restart()
