"""Whether the live schema is as it is meant: compared now and then, not at every look."""

from datetime import timedelta

from cockpit.analysis.schema_drift import schema_changes
from cockpit.database.connection import Connection
from cockpit.database.schema_snapshot import kept_snapshot, read_snapshot
from cockpit.deploy.context import Clock
from cockpit.deploy.server_side import ServerLook, ServerSide
from cockpit.errors import CockpitError
from cockpit.model.history import History, Recorded
from cockpit.model.ledger import Ledger, SchemaMark
from cockpit.model.schema import SchemaCheck, Snapshot

EVERY = timedelta(seconds=30)
"""A comparison reads the whole catalog: at most this often while the ledger stands still."""

_LISTED = 6
"""Versions beyond this many are told by their first and last."""


class SchemaWatch:
    """Remembers the last comparison and the snapshot of what is meant that it was made with."""

    def __init__(self, server: ServerSide, clock: Clock) -> None:
        self._server, self._clock = server, clock
        self._base: tuple[str, Snapshot] | None = None
        self._last: tuple[str, SchemaCheck] | None = None

    def check(self, look: ServerLook) -> SchemaCheck:
        """The newest comparison; a new one when the ledger has moved on or the last is old."""
        mark = look.ledger.schema
        why = _nothing_to_compare(look.ledger, look.history)
        if mark is None or why:
            return SchemaCheck(None, why=why)
        if self._last is not None and self._last[0] == mark.digest and self._is_fresh():
            return self._last[1]
        check = self._compared(mark)
        self._last = (mark.digest, check)
        return check

    def left(self, digest: str, recorded: Snapshot, live: Snapshot) -> None:
        """A run has recorded what is meant, and read the schema: that counts as a comparison."""
        self._base = (digest, recorded)
        self._last = (digest, SchemaCheck(schema_changes(recorded, live), self._clock.now()))

    def meant(self, look: ServerLook) -> Snapshot | None:
        """What the schema is compared with at that look; None where it is compared with nothing."""
        mark = look.ledger.schema
        if mark is None or self.check(look).changes is None or self._base is None:
            return None
        digest, base = self._base
        return base if digest == mark.digest else None

    def _is_fresh(self) -> bool:
        at = self._last[1].at if self._last else None
        return at is not None and self._clock.now() - at < EVERY

    def _compared(self, mark: SchemaMark) -> SchemaCheck:
        try:
            base, now = self._server.read(lambda reader: self._both(reader, mark.digest))
        except CockpitError as error:
            return SchemaCheck(None, why=str(error), run=mark.run)
        if base is None:
            why = f"What run {mark.run} recorded of the schema is gone, or was changed by hand."
            return SchemaCheck(None, why=why, run=mark.run)
        if base.server != now.server:
            why = (
                f"The server was {base.server} when run {mark.run} recorded the schema and is "
                f"{now.server} now: the next run records it anew."
            )
            return SchemaCheck(None, why=why, run=mark.run)
        self._base = (mark.digest, base)
        return SchemaCheck(schema_changes(base, now), self._clock.now(), run=mark.run)

    def _both(self, reader: Connection, digest: str) -> tuple[Snapshot | None, Snapshot]:
        known = self._base[1] if self._base is not None and self._base[0] == digest else None
        return known or kept_snapshot(reader, digest), read_snapshot(reader)


def _nothing_to_compare(ledger: Ledger, history: History) -> str:
    """Why no comparison would tell anything; empty when one would."""
    if ledger.unfinished is not None:
        return "A run is on, or has not told its end."
    if ledger.schema is None:
        return "No run has recorded the schema since it was last changed."
    applied, undone = _moved_by_others(ledger, history)
    told = [f"applied {_names(applied)}"] * bool(applied)
    told += [f"rolled back {_names(undone)}"] * bool(undone)
    return f"Another tool has {' and '.join(told)} since the schema was recorded." if told else ""


def _moved_by_others(ledger: Ledger, history: History) -> tuple[list[str], list[str]]:
    """Versions that the history says are applied, or no more, and our ledger says otherwise."""
    ours = {v for v, state in ledger.versions.items() if state.done or state.imported}
    known = ours | (ledger.observed - set(ledger.versions))
    applied = [r.version for r in history.records if r.recorded is Recorded.APPLIED]
    undone = [r.version for r in history.records if r.recorded is Recorded.ROLLED_BACK]
    return [v for v in applied if v not in known], [v for v in undone if v in ours]


def _names(versions: list[str]) -> str:
    if len(versions) > _LISTED:
        return f"{versions[0]} to {versions[-1]}"
    return ", ".join(versions)
