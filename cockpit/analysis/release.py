"""Which release a database is on: the newest tag whose migrations are all applied, none beyond."""

from collections.abc import Callable, Iterable, Mapping

from cockpit.model.release import Release
from cockpit.model.state import Standing

_WEIGHT_OF_MISSING = 3
"""One version of a release that is not there speaks louder against it than one too many."""


def release_of(
    releases: Mapping[str, frozenset[str]],
    applied: Iterable[str],
    order_key: Callable[[str], tuple[object, ...]],
) -> Release | None:
    """The tag that fits best; of equal ones the newest. `releases`: tag to versions, oldest first.

    None when there is no release, nothing is applied, or no release shares a version with it.
    """
    there = frozenset(applied)
    near = [
        (len(there - versions) + _WEIGHT_OF_MISSING * len(versions - there), -place, tag)
        for place, (tag, versions) in enumerate(releases.items())
        if versions & there
    ]
    if not near:
        return None
    tag = min(near)[2]
    versions = releases[tag]
    return Release(
        tag,
        later=tuple(sorted(there - versions, key=order_key)),
        missing=tuple(sorted(versions - there, key=order_key)),
        same_as=tuple(name for name, held in releases.items() if held == versions and name != tag),
    )


def applied_versions(standings: Iterable[Standing]) -> frozenset[str]:
    """What counts as applied: wholly in force, whatever became of its file."""
    return frozenset(standing.version for standing in standings if standing.wholly_in_force)
