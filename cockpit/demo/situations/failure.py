"""A migration that failed half way, and a run that ended without a word."""

from contextlib import closing

from cockpit.database import activity
from cockpit.database.connection import Connection
from cockpit.demo.sample import check_out
from cockpit.demo.stage import Stage
from cockpit.model.event import Event, RunStarted, StepStarted, StepWaiting
from cockpit.model.goal import Action, Goal

_REBUILT = "20260720140000"


def prepare(stage: Stage) -> None:
    """Apply everything until it fails; then build an index anew and lose the connection."""
    repository = stage.repository
    check_out(repository, repository.failing)
    stage.run(repository.main, Goal(Action.APPLY, to_tag=repository.deployed))
    stage.fill()
    stage.run(repository.failing, ends="failed")
    stage.run(repository.failing, Goal(Action.ROLLBACK, only=_REBUILT))
    with closing(stage.connect("warehouse")) as holding_up, closing(stage.connect("dba")) as ending:
        cut = Cut(holding_up, ending)
        stage.run(
            repository.failing, Goal(Action.APPLY, only=_REBUILT), ends="failed", hear=cut.hear
        )


class Cut:
    """Ends a run's session in the middle of the only statement that somebody holds up."""

    def __init__(self, holding_up: Connection, ending: Connection) -> None:
        self._holding_up, self._ending = holding_up, ending
        self._pid = 0

    def hear(self, event: Event) -> None:
        """Change a row when the index is about to be built; end the run that waits for the row.

        An index is built concurrently in two transactions: the first has made it, and the second,
        which would have made it valid, never comes.
        """
        match event:
            case RunStarted():
                self._pid = event.pid
            case StepStarted():
                self._holding_up.roll_back()
                self._holding_up.execute("BEGIN")
                self._holding_up.execute("UPDATE shipments SET carrier = carrier WHERE id = 1")
            case StepWaiting():
                activity.terminate(self._ending, self._pid)
