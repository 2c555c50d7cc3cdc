"""Tools that write their history row by row, as the cockpit then does in their place.

What most of them have in common is here: no lock, late migrations like any other, no trace of what
could not be finished, nothing written before the last phase of a version. Each overrides what it
does differently.
"""

from abc import ABC, abstractmethod

from cockpit.database.connection import Reader, Writer
from cockpit.model.locks import AdvisoryKey
from cockpit.model.migration import Direction, Migration
from cockpit.model.plan import PlannedPhase
from cockpit.model.target import Identity
from cockpit.tools.presence import PresenceTable


class RowKeeper(ABC):
    """The half of a tool that writes: its table, and a row that comes and goes with a version."""

    __slots__ = ()

    table: PresenceTable

    @property
    @abstractmethod
    def name(self) -> str:
        """As `--tool` spells it."""

    @abstractmethod
    def applied(self, writer: Writer, phase: PlannedPhase) -> None:
        """Write what the tool writes once all of a version is applied."""

    @abstractmethod
    def undone(self, writer: Writer, phase: PlannedPhase) -> None:
        """Write what the tool writes once all of a version is rolled back."""

    def row_words(self, phase: PlannedPhase) -> str:
        """What becomes of the row."""
        verb = "named" if phase.direction is Direction.UP else "no longer named"
        return f"{phase.version} {verb} in {self.table.name}"

    def lock_keys(self, reader: Reader, identity: Identity) -> tuple[AdvisoryKey, ...]:
        """It takes no lock."""
        return ()

    def refuses_late(self, migration: Migration) -> str | None:
        """It applies a late migration without a word."""
        return None

    def prepare(self, writer: Writer) -> None:
        """The table as the tool makes it."""
        self.table.prepare(writer)

    def mark_in_doubt(  # noqa: B027 (a tool that leaves a trace says so)
        self, writer: Writer, phase: PlannedPhase
    ) -> None:
        """It leaves no trace of a migration that it could not finish."""

    def record(self, writer: Writer, phase: PlannedPhase) -> None:
        """The row, with the last phase of a version."""
        if phase.last_of_version:
            write = self.applied if phase.direction is Direction.UP else self.undone
            write(writer, phase)

    def record_words(self, phase: PlannedPhase) -> str:
        """The row that comes or goes."""
        if not phase.last_of_version:
            return "the ledger's event"
        return f"{self.name}'s history: {self.row_words(phase)}"
