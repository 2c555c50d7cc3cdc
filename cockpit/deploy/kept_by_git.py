"""Migrations as git still has them, read one by one when a plan asks for them."""

from collections.abc import Iterator, Mapping

from cockpit.analysis.planner import Recovered
from cockpit.deploy.source_side import SourceLook, SourceSide
from cockpit.errors import SourceError


class KeptByGit(Mapping[str, Recovered]):
    """Version to what git kept of it, from the commit it was applied from where that is known.

    Asking may start git; a version that git does not have is not in the mapping.
    """

    def __init__(
        self, source: SourceSide, look: SourceLook, wanted: Mapping[str, str | None]
    ) -> None:
        self._source, self._look, self._wanted = source, look, wanted
        self._known: dict[str, Recovered | None] = {}

    def __getitem__(self, version: str) -> Recovered:
        if version not in self._known:
            self._known[version] = self._read(version)
        found = self._known[version]
        if found is None:
            raise KeyError(version)
        return found

    def __iter__(self) -> Iterator[str]:
        return (version for version in self._wanted if self.get(version) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _read(self, version: str) -> Recovered | None:
        if version not in self._wanted:
            return None
        try:
            asked = {version: self._wanted[version]}
            return self._source.recovered(self._look, asked).get(version)
        except SourceError:
            # Without its past git keeps nothing; the ledger and the files may.
            return None
