"""The ledger's table: read without a trace, created on the first write, only ever appended to."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC
from typing import Any

from cockpit.database.connection import Reader, Row, Writer
from cockpit.database.queries import query
from cockpit.errors import DatabaseError, PrivilegeMissing
from cockpit.model.ledger import GENESIS, EventKind, Ledger, LedgerEvent, fold, readable
from cockpit.model.migration import Direction
from cockpit.model.target import Environment, Marker

_EXISTS = "SELECT to_regclass('cockpit.ledger') IS NOT NULL"
_HEAD = "SELECT seq, hash FROM cockpit.ledger ORDER BY seq DESC LIMIT 1"
_INSERT = """
INSERT INTO cockpit.ledger
  (seq, at, run, event, version, name, phase, step, direction, checksum, script, undo,
   git_commit, git_ref, actor, client, duration, detail, previous_hash, hash)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s)
"""


def exists(reader: Reader) -> bool:
    """Whether this database has a ledger. Reads only."""
    with _asking_to_read():
        return bool(reader.rows(_EXISTS)[0][0])


def read_events(reader: Reader, *, newest: int | None = None) -> tuple[LedgerEvent, ...]:
    """All events, oldest first, or the `newest` few, newest first; none without a ledger."""
    if not exists(reader):
        return ()
    order = f" ORDER BY seq DESC LIMIT {newest:d}" if newest is not None else " ORDER BY seq"
    with _asking_to_read():
        rows = reader.rows(query("read_ledger") + order)
    return tuple(_event(row) for row in rows)


def read_events_after(reader: Reader, last: LedgerEvent | None) -> tuple[LedgerEvent, ...] | None:
    """Events after the last one known, oldest first; None when that one is no longer there."""
    if last is None or not exists(reader):
        return read_events(reader) if last is None else None
    with _asking_to_read():
        rows = reader.rows(query("read_ledger") + " WHERE seq >= %s ORDER BY seq", (last.seq,))
    events = tuple(_event(row) for row in rows)
    if not events or events[0].hash != last.hash:
        return None
    return events[1:]


def read_ledger(reader: Reader) -> Ledger:
    """The folded state. `Ledger.exists` is False where nothing was ever written."""
    if not exists(reader):
        return Ledger()
    return fold(read_events(reader))


def read_marker(reader: Reader) -> Marker | None:
    """What the database says it is; None when nobody has told it.

    A word that is no environment is `unknown`, which counts as production.
    """
    with _asking_to_read():
        if not reader.rows("SELECT to_regclass('cockpit.environment') IS NOT NULL")[0][0]:
            return None
        rows = reader.rows("SELECT name, environment, system_identifier FROM cockpit.environment")
    for name, environment, system in rows:
        known = environment in list(Environment)
        return Marker(name, Environment(environment) if known else Environment.UNKNOWN, system)
    return None


def create(writer: Writer, marker: Marker | None) -> None:
    """Create the ledger, and mark the database when its environment is known.

    Runs inside the caller's transaction. Raises `PrivilegeMissing` naming what to grant.
    """
    try:
        if not writer.rows("SELECT to_regnamespace('cockpit') IS NOT NULL")[0][0]:
            # IF NOT EXISTS asks for the privilege to create one even where there is one.
            writer.execute("CREATE SCHEMA cockpit")
        for statement in _statements(query("create_ledger")):
            writer.execute(statement)
    except PrivilegeMissing as error:
        error.next_step = (
            "The role needs CREATE on this database, or on a schema cockpit that is made for it, "
            "once, to keep the ledger there."
        )
        raise
    if marker is not None:
        mark(writer, marker)


def mark(writer: Writer, marker: Marker) -> None:
    """Write, or write anew, what this database is. Runs inside the caller's transaction."""
    writer.execute(
        "INSERT INTO cockpit.environment (name, environment, system_identifier) "
        "VALUES (%s, %s, %s) ON CONFLICT (only_row) DO UPDATE SET name = excluded.name, "
        "environment = excluded.environment, system_identifier = excluded.system_identifier",
        (marker.name, marker.environment.value, marker.system_identifier),
    )


def append(writer: Writer, drafts: Iterable[LedgerEvent]) -> tuple[LedgerEvent, ...]:
    """Write events after the head, inside the caller's transaction; returns them as written.

    `seq`, `at` and both hashes of the drafts are replaced. Two writers at once cannot fork the
    chain: the loser gets a unique violation and its transaction is undone.
    """
    head = writer.rows(_HEAD)
    seq, previous = head[0] if head else (0, GENESIS)
    written = []
    for draft in drafts:
        at = writer.rows("SELECT pg_catalog.clock_timestamp()")[0][0].astimezone(UTC)
        event = replace(draft, seq=seq + 1, at=at).chained(previous)
        writer.execute(_INSERT, _values(event))
        seq, previous = event.seq, event.hash
        written.append(event)
    return tuple(written)


@contextmanager
def _asking_to_read() -> Iterator[None]:
    """A missing privilege leaves with what to grant."""
    try:
        yield
    except PrivilegeMissing as error:
        error.next_step = "GRANT USAGE ON SCHEMA cockpit and SELECT on its tables to this role."
        raise


def _statements(script: str) -> list[str]:
    """Our own script, cut where a line ends in `;` outside the one function body."""
    parts, current, quoted = [], [], False
    for line in script.splitlines():
        current.append(line)
        quoted ^= line.count("$$") % 2 == 1
        if line.endswith(";") and not quoted:
            parts.append("\n".join(current))
            current = []
    return parts


def _values(event: LedgerEvent) -> tuple[Any, ...]:
    import json

    direction = event.direction.value if event.direction else None
    return (
        event.seq, event.at, event.run, event.event.value, event.version, event.name, event.phase,
        event.step, direction, event.checksum, event.script, event.undo, event.git_commit,
        event.git_ref, event.actor, event.client, event.duration, json.dumps(event.detail),
        event.previous_hash, event.hash,
    )  # fmt: skip


def _event(row: Row) -> LedgerEvent:
    """Raises `DatabaseError` for a row that no version of this program has written."""
    values = list(row)
    try:
        values[1] = row[1].astimezone(UTC)
        values[3] = EventKind(row[3])
        values[8] = Direction(row[8]) if row[8] else None
        event = LedgerEvent(*values)
        if not readable(event):
            raise ValueError("detail")
    except ValueError as error:
        raise DatabaseError(
            f"Event {row[0]} of the ledger ({row[3]}) cannot be read: a newer cockpit wrote it, or "
            "somebody has changed it by hand.",
            next_step="Use the newest cockpit of the team, or see: cockpit verify.",
        ) from error
    return event
