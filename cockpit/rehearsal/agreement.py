"""Prediction beside observation: where they differ and why, and what no observation could show.

Not to be seen, so that prediction and observation may both be right: a lock the transaction holds
already (asked for again, `pg_locks` shows nothing new); a lock given back before the statement is
over; outside of a transaction a lock on what no gate can stand before; the file of a relation that
is gone at the end; what the rows decide, where the clone has none; locks that sessions of its own
take (dblink, parallel workers).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cockpit.model.impact import Impact, RelationLock
from cockpit.model.locks import LockMode
from cockpit.rehearsal.observer import Seen

_DATA_DECIDES = ("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VACUUM", "ANALYZE", "COPY")
"""Whether these read a table whole, and which triggers they fire, the rows decide."""

_HELD = (
    "an earlier statement of the transaction holds it no less strongly, and a lock asked for again "
    "leaves nothing to see"
)
_GIVEN_BACK = (
    "a lock given back before the statement is over (IF EXISTS that finds nothing, work that an "
    "exception block undid) leaves nothing to see"
)
_NO_GATE = (
    "outside of a transaction a lock that no gate stood before is seen only if it lasts until the "
    "next look"
)
_NEVER_ASKED = "it was let through no gate in this mode, so it did not ask for it"
_PLANNER_DECIDES = "how a foreign key's other side is read the planner decides by its rows"
_ROWS_DECIDE = "the rows decide about it, and the clone has other rows"
_UNFORESEEN = "the text and the catalog do not tell of it: count on what was observed"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Both kinds in sentences, each with its reason."""

    differences: tuple[str, ...] = ()
    """The prediction says one thing, the server was seen to do another."""
    unsettled: tuple[str, ...] = ()
    """What an observation by its nature neither confirms nor refutes."""


@dataclass(frozen=True, slots=True)
class _Finding:
    words: str
    told: bool
    """It counts as a difference."""


def compare(predicted: Impact | None, seen: Seen, filled: frozenset[str]) -> Agreement:
    """One sentence for everything about which the two do not agree.

    Locks on indexes are left out: the server gives most of them back at once. `filled` are tables
    with rows in the scratch database: that an empty one was not read proves nothing.
    """
    if predicted is None or predicted.unknown:
        return Agreement()
    found = [*_locks(predicted, seen), *_effects(predicted, seen, filled)]
    return Agreement(
        tuple(one.words for one in found if one.told),
        tuple(one.words for one in found if not one.told),
    )


def _locks(predicted: Impact, seen: Seen) -> Iterator[_Finding]:
    expected, found = _modes(predicted.locks), _modes(seen.impact.locks)
    held = _modes(seen.held_before)
    for relation in sorted((expected.keys() | found.keys()) & seen.lockable):
        wanted, got = expected.get(relation), found.get(relation)
        if wanted == got:
            continue
        before = held.get(relation)
        if wanted is not None and before is not None and before.rank >= wanted.rank:
            yield _Finding(f"{wanted.words} on {relation}: {_HELD}", told=False)
        elif _weaker(got, wanted) and predicted.kind.startswith(_DATA_DECIDES):
            yield _Finding(f"{_words(wanted)} on {relation}: {_ROWS_DECIDE}", told=False)
        else:
            said = f"lock on {relation}: predicted {_words(wanted)}, observed {_words(got)}"
            yield _Finding(f"{said}; {_why(relation, wanted, got, seen)}", told=True)


def _weaker(got: LockMode | None, wanted: LockMode | None) -> bool:
    return wanted is not None and (got is None or got.rank < wanted.rank)


def _why(relation: str, wanted: LockMode | None, got: LockMode | None, seen: Seen) -> str:
    if wanted is None or (got is not None and got.rank > wanted.rank):
        return _UNFORESEEN
    if seen.impact.transactional:
        return _GIVEN_BACK
    return _NEVER_ASKED if relation in seen.gated else _NO_GATE


def _effects(predicted: Impact, seen: Seen, filled: frozenset[str]) -> Iterator[_Finding]:
    now = seen.impact
    yield from _files("rewrite of", predicted.rewrites, now.rewrites, seen)
    yield from _files("new file for index", predicted.indexes_rebuilt, now.indexes_rebuilt, seen)
    rows_decide = predicted.kind.startswith(_DATA_DECIDES)
    for name in sorted(set(predicted.scans) - set(now.scans)):
        if rows_decide or name not in filled:
            why = _ROWS_DECIDE if rows_decide else "the table is empty on the clone"
            yield _Finding(f"scan of {name}: {why}", told=False)
        else:
            yield _missed("scan of", name, "the server counted no reading from end to end")
    for name in () if rows_decide else sorted(set(now.scans) - set(predicted.scans)):
        if name in predicted.may_scan:
            yield _Finding(f"scan of {name}: observed, but {_PLANNER_DECIDES}", told=False)
        else:
            yield _surplus("scan of", name)


def _files(
    what: str, predicted: tuple[str, ...], observed: tuple[str, ...], seen: Seen
) -> Iterator[_Finding]:
    for name in sorted(set(predicted) - set(observed)):
        if name in seen.gone:
            yield _Finding(f"{what} {name}: it is gone when the statement is over", told=False)
        else:
            yield _missed(what, name, "its file is the one it was before")
    for name in sorted(set(observed) - set(predicted)):
        yield _surplus(what, name)


def _missed(what: str, name: str, why: str) -> _Finding:
    return _Finding(f"{what} {name}: predicted, not observed; {why}", told=True)


def _surplus(what: str, name: str) -> _Finding:
    return _Finding(f"{what} {name}: not predicted, observed; {_UNFORESEEN}", told=True)


def _modes(locks: tuple[RelationLock, ...]) -> Mapping[str, LockMode]:
    return {lock.relation: lock.mode for lock in locks}


def _words(mode: LockMode | None) -> str:
    return mode.words if mode else "none"
