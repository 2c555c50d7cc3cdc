"""How long a statement may work, from the sizes in the catalog.

The rates are deliberately wide: from a network disk with a cold cache to a local one with a warm
cache. They are rates of PostgreSQL's own loops (one core), not of the hardware.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from cockpit.model.facts import CatalogFacts, RelationFacts
from cockpit.model.impact import Impact
from cockpit.model.live import Estimate

Sizes = Mapping[str, RelationFacts]
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


def sizes_of(facts: CatalogFacts | None) -> Sizes:
    """Relations by name; none without a catalog."""
    return {relation.full_name: relation for relation in facts.relations} if facts else {}


def estimate(impact: Impact, sizes: Sizes) -> Estimate | None:
    """The range for one statement; None when it only touches the catalog or sizes are unknown."""
    parts = [
        *_parts(impact.rewrites, _REWRITE, sizes),
        *_parts(impact.scans, _SCAN, sizes),
        *_parts(_indexed(impact), _INDEX, sizes),
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
        relation = sizes.get(name)
        if relation is None or not relation.pages:
            continue
        megabytes = relation.pages * _PAGE / _MEGABYTE
        yield Estimate(
            timedelta(seconds=megabytes / work.fast),
            timedelta(seconds=megabytes / work.slow),
            f"{work.words} {megabytes:,.0f} MB of {name.removeprefix('public.')} "
            f"at {work.slow} to {work.fast} MB/s",
        )
