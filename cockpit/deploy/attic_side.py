"""The attic outside of a run: what is in it, what a plan needs to know of it, restoring by hand."""

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from cockpit.database import attic, deployment_lock, ledger
from cockpit.database.connection import Connection
from cockpit.deploy import attic_file
from cockpit.deploy.attempts import RETRYABLE, pause_seconds
from cockpit.deploy.attic import put_back
from cockpit.deploy.attic_batches import fits_batches, restore_in_batches
from cockpit.deploy.context import CLIENT, actor
from cockpit.deploy.effective_settings import begin_anew, bound_transaction
from cockpit.deploy.opening import Opening
from cockpit.deploy.server_side import ServerSide
from cockpit.errors import DatabaseError, UsageError
from cockpit.model.attic import (
    AtticEntry,
    Place,
    Restored,
    Tell,
    Weight,
    attic_of,
    restored_detail,
)
from cockpit.model.ledger import EventKind, LedgerEvent
from cockpit.model.locks import AdvisoryKey

Answer = TypeVar("Answer")


class Weights(Mapping[int, Weight]):
    """Tables by OID, each weighed when it is asked for and once only."""

    def __init__(self, server: ServerSide) -> None:
        self._server = server
        self._known: dict[int, Weight | None] = {}

    def __getitem__(self, oid: int) -> Weight:
        if oid not in self._known:
            self._known[oid] = self._server.read(lambda reader: attic.weigh(reader, oid))
        found = self._known[oid]
        if found is None:
            raise KeyError(oid)
        return found

    def __iter__(self) -> Iterator[int]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


class AtticSide:
    """Reads through the looking session; writes through the one that holds the deployment lock."""

    def __init__(self, opening: Opening, server: ServerSide) -> None:
        self._opening, self._server = opening, server
        self._run = ""

    def weights(self) -> Weights:
        """Sizes as the catalog has them now."""
        return Weights(self._server)

    def gone(self, entries: Sequence[AtticEntry]) -> dict[int, str]:
        """Entries that cannot be reached from here, and why."""
        found = {}
        for entry in entries:
            if entry.removed_at is None and (why := self._why_gone(entry)):
                found[entry.holding.number] = why
        return found

    def restore(
        self,
        connection: Connection,
        keys: Sequence[AdvisoryKey],
        number: int,
        *,
        overwrite: bool,
        tell: Tell | None = None,
    ) -> Restored:
        """Put one entry back, on a session that holds the lock: columns in batches, so that nobody
        waits long for a row; a whole table in one transaction, of which only its beginning and its
        end are told."""
        self._run = secrets.token_hex(4)
        entry = self._find(connection, number)
        if why := self._why_gone(entry):
            raise UsageError(f"Entry {number} cannot be put back: {why}.")

        def bounded(act: Callable[[], Answer]) -> Answer:
            return self._bounded(connection, keys, act)

        if fits_batches(entry.holding):
            done = restore_in_batches(
                connection, entry, bounded, overwrite=overwrite, tell=tell or _to_nobody
            )
            bounded(lambda: self._told(connection, entry, done))
            return done

        (tell or _to_nobody)(0, entry.rows)

        def act() -> Restored:
            done = put_back(connection, entry, entry.holding, overwrite=overwrite)
            self._told(connection, entry, done)
            return done

        return bounded(act)

    def _told(self, connection: Connection, entry: AtticEntry, done: Restored) -> None:
        detail = restored_detail(entry.holding, done)
        self._append(connection, EventKind.RESTORED, entry, detail)

    def remove(
        self, connection: Connection, keys: Sequence[AdvisoryKey], number: int
    ) -> AtticEntry:
        """Let one entry go for good."""
        self._run = secrets.token_hex(4)

        def act() -> AtticEntry:
            entry = self._find(connection, number)
            attic.remove(connection, entry.holding)
            self._append(connection, EventKind.ATTIC_REMOVED, entry, {"number": number})
            return entry

        entry = self._bounded(connection, keys, act)
        if entry.file:
            attic_file.remove(Path(entry.file))
        return entry

    def _why_gone(self, entry: AtticEntry) -> str:
        if entry.holding.place is Place.FILE:
            there = Path(entry.file).is_file()
            return "" if there else f"{entry.file} of {entry.actor} is not on this machine"
        there = self._server.read(lambda reader: attic.is_there(reader, entry.holding))
        return "" if there else f"cockpit_attic.{entry.holding.name} is not there any more"

    def _find(self, connection: Connection, number: int) -> AtticEntry:
        found = attic_of(ledger.read_events(connection))
        for entry in found:
            if entry.holding.number == number and entry.removed_at is None:
                return entry
        kept = ", ".join(str(e.holding.number) for e in found if e.removed_at is None)
        raise UsageError(
            f"The attic has no entry {number}.",
            next_step=f"It has {kept}." if kept else "It is empty.",
        )

    def _bounded(
        self, connection: Connection, keys: Sequence[AdvisoryKey], act: Callable[[], Answer]
    ) -> Answer:
        """One transaction within the limits of a run, tried again while that is safe."""
        limits, run = self._opening.limits, self._run
        for attempt in range(1, max(1, limits.lock_tries) + 1):
            try:
                begin_anew(connection, run, self._opening.role)
                with connection.transaction():
                    bound_transaction(connection, limits)
                    deployment_lock.require(connection, keys)
                    return act()
            except DatabaseError as error:
                if error.sqlstate not in RETRYABLE or attempt == limits.lock_tries:
                    raise
                time.sleep(pause_seconds(attempt))
        raise AssertionError("the last try returns or raises")

    def _append(
        self, connection: Connection, kind: EventKind, entry: AtticEntry, detail: dict[str, object]
    ) -> None:
        event = LedgerEvent(
            seq=0, at=entry.at, run=self._run, event=kind, version=entry.version or None,
            actor=actor(), client=CLIENT, detail=detail,
        )  # fmt: skip
        ledger.append(connection, [event])


def _to_nobody(done: int, total: int) -> None:
    """Where nobody wants to hear of it."""
