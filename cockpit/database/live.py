"""How the relations of a plan are used right now: who holds what, and how busy they are."""

import time
from collections.abc import Mapping

from cockpit.database.activity import session_facts
from cockpit.database.connection import Connection
from cockpit.database.queries import query
from cockpit.model.activity import SessionFacts
from cockpit.model.live import RelationLive
from cockpit.model.locks import LockMode

_Use = tuple[str, int | None, int | None, int | None]
"""Kind, bytes, rows, and how much it was used since the server counts."""
_GONE: _Use = ("", None, None, None)
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
    after: dict[str, _Use] = {}
    if seconds:
        time.sleep(seconds)
        after = _use(connection, names)
    return tuple(
        _relation(
            name,
            wanted[name],
            before.get(name, _GONE),
            in_the_way.get(name, ()),
            _rate(before.get(name, _GONE), after.get(name, _GONE), seconds),
        )
        for name in names
    )


def _relation(
    name: str, mode: LockMode, use: _Use, blockers: tuple[SessionFacts, ...], rate: float | None
) -> RelationLive:
    kind, size, count, _ = use
    return RelationLive(name, mode, size, count, blockers, rate, kind)


def _use(connection: Connection, names: list[str]) -> dict[str, _Use]:
    with connection.look() as reader:
        rows = reader.rows(query("relation_use"), (names,))
    return {name: (kind, size, count, used) for name, kind, size, count, used in rows}


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


def _rate(before: _Use, after: _Use, seconds: float) -> float | None:
    first, last = before[3], after[3]
    if first is None or last is None:
        return None
    return max(last - first, 0) / seconds
