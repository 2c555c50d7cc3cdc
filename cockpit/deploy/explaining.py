"""What git knows about versions that are not as they should be; asked once for each."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cockpit.analysis.renumbering import renumbered
from cockpit.deploy.edits import drifted, judged
from cockpit.deploy.losses import lost
from cockpit.deploy.source_side import SourceLook, SourceSide
from cockpit.errors import CockpitError
from cockpit.model.revision import FileChange
from cockpit.model.state import Standing, State

_Key = tuple[object, ...]


class Explaining:
    """Adds to a standing who did it, in which commit, on which branch, and what kind of edit."""

    def __init__(self, source: SourceSide) -> None:
        self._source = source
        self._known: dict[_Key, Standing] = {}
        self._refs: Mapping[str, str] = {}

    def explained(self, look: SourceLook, standings: Sequence[Standing]) -> tuple[Standing, ...]:
        """All of them. Where git's past cannot be read the states stand, unexplained."""
        if look.refs != self._refs:
            self._forget_missing(look.refs)
        told = tuple(self._explained(look, standing) for standing in standings)
        return renumbered(told)

    def _explained(self, look: SourceLook, standing: Standing) -> Standing:
        if standing.state not in (State.DRIFTED, State.MISSING, State.UNVERIFIED):
            return standing
        try:
            changes = self._source.past.of_version(look, standing.version)
        except CockpitError:
            # Without its past git cannot explain; the state itself stands.
            return standing
        key = _key(look, standing, changes)
        if key not in self._known:
            self._known[key] = self._explain(look, standing, changes)
        return self._known[key]

    def _forget_missing(self, refs: Mapping[str, str]) -> None:
        """Which branch had it, and whether that was merged, is another question now."""
        self._refs = refs
        self._known = {
            key: standing
            for key, standing in self._known.items()
            if standing.state is not State.MISSING
        }

    def _explain(
        self, look: SourceLook, standing: Standing, changes: Sequence[FileChange]
    ) -> Standing:
        try:
            repository = self._source.repository
            match standing.state:
                case State.DRIFTED:
                    return drifted(look, repository, standing, changes)
                case State.UNVERIFIED:
                    return judged(look, repository, standing, changes)
                case _:
                    everything = self._source.changes(look)
                    return self._with_way_back(
                        look, lost(look, repository, standing, changes, everything)
                    )
        except CockpitError:
            # Without its past git cannot explain; the state itself stands.
            return standing

    def _with_way_back(self, look: SourceLook, standing: Standing) -> Standing:
        version = standing.version
        recovered = self._source.recovered(look, {version: None}).get(version)
        if recovered is None:
            return standing
        return replace(
            standing,
            name=standing.name or recovered.migration.name,
            reversible=standing.reversible or recovered.migration.reversible,
        )


def _key(look: SourceLook, standing: Standing, changes: Sequence[FileChange]) -> _Key:
    migration, record = standing.migration, standing.record
    return (
        standing.version,
        standing.state,
        look.revision.commit,
        (migration.checksum, migration.blobs) if migration else None,
        (record.checksum, record.applied_at, record.commit) if record else None,
        (changes[0].commit, len(changes)) if changes else None,
    )
