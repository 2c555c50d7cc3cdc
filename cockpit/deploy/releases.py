"""Releases as this database knows their versions, and which of them it is on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cockpit.analysis.release import applied_versions, release_of
from cockpit.deploy.source_side import SourceLook, SourceSide
from cockpit.model.release import Release
from cockpit.model.revision import Tag
from cockpit.model.state import Standing
from cockpit.tools.registry import order_of

OrderKey = Callable[[str], tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class ReleasesHere:
    """Release tags, oldest first, with versions spelled as the board spells them."""

    versions: Mapping[str, frozenset[str]]
    newest: tuple[tuple[Tag, str], ...]
    """Of every release."""
    first: Mapping[str, str]
    """The oldest release that holds a version, by the version."""
    current: Release | None
    """Which one the database is on, as far as migrations tell."""


class Releases:
    """Worked out once for as long as neither git nor the board has changed."""

    def __init__(self, source: SourceSide) -> None:
        self._source = source
        self._known: tuple[dict[Tag, frozenset[str]], tuple[Standing, ...], ReleasesHere] | None
        self._known = None

    def here(self, look: SourceLook, standings: tuple[Standing, ...]) -> ReleasesHere:
        """Of this look."""
        held = self._source.releases(look)
        known = self._known
        if known is not None and known[0] is held and known[1] is standings:
            return known[2]
        key = order_of(look.tool, look.migrations)
        spelled = _spelled_as_here(held, standings, key)
        named = {tag.name: versions for tag, versions in spelled.items()}
        newest = tuple((tag, max(versions, key=key)) for tag, versions in spelled.items())
        current = release_of(named, applied_versions(standings), key)
        found = ReleasesHere(named, newest, _first(named), current)
        self._known = (held, standings, found)
        return found


def _first(releases: Mapping[str, frozenset[str]]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name, versions in releases.items():
        found |= dict.fromkeys(versions - found.keys(), name)
    return found


def _spelled_as_here(
    held: Mapping[Tag, frozenset[str]], standings: Sequence[Standing], key: OrderKey
) -> Mapping[Tag, frozenset[str]]:
    """A history with numbers says `3` where a file of the release says `00003`."""
    here = {standing.version for standing in standings}
    strange = frozenset().union(*held.values()) - here
    by_key = {key(version): version for version in here} if strange else {}
    other = {version: by_key[key(version)] for version in strange if key(version) in by_key}
    if not other:
        return held
    return {
        tag: frozenset(other.get(version, version) for version in versions)
        for tag, versions in held.items()
    }
