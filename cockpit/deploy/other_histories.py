"""Other tools' histories in the same database, read now and then."""

from datetime import timedelta

from cockpit.database.connection import Connection
from cockpit.deploy.context import Clock
from cockpit.deploy.server_side import ServerSide
from cockpit.errors import CockpitError
from cockpit.model.history import History, Recorded
from cockpit.model.timeline import Applied, OtherHistory
from cockpit.tools.histories import applied_everywhere, other_histories

EVERY = timedelta(seconds=30)
"""Nobody waits for another team's migration on our board."""

_IN_FORCE = (Recorded.APPLIED, Recorded.IMPORTED, Recorded.PARTIAL)


class OtherHistories:
    """Remembers what was found last."""

    def __init__(self, server: ServerSide, clock: Clock) -> None:
        self._server, self._clock = server, clock
        self._known: tuple[str, float, tuple[OtherHistory, ...]] | None = None

    def beside(self, tool: str) -> tuple[OtherHistory, ...]:
        """Those of other tools than this one; none where they cannot be looked for."""
        now = self._clock.monotonic()
        known = self._known
        if known and known[0] == tool and now - known[1] < EVERY.total_seconds():
            return known[2]
        try:
            found = self._server.read(lambda reader: other_histories(reader, tool))
        except CockpitError:
            # The board says already what is wrong with its database.
            found = ()
        self._known = (tool, now, found)
        return found

    def timeline(self, tool: str, history: History | None, limit: int) -> tuple[Applied, ...]:
        """Everything that any history calls applied, newest first."""

        def ours() -> tuple[Applied, ...]:
            return tuple(_applied(tool, history)) if history else ()

        def ask(reader: Connection) -> tuple[Applied, ...]:
            return applied_everywhere(reader, tool, ours)

        return self._server.read(ask)[:limit]


def _applied(tool: str, history: History) -> list[Applied]:
    return [
        Applied(tool, "", one.version, one.name, one.applied_at, one.order, ours=True)
        for one in history.records
        if one.recorded in _IN_FORCE
    ]
