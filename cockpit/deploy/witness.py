"""What this machine saw a server commit, so that a server that has forgotten it is found out.

A standby that is promoted may lack the last commits, and a restored backup lacks more. Its ledger
is whole and its states fit its schema, so that nothing in it tells of the loss; but the machine
that ran the migrations remembers how far the ledger went. One small file a database, beside the
journals.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cockpit.database import ledger
from cockpit.database.connection import Connection
from cockpit.model.ledger import LedgerEvent
from cockpit.model.plan import PlannedPhase

_FOLDER = "seen"


@dataclass(frozen=True, slots=True)
class SeenPhase:
    """One phase of a run, and the event that was committed with it."""

    seq: int
    hash: str
    version: str
    phase: str
    direction: str


@dataclass(frozen=True, slots=True)
class Seen:
    """How far the ledger of one database went when this machine looked last."""

    run: str
    seq: int
    hash: str
    at: str
    """When that event was written, by the server's clock."""
    phases: tuple[SeenPhase, ...] = ()


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The server has lost what it had confirmed."""

    run: str
    at: str
    seen: int
    """Events there were."""
    left: int
    """The last of them that is still there; 0 for none."""
    phases: tuple[SeenPhase, ...]
    """Whose events are gone, in the order they were committed."""


class Witness:
    """Remembers one database."""

    def __init__(self, journal: Path | None, key: str) -> None:
        digest = hashlib.sha256(key.encode()).hexdigest()[:16]
        self._path = journal / _FOLDER / f"{digest}.json" if journal else None
        self._seen: Seen | None = None

    def saw(self, connection: Connection, run: str, phase: PlannedPhase | None = None) -> None:
        """Remember the newest event, just committed; `phase`: whose it is."""
        if self._path is None:
            return
        (newest,) = ledger.read_events(connection, newest=1)
        if self._seen is None or self._seen.run != run:
            self._seen = Seen(run, 0, "", "")
        seen = replace(
            self._seen, seq=newest.seq, hash=newest.hash, at=f"{newest.at:%Y-%m-%d %H:%M:%SZ}"
        )
        if phase is not None:
            done = SeenPhase(
                newest.seq, newest.hash, phase.version, phase.phase, phase.direction.value
            )
            seen = replace(seen, phases=(*seen.phases, done))
        self._seen = seen
        self._keep(seen)

    def forgotten(self, events: Sequence[LedgerEvent]) -> Forgotten | None:
        """What the ledger as it is now lacks; `events` are all of it, oldest first."""
        seen = self._recalled()
        if seen is None:
            return None
        hashes = {event.hash for event in events}
        if seen.hash in hashes:
            return None
        lost = tuple(phase for phase in seen.phases if phase.hash not in hashes)
        first = min((phase.seq for phase in lost), default=seen.seq)
        left = min(first - 1, len(events))
        return Forgotten(seen.run, seen.at, seen.seq, left, lost)

    def _keep(self, seen: Seen) -> None:
        """Whole or not at all. A full disk costs the memory, never the run; the journal says so."""
        if self._path is None:
            return
        draft = self._path.with_suffix(f".{os.getpid()}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft.write_text(json.dumps(asdict(seen)), encoding="utf-8")
            draft.replace(self._path)
        except OSError:
            with suppress(OSError):  # where nothing can be written there is nothing to remove
                draft.unlink(missing_ok=True)

    def _recalled(self) -> Seen | None:
        if self._path is None or not self._path.is_file():
            return None
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            phases = tuple(SeenPhase(**phase) for phase in kept.pop("phases"))
            return Seen(phases=phases, **kept)
        except (OSError, ValueError, TypeError, KeyError):
            # Another version wrote it, or half of it: then nothing is claimed.
            return None
