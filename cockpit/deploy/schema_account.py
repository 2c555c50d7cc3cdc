"""What a run's end counts as the schema that is meant: all it left but what others did by hand."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cockpit.analysis.schema_drift import schema_changes
from cockpit.analysis.schema_meant import Meant, meant_after
from cockpit.database.connection import Connection
from cockpit.database.schema_snapshot import read_snapshot
from cockpit.deploy.context import RunContext
from cockpit.errors import CockpitError
from cockpit.model.event import Noted
from cockpit.model.plan import PlannedPhase
from cockpit.model.schema import SchemaChange, Snapshot

if TYPE_CHECKING:
    from cockpit.sql.named import Name

_SAID = 5
"""Objects beyond this many are only counted in a sentence."""


class SchemaAccount:
    """Reads the schema as the run finds it and as it leaves it; tells the run what it saw."""

    def __init__(self, context: RunContext, connection: Connection) -> None:
        self._context, self._connection = context, connection
        self._found: Snapshot | None = None

    def begin(self) -> tuple[str, ...]:
        """What was changed by hand since the schema was last meant, as far as that is known.

        Not read where nothing is known to compare it with. A failure is told, not raised.
        """
        base = self._context.meant
        if base is None:
            return ()
        self._found = self._read("Changes by hand before this run will count as meant.")
        if self._found is None or self._found.server != base.server:
            self._found = None
            return ()
        return _words(schema_changes(base, self._found))

    def end(self, phases: Iterable[PlannedPhase]) -> tuple[Meant, Snapshot] | None:
        """What is recorded, and the schema as it is; None where it cannot be read.

        `phases`: those that have run. What of the changes by hand became what is told.
        """
        left = self._read("Drift will not be told.")
        base = self._context.meant
        if left is None:
            return None
        if base is None or self._found is None:
            return Meant(left), left
        if self._found.objects == base.objects:
            return Meant(left), left
        meant = meant_after(base, self._found, left, _named(phases))
        self._tell(meant)
        return meant, left

    def _tell(self, meant: Meant) -> None:
        if meant.still:
            self._note(
                f"Changed by hand before, and not meant after this run either: "
                f"{_some(_words(meant.still))}. cockpit drift shows it; cockpit drift --accept "
                "makes it meant."
            )
        if meant.taken:
            self._note(
                "Changed by hand before, and meant from now on, since this run speaks of it or "
                f"changed it: {_some(meant.taken)}."
            )

    def _read(self, consequence: str) -> Snapshot | None:
        try:
            with self._connection.look() as reader:
                return read_snapshot(reader)
        except CockpitError as error:
            why = error.what.rstrip(".")
            self._note(f"The schema could not be recorded: {why}. {consequence}")
            return None

    def _note(self, words: str) -> None:
        self._context.emit(Noted(self._context.clock.now(), words))


def _named(phases: Iterable[PlannedPhase]) -> "frozenset[Name]":
    from cockpit.sql.named import named

    return frozenset(name for phase in phases for step in phase.steps for name in named(step.sql))


def _words(changes: Iterable[SchemaChange]) -> tuple[str, ...]:
    return tuple(f"{change.alteration} {change.object.label}" for change in changes)


def _some(words: tuple[str, ...]) -> str:
    more = len(words) - _SAID
    return ", ".join(words[:_SAID]) + (f" and {more} more" if more > 0 else "")
