"""Prediction beside observation: where they differ, in words."""

from collections.abc import Iterator, Mapping

from cockpit.model.impact import Impact, RelationLock
from cockpit.model.locks import LockMode
from cockpit.rehearsal.observer import Seen

_DATA_DECIDES = ("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VACUUM", "ANALYZE", "COPY")
"""Whether these read a table whole, and which triggers they fire, the rows decide."""


def differences(predicted: Impact | None, seen: Seen, filled: frozenset[str]) -> tuple[str, ...]:
    """One sentence for every table about which the two do not agree.

    Locks on indexes, views and sequences are left out: the server gives most of them back at once.
    `filled` are tables with rows in the scratch database: a scan of an empty one proves nothing.
    """
    if predicted is None or predicted.unknown:
        return ()
    return (*_locks(predicted, seen), *_effects(predicted, seen.impact, filled))


def _locks(predicted: Impact, seen: Seen) -> Iterator[str]:
    expected, found = _modes(predicted.locks), _modes(seen.impact.locks)
    held = _modes(seen.held_before)
    for relation in sorted((expected.keys() | found.keys()) & seen.tables):
        wanted, got = expected.get(relation), found.get(relation)
        if wanted == got or _hidden(wanted, held.get(relation)):
            continue
        if got is None and predicted.kind.startswith(_DATA_DECIDES):
            continue
        yield f"lock on {relation}: predicted {_words(wanted)}, observed {_words(got)}"


def _hidden(wanted: LockMode | None, held: LockMode | None) -> bool:
    """The mode was held already, so it could not be seen again."""
    return wanted is not None and held is not None and held.rank >= wanted.rank


def _effects(predicted: Impact, seen: Impact, filled: frozenset[str]) -> Iterator[str]:
    yield from _sets("rewrite", predicted.rewrites, seen.rewrites)
    if not predicted.kind.startswith(_DATA_DECIDES):
        wanted = tuple(name for name in predicted.scans if name in filled or name in seen.scans)
        yield from _sets("scan", wanted, seen.scans)
    yield from _sets("new file for index", predicted.indexes_rebuilt, seen.indexes_rebuilt)


def _sets(what: str, predicted: tuple[str, ...], observed: tuple[str, ...]) -> Iterator[str]:
    for name in sorted(set(predicted) - set(observed)):
        yield f"{what} of {name}: predicted, not observed"
    for name in sorted(set(observed) - set(predicted)):
        yield f"{what} of {name}: not predicted, observed"


def _modes(locks: tuple[RelationLock, ...]) -> Mapping[str, LockMode]:
    return {lock.relation: lock.mode for lock in locks}


def _words(mode: LockMode | None) -> str:
    return mode.words if mode else "none"
