"""Why a phase ended early, on its way from the statement to the end of the run."""

from cockpit.errors import CockpitError
from cockpit.model.activity import SessionFacts
from cockpit.model.plan import Step


class StepStopped(Exception):
    """A step did not finish. The transaction it was in is undone."""

    def __init__(self, step: Step, error: CockpitError) -> None:
        super().__init__(error.what)
        self.step = step
        self.error = error
        self.in_the_way: tuple[SessionFacts, ...] = ()
        """Who was seen to hold what it wanted, when it gave up its last try."""
        self.backfilled = 0
        """Rows that committed batches of this run have changed."""

    @property
    def sqlstate(self) -> str | None:
        """The server's code, when it gave one."""
        return getattr(self.error, "sqlstate", None)


class HeldHere(Exception):
    """The operator asked to stop, and this is a safe place to do so."""

    def __init__(self) -> None:
        super().__init__()
        self.backfilled = 0
        """Rows that committed batches of this run have changed."""
