"""Somebody works on the table that the next migration wants for itself."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from cockpit.demo.stage import Stage
from cockpit.model.goal import Action, Goal

_DEPLOYED = "20260608084500"


def prepare(stage: Stage) -> None:
    """Deploy everything up to v1.3 as it is in git now, so that nothing else is in the way."""
    stage.run(stage.repository.main, Goal(Action.APPLY, to_version=_DEPLOYED))
    stage.fill()


@contextmanager
def meanwhile(stage: Stage) -> Iterator[None]:
    """A worker has changed an order and not committed; a report has read orders and sits there."""
    with (
        closing(stage.connect("report-cron")) as report,
        closing(stage.connect("billing-worker")) as worker,
    ):
        report.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        report.rows("SELECT count(*) FROM orders WHERE placed_at >= '2026-03-01'")
        worker.execute("BEGIN")
        worker.execute("UPDATE orders SET status = 'paid' WHERE id = 4711")
        yield
