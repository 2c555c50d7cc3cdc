"""Others work on the table that the next migration wants for itself."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from threading import Event, Thread

from cockpit.database.connection import Connection
from cockpit.demo.stage import Stage
from cockpit.errors import DatabaseError
from cockpit.model.goal import Action, Goal

SHOPPERS = 3
_DEPLOYED = "20260608084500"
_EVERY_SECONDS = 0.05


def prepare(stage: Stage) -> None:
    """Deploy everything up to v1.3 as it is in git now, so that nothing else is in the way."""
    stage.run(stage.repository.main, Goal(Action.APPLY, to_version=_DEPLOYED))
    stage.fill()


@contextmanager
def meanwhile(stage: Stage) -> Iterator[None]:
    """A report and a worker keep a transaction open, and shoppers look at their orders."""
    with ExitStack() as stack:
        report = stack.enter_context(closing(stage.connect("report-cron")))
        report.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        report.rows("SELECT count(*) FROM orders WHERE placed_at >= '2026-03-01'")
        worker = stack.enter_context(closing(stage.connect("billing-worker")))
        worker.execute("BEGIN")
        worker.execute("UPDATE orders SET status = 'paid' WHERE id = 4711")
        for _ in range(SHOPPERS):
            connection = stack.enter_context(closing(stage.connect("storefront")))
            stack.callback(Shopper(connection).leave)
        yield


class Shopper(Thread):
    """Looks at one order again and again, and waits like any reader when somebody locks it."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(name="demo shopper", daemon=True)
        self._connection = connection
        self._leaving = Event()
        self.start()

    def run(self) -> None:
        """Until told to leave, or until somebody ends the session."""
        while not self._leaving.wait(_EVERY_SECONDS):
            try:
                self._connection.rows("SELECT status FROM orders WHERE id = 4712")
            except DatabaseError:
                return

    def leave(self) -> None:
        """Stop looking, also in the middle of a wait."""
        self._leaving.set()
        if not self._connection.closed:
            self._connection.cancel()
        self.join()
