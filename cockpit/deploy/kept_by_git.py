"""Migrations as git still has them, read one by one when a plan asks for them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from cockpit.analysis.planner import Recovered
from cockpit.deploy.listing import Listing
from cockpit.deploy.past import Past
from cockpit.deploy.source_look import SourceLook
from cockpit.errors import SourceError
from cockpit.model.migration import Migration, MigrationSet
from cockpit.model.revision import FileChange, Revision, SourceFile
from cockpit.source.newest import Newest
from cockpit.source.repository import Repository
from cockpit.tools.registry import holds_many, layout_of, same_version, subfolders_of

_READ_AHEAD = 3_000
"""As many files of a commit are read with the first one that is asked for."""
_REMEMBERED = 30_000


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The migrations beside a version, in the commit that speaks for it."""

    commit: str
    name: str
    """The release, or the commit in short."""
    migrations: MigrationSet


class GitMemory:
    """Finds versions that the ref does not hold, in the commits that did."""

    def __init__(self, repository: Repository, past: Past) -> None:
        self._repository, self._past = repository, past
        self._contents: dict[str, bytes] = {}
        self._listings: Newest[Listing] = Newest()

    def recovered(self, look: SourceLook, version: str, commit: str | None) -> Recovered | None:
        """From the commit it was applied from; else as the newest release has it that holds it,
        beside the last commit on any branch; else from that one alone."""
        applied = self._at(look, version, commit) if commit else None
        if applied is not None:
            return applied
        released, last = self._released(look, version), self._last(look, version)
        if released is None or last is None:
            return released or last
        same = _ways_down(released.migration) == _ways_down(last.migration)
        return released if same else replace(released, latest=last)

    def around(self, look: SourceLook, version: str) -> Neighbours | None:
        """Where the version is the newest one: the newest such release, else the last commit that
        wrote it. What stands before it there was applied before it, as far as anybody knows."""
        key = look.tool.order_key
        for tag, held in reversed(self._past.releases(look).items()):
            if same_version(look.tool, max(held, key=key), version):
                found = self._everything(look, tag.commit)
                return Neighbours(tag.commit, tag.name, found) if found else None
        recovered = self._last(look, version)
        found = self._everything(look, recovered.commit) if recovered else None
        if recovered is None or found is None:
            return None
        return Neighbours(recovered.commit, f"commit {recovered.commit[:10]}", found)

    def _released(self, look: SourceLook, version: str) -> Recovered | None:
        tag = self._past.newest_release(look, version)
        return self._at(look, version, tag.commit) if tag else None

    def _last(self, look: SourceLook, version: str) -> Recovered | None:
        """As the main line ends with it; else as the last commit on any branch has it."""
        trunk = self._past.trunk(look)
        if trunk is not None and (found := self._at(look, version, trunk)):
            return found
        if holds_many(look.tool):
            return self._searched(look, version)
        written = [c for c in self._past.of_version(look, version) if c.status != "D"]
        if not written:
            return None
        chosen = written[0]
        if len({change.blob for change in written}) > 1:
            chosen = self._on_trunk(look, written) or chosen
        return self._latest_of(look, version, chosen) or self._at(look, version, chosen.commit)

    def _on_trunk(self, look: SourceLook, written: Iterable[FileChange]) -> FileChange | None:
        """The newest of several texts that the main line once had."""
        trunk = self._past.trunk(look)
        line = self._repository.ancestors(trunk) if trunk else frozenset[str]()
        return next((change for change in written if change.commit in line), None)

    def _latest_of(self, look: SourceLook, version: str, chosen: FileChange) -> Recovered | None:
        """With a later edit of the way down alone, which stands in a file of its own."""
        paths = set(self._paths(look, version, chosen.commit))
        for change in self._past.changes(look):
            if change.commit == chosen.commit:
                return None
            if change.path in paths and change.status != "D":
                return self._at(look, version, change.commit)
        return None

    def _searched(self, look: SourceLook, version: str) -> Recovered | None:
        """Files that hold several versions are read, newest first, until one has it."""
        for change in self._past.changes(look):
            if change.status != "D" and (found := self._at(look, version, change.commit)):
                return found
        return None

    def _at(self, look: SourceLook, version: str, commit: str) -> Recovered | None:
        try:
            files = self._read(look, commit, self._paths(look, version, commit))
        except SourceError:
            # A shallow clone or a rewritten history: the commit is not here.
            return None
        found = look.tool.read(files).migrations
        mine = (m for m in found if same_version(look.tool, m.version, version))
        return next((Recovered(migration, commit) for migration in mine), None)

    def _everything(self, look: SourceLook, commit: str) -> MigrationSet | None:
        at = Revision(asked=commit, commit=commit, worktree=False)
        nested = bool(subfolders_of(look.tool))
        for folder in self._past.folders(look):
            try:
                files = self._repository.files(folder, at, recursive=nested)
            except SourceError:
                continue
            return look.tool.read(files)
        return None

    def _paths(self, look: SourceLook, version: str, commit: str) -> dict[str, str]:
        """The version's files at that commit, with their blobs."""
        read_as = (look.tool.name, layout_of(look.tool).name)
        key = (commit, read_as, self._past.folders(look))
        return self._listings.get(key, lambda: self._listing(look, commit)).of(version)

    def _listing(self, look: SourceLook, commit: str) -> Listing:
        nested = bool(subfolders_of(look.tool))
        for folder in self._past.folders(look):
            held = self._repository.blobs_at(commit, folder, recursive=nested)
            if held:
                return Listing(look.tool, held)
        return Listing(look.tool, {})

    def _read(
        self, look: SourceLook, commit: str, paths: Mapping[str, str]
    ) -> tuple[SourceFile, ...]:
        """Their content; what else the commit has and the ref has not is read along with it."""
        if any(blob not in self._contents for blob in paths.values()):
            self._read_ahead(look, commit, paths)
        return tuple(
            SourceFile(path, blob, self._contents[blob])
            for path, blob in paths.items()
            if blob in self._contents
        )

    def _read_ahead(self, look: SourceLook, commit: str, paths: Mapping[str, str]) -> None:
        here = {blob for migration in look.migrations.migrations for blob in migration.blobs}
        nested = bool(subfolders_of(look.tool))
        ahead = [
            blob
            for folder in self._past.folders(look)
            for blob in self._repository.blobs_at(commit, folder, recursive=nested).values()
            if blob not in here and blob not in self._contents
        ]
        if len(self._contents) > _REMEMBERED:
            self._contents.clear()
        wanted = dict.fromkeys((*paths.values(), *ahead[:_READ_AHEAD]))
        self._contents |= self._repository.contents(tuple(wanted))


class KeptByGit(Mapping[str, Recovered]):
    """Version to what git kept of it, from the commit it was applied from where that is known.

    Asking may start git; a version that git does not have is not in the mapping.
    """

    def __init__(
        self, memory: GitMemory, look: SourceLook, wanted: Mapping[str, str | None]
    ) -> None:
        self._memory, self._look, self._wanted = memory, look, wanted
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
            return self._memory.recovered(self._look, version, self._wanted[version])
        except SourceError:
            # Without its past git keeps nothing; the ledger and the files may.
            return None


def _ways_down(migration: Migration) -> list[str]:
    return [phase.script.strip() for phase in migration.down]
