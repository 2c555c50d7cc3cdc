"""A run in progress, as screens and commands hold it."""

from cockpit.deploy.executor import Executor
from cockpit.deploy.journal import Journal
from cockpit.model.event import RunFinished
from cockpit.model.tuning import Tuning


class Running:
    """Implements `Deployment` around the executor's thread."""

    def __init__(self, executor: Executor, journal: Journal | None) -> None:
        self._executor, self._journal = executor, journal

    @property
    def run(self) -> str:
        """The run's id."""
        return self._executor.id

    @property
    def journal_path(self) -> str:
        """Where every event is on disk; empty when no journal is kept."""
        return str(self._journal.path) if self._journal else ""

    @property
    def journal_failure(self) -> str:
        """Why the rest of the run is not on disk; empty while all of it is."""
        return self._journal.failure if self._journal else ""

    @property
    def outcome(self) -> RunFinished | None:
        """How it ended; None while it runs or waits."""
        return self._executor.outcome

    def proceed(self) -> None:
        """Run the phase that was announced."""
        self._executor.proceed()

    def hold(self) -> None:
        """Stop at the next safe point."""
        self._executor.hold()

    @property
    def tuning(self) -> Tuning:
        """How the backfill that is on goes about it."""
        return self._executor.tuning

    def tune(self, tuning: Tuning) -> None:
        """Change it from the next batch on."""
        self._executor.tune(tuning)

    def cancel(self) -> None:
        """Cancel the current statement in the server."""
        self._executor.cancel()

    def join(self, seconds: float | None = None) -> RunFinished | None:
        """Wait for the end; None when the seconds went by first."""
        self._executor.join(seconds)
        if self._executor.is_alive():
            return None
        if self._journal is not None:
            self._journal.close()
        return self._executor.outcome
