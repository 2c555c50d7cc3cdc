"""Migrations that name the ones before them: a linear order, and what leads to what."""

from collections.abc import Callable, Iterable, Mapping, Sequence

Key = Callable[[str], tuple[object, ...]]


def linear(
    parents: Mapping[str, Sequence[str]], key: Key
) -> tuple[tuple[str, ...], frozenset[str]]:
    """Every version after its parents, and by `key` among those that may come next; and the ones
    that cannot be placed, because they lead back to themselves. Parents not known are left out."""
    waiting = {version: {p for p in needed if p in parents} for version, needed in parents.items()}
    placed: list[str] = []
    children: dict[str, list[str]] = {version: [] for version in parents}
    for version, needed in waiting.items():
        for parent in needed:
            children[parent].append(version)
    ready = sorted((v for v, needed in waiting.items() if not needed), key=key, reverse=True)
    while ready:
        version = ready.pop()
        placed.append(version)
        freed = []
        for child in children[version]:
            waiting[child].discard(version)
            if not waiting[child]:
                freed.append(child)
        if freed:
            ready = sorted((*ready, *freed), key=key, reverse=True)
    return tuple(placed), frozenset(waiting) - frozenset(placed)


def ancestors(parents: Mapping[str, Sequence[str]], heads: Iterable[str]) -> frozenset[str]:
    """The heads themselves, and everything that leads to them."""
    found: set[str] = set()
    waiting = list(heads)
    while waiting:
        version = waiting.pop()
        if version not in found and version in parents:
            found.add(version)
            waiting += parents[version]
    return frozenset(found)
