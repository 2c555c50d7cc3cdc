"""How the relations of a plan are used right now: who holds what, and how busy they are."""

import time
from collections.abc import Mapping

from cockpit.database.activity import session_facts
from cockpit.database.connection import Connection
from cockpit.database.queries import query
from cockpit.model.activity import SessionFacts
from cockpit.model.live import RelationLive
from cockpit.model.locks import LockMode

WATCHED_SECONDS = 1.2
"""Backends report what they did at most once a second (PostgreSQL: PGSTAT_MIN_INTERVAL)."""


def watch(
    connection: Connection, wanted: Mapping[str, LockMode], seconds: float = WATCHED_SECONDS
) -> tuple[RelationLive, ...]:
    """For each relation with the mode a plan asks for: sizes, conflicting sessions, traffic.

    Takes the seconds it watches; with 0 no traffic is counted. Reads only, in two snapshots.
    """
    names = sorted(wanted)
    before = _use(connection, names)
    in_the_way = _conflicting(connection, wanted)
    after: dict[str, tuple[int | None, int | None, int | None]] = {}
    if seconds:
        time.sleep(seconds)
        after = _use(connection, names)
    return tuple(
        RelationLive(
            name,
            wanted[name],
            *before.get(name, (None, None, None))[:2],
            in_the_way.get(name, ()),
            _rate(before.get(name), after.get(name), seconds),
        )
        for name in names
    )


def _use(
    connection: Connection, names: list[str]
) -> dict[str, tuple[int | None, int | None, int | None]]:
    with connection.look() as reader:
        rows = reader.rows(query("relation_use"), (names,))
    return {name: (size, count, used) for name, size, count, used in rows}


def _conflicting(
    connection: Connection, wanted: Mapping[str, LockMode]
) -> dict[str, tuple[SessionFacts, ...]]:
    with connection.look() as reader:
        rows = reader.rows(query("relation_locks"), (sorted(wanted),))
    found: dict[str, dict[int, SessionFacts]] = {}
    for name, mode, *session in rows:
        held = LockMode(mode)
        if held.conflicts_with(wanted[name]):
            facts = session_facts(tuple(session), held.words)
            found.setdefault(name, {}).setdefault(facts.pid, facts)
    return {name: tuple(sessions.values()) for name, sessions in found.items()}


def _rate(
    before: tuple[int | None, int | None, int | None] | None,
    after: tuple[int | None, int | None, int | None] | None,
    seconds: float,
) -> float | None:
    if not before or not after or before[2] is None or after[2] is None:
        return None
    return max(after[2] - before[2], 0) / seconds
