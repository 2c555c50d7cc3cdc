"""What a statement does to others, as lines of plain text."""

from collections.abc import Collection, Iterator

from cockpit.model.impact import Basis, Impact
from cockpit.present.harmless import harmless


def impact_text(impact: Impact | None, kept: Collection[str] = ()) -> Iterator[str]:
    """Locks strongest first, then what is rewritten, read, rebuilt and lost; `kept` is not."""
    if impact is None:
        return
    basis = "seen in a rehearsal" if impact.basis is Basis.OBSERVED else "predicted"
    for lock in sorted(impact.locks, key=lambda lock: -lock.mode.rank):
        yield f"holds {lock.mode.words} on {harmless(lock.relation)}: {lock.effect} ({basis})"
    for lock in sorted(impact.new_locks, key=lambda lock: -lock.mode.rank):
        made = f"{harmless(lock.relation)}, made before by this plan"
        yield f"holds {lock.mode.words} on {made}: {lock.effect} ({basis})"
    yield from (f"writes all of {harmless(name)} into a new file" for name in impact.rewrites)
    yield from (f"reads all of {harmless(name)}" for name in impact.scans)
    yield from (f"builds index {harmless(name)} again" for name in impact.indexes_rebuilt)
    for words in impact.loses:
        yield f"{'drops, kept before:' if words in kept else 'LOSES'} {harmless(words)}"
    yield from (f"note: {harmless(words)}" for words in impact.notes)
    if impact.unknown:
        yield "what it runs cannot be read ahead"
    elif not impact.locks and not impact.new_locks:
        yield "locks no table that exists before it"
