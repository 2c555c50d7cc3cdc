"""The worst hazard of every migration that waits, for the board; worked out once for each."""

from collections.abc import Sequence
from dataclasses import replace

from cockpit.analysis.hazards import worst
from cockpit.database.catalog import read_facts
from cockpit.deploy.server_side import ServerSide
from cockpit.errors import DatabaseError
from cockpit.model.facts import CatalogFacts
from cockpit.model.hazard import Severity
from cockpit.model.state import Standing, State

_WAITING = (State.PENDING, State.LATE, State.ROLLED_BACK, State.PARTIAL, State.FAILED)
_AT_MOST = 200
"""More than these wait only on a database that is being built; nobody is hurt by that."""

_Key = tuple[str, str | None, str]


class Weighing:
    """Remembers by version, content and history: a look that changed nothing costs nothing."""

    def __init__(self, server: ServerSide) -> None:
        self._server = server
        self._known: dict[_Key, Severity] = {}

    def weighed(self, standings: Sequence[Standing], head: str) -> tuple[Standing, ...]:
        """The same standings, those that wait with the worst hazard of what would run next."""
        waiting = [s for s in standings if s.state in _WAITING and s.migration]
        keys = {s.version: (s.version, _checksum(s), head) for s in waiting}
        if len(waiting) > _AT_MOST:
            return tuple(standings)
        if not self._known.keys() >= set(keys.values()):
            self._weigh(waiting, keys)
        return tuple(
            replace(s, severity=self._known[keys[s.version]]) if s.version in keys else s
            for s in standings
        )

    def _weigh(self, waiting: Sequence[Standing], keys: dict[str, _Key]) -> None:
        facts = self._facts()
        for standing in waiting:
            if standing.migration is not None:
                done = standing.record.done if standing.record else ()
                left = [name for name in standing.migration.phase_names if name not in done]
                severity = worst(standing.migration, facts, phases=left)
                self._known[keys[standing.version]] = severity

    def _facts(self) -> CatalogFacts | None:
        """Sizes decide what is a hazard; without the catalog every table counts as large."""
        try:
            return self._server.read(read_facts)
        except DatabaseError:
            return None


def _checksum(standing: Standing) -> str | None:
    return standing.migration.checksum if standing.migration else None
