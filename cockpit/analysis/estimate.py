"""How long a statement may work, from the sizes in the catalog.

The rates are deliberately wide: from a network disk with a cold cache to a local one with a warm
cache. They are rates of PostgreSQL's own loops (one core), not of the hardware.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import inf

from cockpit.model.facts import CatalogFacts, RelationFacts
from cockpit.model.impact import Impact
from cockpit.model.live import Estimate
from cockpit.model.locks import LockMode


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the relations of a catalog are."""

    relations: Mapping[str, RelationFacts]
    """By their full names."""
    indexes: Mapping[int, tuple[RelationFacts, ...]]
    """By the OID of their table."""


_MEGABYTE = 1024 * 1024
_PAGE = 8192
"""The server's block size where nobody built it otherwise."""
_TOO_SHORT = timedelta(milliseconds=100)


@dataclass(frozen=True, slots=True)
class _Work:
    words: str
    slow: int
    """Megabytes a second."""
    fast: int


_SCAN = _Work("reads", 150, 1500)
_REWRITE = _Work("writes anew", 30, 200)
_INDEX = _Work("builds an index over", 20, 120)
_UPDATE = _Work("writes anew, row by row,", 2, 60)
_DELETE = _Work("marks as dead", 10, 200)
_CHANGING = {"UPDATE": _UPDATE, "DELETE": _DELETE}
_FILLING = ("INSERT", "MERGE")
_UNKNOWN = Estimate(timedelta(), timedelta(), "what it writes is not known")


def sizes_of(facts: CatalogFacts | None) -> Sizes:
    """None are known without a catalog."""
    if facts is None:
        return Sizes({}, {})
    by_oid = {relation.oid: relation for relation in facts.relations}
    indexes: dict[int, tuple[RelationFacts, ...]] = {}
    for index in facts.indexes:
        if index.oid in by_oid:
            indexes[index.table] = (*indexes.get(index.table, ()), by_oid[index.oid])
    return Sizes({relation.full_name: relation for relation in facts.relations}, indexes)


def estimate(impact: Impact, sizes: Sizes, rows: float | None = None) -> Estimate | None:
    """The range for one statement; None when it only touches the catalog or sizes are unknown.

    `rows`: how many an UPDATE or DELETE is expected to find; None where nobody knows.
    """
    parts = [
        *_parts(impact.rewrites, _REWRITE, sizes),
        *_parts(impact.scans, _SCAN, sizes),
        *_parts(_indexed(impact), _INDEX, sizes),
        *_written(impact, sizes, rows),
    ]
    low = sum((part.low for part in parts), timedelta())
    high = sum((part.high for part in parts), timedelta())
    if high < _TOO_SHORT:
        return None
    return Estimate(low, high, "; ".join(part.reason for part in parts))


def _indexed(impact: Impact) -> tuple[str, ...]:
    """Tables an index is built over: the build's own read is part of its rate."""
    if not impact.kind.startswith(("CREATE INDEX", "CREATE UNIQUE INDEX", "REINDEX")):
        return ()
    return tuple(lock.relation for lock in impact.locks if lock.kind in "rpm")


def _parts(names: Iterable[str], work: _Work, sizes: Sizes) -> Iterable[Estimate]:
    for name in names:
        relation = sizes.relations.get(name)
        if relation is not None and relation.pages:
            megabytes = relation.pages * _PAGE / _MEGABYTE
            yield _at(work, megabytes, f"{megabytes:,.0f} MB of {name.removeprefix('public.')}")


def _at(work: _Work, megabytes: float, what: str) -> Estimate:
    return Estimate(
        timedelta(seconds=megabytes / work.fast),
        timedelta(seconds=megabytes / work.slow),
        f"{work.words} {what} at {work.slow} to {work.fast} MB/s",
    )


def _written(impact: Impact, sizes: Sizes, rows: float | None) -> Iterable[Estimate]:
    """What the rows themselves cost: their new versions, the entries of every index, and WAL."""
    work = _CHANGING.get(impact.kind)
    if work is None:
        if impact.kind in _FILLING and impact.scans:
            yield _UNKNOWN
        return
    for lock in impact.locks:
        relation = sizes.relations.get(lock.relation)
        if lock.mode is not LockMode.ROW_EXCLUSIVE or relation is None or not relation.stored:
            continue
        share = _share(relation, rows)
        if share is not None and relation.pages:
            yield _changed(work, relation, share, sizes)
        elif lock.relation in impact.scans:
            yield _UNKNOWN


def _changed(work: _Work, relation: RelationFacts, share: float, sizes: Sizes) -> Estimate:
    """Dead rows stay in the indexes; new ones need an entry in each."""
    indexes = sizes.indexes.get(relation.oid, ()) if work is _UPDATE else ()
    pages = relation.pages + sum(index.pages for index in indexes)
    megabytes = pages * _PAGE / _MEGABYTE * share
    beside = f" and its {_plural(len(indexes))}" if indexes else ""
    table = relation.full_name.removeprefix("public.")
    return _at(work, megabytes, f"{megabytes:,.0f} MB of {table}{beside}")


def _share(relation: RelationFacts, rows: float | None) -> float | None:
    """Of its rows, from 0 to 1."""
    if rows is None:
        return None
    if rows == inf:
        return 1.0
    return min(1.0, rows / relation.rows) if relation.rows > 0 else None


def _plural(indexes: int) -> str:
    return "index" if indexes == 1 else f"{indexes} indexes"
