"""The recorder: what the server really did for a statement, seen from a second connection.

Inside a transaction every lock is still held when the statement is over, so one look after it sees
all of them. A statement outside a transaction has to pass a gate at every table; locks on what
cannot be barred are looked for again and again while it runs.

What cannot be observed, and is told as such beside the prediction (`cockpit.rehearsal.agreement`):

- a mode that an earlier statement of the transaction holds already: `Seen.held_before`;
- locks given back before the statement ends: of IF EXISTS that finds nothing, of work that an
  exception block undid, and most of those on indexes, which are therefore never compared;
- outside a transaction, short locks on what LOCK TABLE does not take (views, indexes, sequences,
  materialized views) and on tables beyond `MOST_TABLES`;
- a new file of a relation that is gone when the statement is over;
- locks that other sessions take for the statement: dblink, parallel workers;
- of a statement that fails, anything: its transaction is over before it could be looked at.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Protocol

from cockpit.database import footprint
from cockpit.database.connection import Connection
from cockpit.database.footprint import Footprint, Footprints, HeldLocks
from cockpit.errors import CockpitError
from cockpit.model.impact import Basis, Impact, RelationLock
from cockpit.model.locks import LockMode, strongest
from cockpit.rehearsal.gate import MOST_TABLES, Gate

_SAMPLE_SECONDS = 0.001


@dataclass(frozen=True, slots=True)
class Seen:
    """The effect of one statement on relations that were there before."""

    impact: Impact
    held_before: tuple[RelationLock, ...] = ()
    """What the transaction held when the statement began."""
    lockable: frozenset[str] = frozenset()
    """All relations known from the beginning but indexes: what is locked to the end, if at all."""
    gated: frozenset[str] = frozenset()
    """Tables at which a statement outside of a transaction had to wait for every mode."""
    gone: frozenset[str] = frozenset()
    """Relations known from the beginning that are there no more."""


class Watch(Protocol):
    """What a runner tells about every statement."""

    def begin(self) -> None:
        """A transaction has begun."""

    def after(self, kind: str) -> Seen:
        """A statement of the open transaction is over."""

    def sampling(
        self, kind: str, tables: frozenset[str]
    ) -> AbstractContextManager[Callable[[], Seen]]:
        """Around a statement outside of a transaction that is expected to lock these tables."""


class Blind:
    """Looks at nothing: for what is run only to get somewhere."""

    def begin(self) -> None:
        """Nothing to remember."""

    def after(self, kind: str) -> Seen:
        """No effect is claimed."""
        return Seen(Impact(kind))

    @contextmanager
    def sampling(self, kind: str, tables: frozenset[str]) -> Iterator[Callable[[], Seen]]:
        """No effect is claimed."""
        yield lambda: Seen(Impact(kind))


class Observer:
    """Watches one session. Relations that come into being while it watches never count."""

    def __init__(
        self,
        executing: Connection,
        watching: Connection,
        connect: Callable[[], Connection],
        version: int,
    ) -> None:
        """`connect`: more sessions in the same database that may lock; `version`: the server's."""
        self._connect = connect
        self._executing, self._watching, self._version = executing, watching, version
        self._pid = int(executing.rows("SELECT pg_catalog.pg_backend_pid()")[0][0])
        self._known: Footprints = footprint.of_all_time(watching, version)
        self._lockable = frozenset(f.name for f in self._known.values() if f.kind not in "iI")
        self._held: HeldLocks = frozenset()
        self._before: Footprints = {}

    def begin(self) -> None:
        """A transaction has begun in the executing session."""
        self._held = frozenset()
        self._before = footprint.in_transaction(self._executing)

    def after(self, kind: str) -> Seen:
        """A statement of the open transaction is over. `kind`: its command words."""
        held = footprint.locks_of(self._watching, self._pid)
        now = footprint.in_transaction(self._executing)
        seen = Seen(
            self._impact(kind, held - self._held, self._before, now, transactional=True),
            self._named(self._held),
            lockable=self._lockable,
            gone=self._gone(now),
        )
        self._held, self._before = held, now
        return seen

    @contextmanager
    def sampling(self, kind: str, tables: frozenset[str]) -> Iterator[Callable[[], Seen]]:
        """Around a statement outside of a transaction; what it gives is called after the body.

        `tables`: what it is expected to lock; all are watched for where there are not too many.
        """
        # What the watching session has read for itself must not come up while the statement runs.
        footprint.of_all_time(self._watching, self._version)
        before = footprint.of_all_time(self._executing, self._version)
        gate = Gate(self._connect, kind)
        barred = gate.bar(self._barred(tables))
        gated = frozenset(self._known[oid].name for oid in barred)
        sampler = _Sampler(self._watching, self._pid, gate)
        sampler.start()
        try:
            yield lambda: self._sampled(kind, before, sampler, gated)
        finally:
            sampler.stop()

    def _barred(self, expected: frozenset[str]) -> dict[int, str]:
        tables = {oid: f.name for oid, f in self._known.items() if f.kind in "rpf"}
        if len(tables) > MOST_TABLES:
            tables = {oid: name for oid, name in tables.items() if name in expected}
        return footprint.lockable(self._watching, list(tables)[:MOST_TABLES])

    def _sampled(
        self, kind: str, before: Footprints, sampler: "_Sampler", gated: frozenset[str]
    ) -> Seen:
        sampler.stop()
        now = footprint.of_all_time(self._executing, self._version)
        impact = self._impact(kind, frozenset(sampler.found), before, now, transactional=False)
        return Seen(impact, lockable=self._lockable, gated=gated, gone=self._gone(now))

    def _gone(self, now: Footprints) -> frozenset[str]:
        return frozenset(known.name for oid, known in self._known.items() if oid not in now)

    def _impact(
        self, kind: str, locks: HeldLocks, before: Footprints, now: Footprints, transactional: bool
    ) -> Impact:
        emptied = kind.startswith("TRUNCATE")
        return Impact(
            kind=kind,
            locks=self._named(locks),
            rewrites=() if emptied else self._rewritten(before, now),
            scans=self._scanned(before, now),
            indexes_rebuilt=() if emptied else self._rebuilt(before, now),
            transactional=transactional,
            basis=Basis.OBSERVED,
        )

    def _named(self, locks: HeldLocks) -> tuple[RelationLock, ...]:
        """The strongest mode on each relation known from the beginning, by its name then."""
        modes: dict[str, list[LockMode]] = {}
        for oid, mode in locks:
            if oid in self._known:
                modes.setdefault(self._known[oid].name, []).append(mode)
        most = {name: strongest(found) for name, found in sorted(modes.items())}
        return tuple(RelationLock(name, mode) for name, mode in most.items() if mode)

    def _rewritten(self, before: Footprints, now: Footprints) -> tuple[str, ...]:
        return self._changed(
            before,
            lambda oid, was: (
                oid in now and now[oid].file != was.file and (now[oid].populated or was.kind != "m")
            ),
        )

    def _scanned(self, before: Footprints, now: Footprints) -> tuple[str, ...]:
        """Of what has a new file only that is read, for its indexes: after TRUNCATE too."""
        return self._changed(
            before,
            lambda oid, was: (
                oid in now and now[oid].file == was.file and now[oid].scans > was.scans
            ),
        )

    def _changed(
        self, before: Footprints, is_changed: Callable[[int, Footprint], bool]
    ) -> tuple[str, ...]:
        """Names of known tables and materialized views that are not what they were."""
        return tuple(
            sorted(
                self._known[oid].name
                for oid, was in before.items()
                if oid in self._known and was.kind in "rm" and is_changed(oid, was)
            )
        )

    def _rebuilt(self, before: Footprints, now: Footprints) -> tuple[str, ...]:
        """Known indexes with a new file; one that was replaced by another of its name counts."""
        files = {found.name: found.file for found in now.values() if found.kind == "i"}
        return tuple(
            sorted(
                self._known[oid].name
                for oid, was in before.items()
                if oid in self._known and was.kind == "i"
                and (now[oid].file if oid in now else files.get(was.name, was.file)) != was.file
            )
        )  # fmt: skip


class _Sampler(Thread):
    """Looks at the locks of a session again and again, on a connection of its own."""

    def __init__(self, watching: Connection, pid: int, gate: Gate) -> None:
        super().__init__(name="rehearsal sampler", daemon=True)
        self._watching, self._pid, self._gate = watching, pid, gate
        self._stopped = Event()
        self.found: set[tuple[int, LockMode]] = set()
        self.failure: CockpitError | None = None

    def run(self) -> None:
        try:
            while not self._stopped.wait(_SAMPLE_SECONDS):
                self.found |= self._gate.pass_on(self._watching, self._pid)
        except CockpitError as error:
            self.failure = error
        finally:
            self._gate.close()

    def stop(self) -> None:
        """Come back when it looks no more. Raises what ended it early."""
        self._stopped.set()
        self.join()
        if self.failure is not None:
            raise self.failure
