"""Tools that the cockpit looks at and never drives, because only they can run their migrations.

Their files are programs, or plans whose statements the tool makes up when it runs. Everything that
would write in their name is refused, with the tool's own command as what to do instead.
"""

from abc import ABC, abstractmethod

from cockpit.database.connection import Reader, Writer
from cockpit.errors import Refused
from cockpit.model.locks import AdvisoryKey
from cockpit.model.migration import Migration
from cockpit.model.plan import PlannedPhase
from cockpit.model.target import Identity


class Observed(ABC):
    """The half of a tool that is the same for all that are only looked at."""

    __slots__ = ()

    @property
    @abstractmethod
    def name(self) -> str:
        """As `--tool` spells it."""

    @property
    @abstractmethod
    def instead(self) -> str:
        """How it is done with the tool itself, a sentence."""

    @property
    def not_driven(self) -> str:
        """Why no plan of such a project is run, and what to do instead."""
        return (
            f"The cockpit looks at {self.name}'s migrations and does not run them. {self.instead}"
        )

    def lock_keys(self, reader: Reader, identity: Identity) -> tuple[AdvisoryKey, ...]:
        """Nothing is run, so nothing is locked; whoever holds the tool's lock is shown all the
        same."""
        return ()

    def refuses_late(self, migration: Migration) -> str | None:
        """Every plan is refused as a whole."""
        return None

    def prepare(self, writer: Writer) -> None:
        """Raises `Refused`."""
        raise self._refusal()

    def mark_in_doubt(self, writer: Writer, phase: PlannedPhase) -> None:
        """Raises `Refused`."""
        raise self._refusal()

    def record(self, writer: Writer, phase: PlannedPhase) -> None:
        """Raises `Refused`."""
        raise self._refusal()

    def record_words(self, phase: PlannedPhase) -> str:
        """Nothing is written."""
        return f"nothing: {self.name} keeps its own history"

    def _refusal(self) -> Refused:
        return Refused(
            f"The cockpit looks at {self.name}'s migrations and does not run them.",
            next_step=self.instead,
        )
