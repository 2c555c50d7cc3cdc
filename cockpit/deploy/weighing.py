"""The worst hazard of every migration that waits, for the board; worked out once for all."""

from collections.abc import Sequence
from dataclasses import replace

from cockpit.analysis.hazards import worst_of_each
from cockpit.database.catalog import read_facts
from cockpit.deploy.expecting import with_expected
from cockpit.deploy.server_side import ServerSide
from cockpit.errors import DatabaseError
from cockpit.model.facts import CatalogFacts
from cockpit.model.hazard import Severity
from cockpit.model.migration import Phase
from cockpit.model.state import Standing

_AT_MOST = 200
"""More than these wait only on a database that is being built; nobody is hurt by that."""

_Waiting = tuple[tuple[str, str | None, tuple[str, ...]], ...]
"""Versions in the order they run, with the content and the phases that are left."""


class Weighing:
    """Remembers what waited the last time: a look that changed nothing costs nothing."""

    def __init__(self, server: ServerSide) -> None:
        self._server = server
        self._known: tuple[_Waiting, str] | None = None
        self._worst: dict[str, Severity] = {}

    def weighed(self, standings: Sequence[Standing], head: str) -> tuple[Standing, ...]:
        """The same standings, those that wait with the worst hazard of what would run next.

        Each is met with what those before it leave, as a plan for all of them would meet it.
        """
        waiting = [s for s in standings if s.state.waits and s.migration]
        if not waiting or len(waiting) > _AT_MOST:
            return tuple(standings)
        known = tuple((s.version, _checksum(s), _left(s)) for s in waiting), head
        if known != self._known:
            left = [_phases_left(s) for s in waiting]
            found = worst_of_each(left, self._facts([p.script for phases in left for p in phases]))
            self._worst = dict(zip((s.version for s in waiting), found, strict=True))
            self._known = known
        return tuple(
            replace(s, severity=self._worst[s.version]) if s.version in self._worst else s
            for s in standings
        )

    def _facts(self, scripts: Sequence[str]) -> CatalogFacts | None:
        """Sizes decide what is a hazard; without the catalog every table counts as large."""
        try:
            return with_expected(self._server, self._server.read(read_facts), scripts)
        except DatabaseError:
            return None


def _phases_left(standing: Standing) -> tuple[Phase, ...]:
    phases = standing.migration.up if standing.migration else ()
    left = _left(standing)
    return tuple(phase for phase in phases if phase.name in left)


def _left(standing: Standing) -> tuple[str, ...]:
    done = standing.record.done if standing.record else ()
    names = standing.migration.phase_names if standing.migration else ()
    return tuple(name for name in names if name not in done)


def _checksum(standing: Standing) -> str | None:
    return standing.migration.checksum if standing.migration else None
