"""What git knows about versions that are not as they should be; asked once for each."""

from collections.abc import Sequence
from dataclasses import replace

from cockpit.analysis.renumbering import renumbered
from cockpit.deploy.edits import drifted, judged
from cockpit.deploy.losses import lost
from cockpit.deploy.source_side import SourceLook, SourceSide
from cockpit.errors import CockpitError
from cockpit.model.revision import FileChange
from cockpit.model.state import Standing, State
from cockpit.tools.registry import version_at

_Key = tuple[object, ...]


class Explaining:
    """Adds to a standing who did it, in which commit, on which branch, and what kind of edit."""

    def __init__(self, source: SourceSide) -> None:
        self._source = source
        self._known: dict[_Key, Standing] = {}
        self._read: tuple[FileChange, ...] | None = None
        self._sorted: tuple[tuple[FileChange, ...], dict[_Key, list[FileChange]]] | None = None

    def explained(self, look: SourceLook, standings: Sequence[Standing]) -> tuple[Standing, ...]:
        """All of them. Where git's past cannot be read the states stand, unexplained."""
        self._read = None
        told = tuple(self._explained(look, standing) for standing in standings)
        return renumbered(told)

    def _explained(self, look: SourceLook, standing: Standing) -> Standing:
        if standing.state not in (State.DRIFTED, State.MISSING, State.UNVERIFIED):
            return standing
        key = _key(look, standing)
        if key not in self._known:
            self._known[key] = self._explain(look, standing)
        return self._known[key]

    def _explain(self, look: SourceLook, standing: Standing) -> Standing:
        try:
            changes = self._of_version(look, standing.version)
            repository = self._source.repository
            match standing.state:
                case State.DRIFTED:
                    return drifted(look, repository, standing, changes)
                case State.UNVERIFIED:
                    return judged(look, repository, standing, changes)
                case _:
                    everything = self._everything(look)
                    return self._with_way_back(
                        look, lost(look, repository, standing, changes, everything)
                    )
        except CockpitError:
            # Without its past git cannot explain; the state itself stands.
            return standing

    def _everything(self, look: SourceLook) -> tuple[FileChange, ...]:
        """Every change to the folder; asked for once in a look, since asking starts git."""
        if self._read is None:
            self._read = self._source.changes(look)
        return self._read

    def _of_version(self, look: SourceLook, version: str) -> tuple[FileChange, ...]:
        """Changes to its files, under whatever name they had, newest first."""
        changes = self._everything(look)
        if self._sorted is None or self._sorted[0] is not changes:
            self._sorted = (changes, _by_version(look, changes))
        return tuple(self._sorted[1].get(look.tool.order_key(version), ()))

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


def _by_version(look: SourceLook, changes: Sequence[FileChange]) -> dict[_Key, list[FileChange]]:
    """Changes by what their version sorts as: `3` and `00003` may be one to the tool."""
    found: dict[_Key, list[FileChange]] = {}
    for change in changes:
        version = version_at(look.tool, change.path)
        if version:
            found.setdefault(look.tool.order_key(version), []).append(change)
    return found


def _key(look: SourceLook, standing: Standing) -> _Key:
    migration, record = standing.migration, standing.record
    return (
        standing.version,
        standing.state,
        look.revision.commit,
        (migration.checksum, migration.blobs) if migration else None,
        (record.checksum, record.applied_at, record.commit) if record else None,
    )
