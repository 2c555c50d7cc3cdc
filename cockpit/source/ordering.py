"""The order in which migrations are applied: by version, within what `requires:` demands."""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping

from cockpit.model.migration import Migration, MigrationSet
from cockpit.model.problem import Problem


def ordered(migrations: Iterable[Migration]) -> MigrationSet:
    """All versions, each once, every one after what it requires.

    Versions sort as text, as dbmate sorts file names. Of two files with one version the first by
    path is kept. A requirement that no file holds is told and then ignored; versions that require
    each other in a circle are told and stand in order of version.
    """
    known, problems = _once_each(sorted(migrations, key=lambda m: (m.version, m.path)))
    problems += _missing(known)
    waits_for = {v: {r for r in m.requires if r in known} for v, m in known.items()}
    order = _topological(waits_for)
    free = set(order)
    stuck = {v: required - free for v, required in waits_for.items() if v not in free}
    problems += [_in_circle(known[version], stuck) for version in stuck]
    return MigrationSet(tuple(known[v] for v in _merged(order, stuck)), tuple(problems))


def _once_each(migrations: list[Migration]) -> tuple[dict[str, Migration], list[Problem]]:
    known: dict[str, Migration] = {}
    problems = []
    for migration in migrations:
        first = known.setdefault(migration.version, migration)
        if first is not migration:
            problems.append(
                Problem(
                    f"version {migration.version} exists twice: {first.path} has it too",
                    path=migration.path,
                    version=migration.version,
                    next_step="Give one of the two files another version.",
                )
            )
    return known, problems


def _missing(known: Mapping[str, Migration]) -> list[Problem]:
    return [
        Problem(
            f"version {migration.version} requires {version}, which no file here has",
            path=migration.path,
            version=migration.version,
            next_step=f"Bring {version} into this branch, or take the requirement out.",
        )
        for migration in known.values()
        for version in migration.requires
        if version not in known
    ]


def _topological(waits_for: Mapping[str, set[str]]) -> list[str]:
    """Of all that may come next always the smallest; versions in a circle never may."""
    open_count = {version: len(required) for version, required in waits_for.items()}
    unblocks = defaultdict(list)
    for version, required in waits_for.items():
        for requirement in required:
            unblocks[requirement].append(version)
    ready = [version for version, count in open_count.items() if count == 0]
    heapq.heapify(ready)
    order = []
    while ready:
        version = heapq.heappop(ready)
        order.append(version)
        for waiting in unblocks[version]:
            open_count[waiting] -= 1
            if open_count[waiting] == 0:
                heapq.heappush(ready, waiting)
    return order


def _in_circle(migration: Migration, stuck: Mapping[str, set[str]]) -> Problem:
    version = migration.version
    circle = _circle_from(version, stuck)
    if version in circle:
        what = f"these require each other in a circle: {' → '.join([*circle, circle[0]])}"
    else:
        what = f"version {version} waits for {circle[0]}, which requires itself in the end"
    return Problem(
        what,
        path=migration.path,
        version=version,
        next_step="Take one of the requirements out.",
    )


def _circle_from(version: str, stuck: Mapping[str, set[str]]) -> list[str]:
    """The circle that is reached by following what a version waits for."""
    path: list[str] = []
    while version not in path:
        path.append(version)
        version = min(stuck[version])
    return path[path.index(version) :]


def _merged(order: list[str], stuck: Iterable[str]) -> list[str]:
    """Versions that never may come next stand before the first later version of the others."""
    merged = list(order)
    for version in stuck:
        later = (index for index, other in enumerate(merged) if other > version)
        merged.insert(next(later, len(merged)), version)
    return merged
