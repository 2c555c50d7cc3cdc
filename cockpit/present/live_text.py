"""The tables of a plan as they are used now, as lines of plain text."""

from collections.abc import Iterable, Iterator

from cockpit.model.activity import SessionFacts
from cockpit.model.live import RelationLive
from cockpit.present.durations import count, plural, short_duration, size
from cockpit.present.harmless import harmless

_SHOWN = 3
"""Sessions named for each table; the rest is counted."""


def live_text(
    relations: Iterable[RelationLive], lock_timeout_seconds: float = 0.2
) -> Iterator[str]:
    """Busiest first; what would queue behind one try of the lock is told with its reason."""
    order = sorted(relations, key=lambda r: -(r.statements_a_second or 0))
    for relation in order:
        yield f"{harmless(relation.relation)}: {', '.join(_facts(relation, lock_timeout_seconds))}"
        for session in relation.in_the_way[:_SHOWN]:
            yield f"  in the way: {_session(session)}"
        if len(relation.in_the_way) > _SHOWN:
            yield f"  and {len(relation.in_the_way) - _SHOWN} more"


def _facts(relation: RelationLive, seconds: float) -> Iterator[str]:
    if not relation.kind:
        yield "not there yet"
        return
    if relation.kind != "table":
        yield harmless(relation.kind)
    if relation.bytes is not None:
        yield size(relation.bytes)
    if relation.rows is not None:
        yield f"{count(relation.rows)} rows"
    yield f"{relation.mode.words} wanted by the plan, blocks {relation.mode.blocks}"
    if relation.statements_a_second is not None:
        rate = round(relation.statements_a_second)
        queue = round(relation.statements_a_second * seconds)
        behind = f", about {queue} would queue in a try of {seconds:g} s" if queue else ""
        yield f"{plural(rate, 'statement')} a second{behind}"


def _session(session: SessionFacts) -> str:
    age = short_duration(session.transaction_age) if session.transaction_age else "no transaction"
    name = harmless(session.application or session.user)
    return f"{session.pid} {name} {session.state} {age}, holds {session.holds}"


def live_json(relations: Iterable[RelationLive]) -> list[dict[str, object]]:
    """One object a table; ages in seconds."""
    return [
        {
            "relation": relation.relation,
            "kind": relation.kind or None,
            "mode": relation.mode.value,
            "bytes": relation.bytes,
            "rows": relation.rows,
            "statements_a_second": relation.statements_a_second,
            "in_the_way": [_session_json(session) for session in relation.in_the_way],
        }
        for relation in relations
    ]


def _session_json(session: SessionFacts) -> dict[str, object]:
    age = session.transaction_age
    return {
        "pid": session.pid,
        "user": session.user,
        "application": session.application,
        "state": session.state,
        "transaction_age": age.total_seconds() if age is not None else None,
        "holds": session.holds,
    }
