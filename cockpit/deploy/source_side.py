"""The git half of a look: revision, files, tool, releases, and what git remembers of a version."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from cockpit.analysis.planner import Recovered
from cockpit.deploy.opening import Opening
from cockpit.errors import SourceError
from cockpit.model.migration import MigrationSet
from cockpit.model.revision import FileChange, Revision, SourceFile, Tag
from cockpit.source.repository import Repository, open_repository
from cockpit.tools.native import Native
from cockpit.tools.protocol import Tool
from cockpit.tools.registry import TOOLS, detect, tool_named


@dataclass(frozen=True, slots=True)
class SourceLook:
    """Everything one look at git gives."""

    revision: Revision
    tool: Tool
    folder: str
    migrations: MigrationSet
    files: tuple[SourceFile, ...] = ()


class SourceSide:
    """One repository and folder. Never touches the work tree, the index or a ref."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._repository: Repository | None = None
        self._folder = opening.folder
        self._read: tuple[tuple[tuple[str, str, bool], ...], Tool, MigrationSet] | None = None
        self._reread: tuple[tuple[object, ...], MigrationSet] | None = None
        self._releases: tuple[tuple[str, tuple[Tag, ...]], dict[Tag, frozenset[str]]] | None = None
        self._changes: tuple[tuple[Tag, ...], str | None, tuple[FileChange, ...]] | None = None

    @property
    def repository(self) -> Repository:
        """Opened on first use. Raises `SourceError` where there is none."""
        if self._repository is None:
            self._repository = open_repository(self._opening.repository)
        return self._repository

    def look(self, ref: str | None) -> SourceLook:
        """Read the folder at the ref; None is the work tree, or HEAD of a bare repository."""
        revision = self.repository.revision(ref)
        folder = self._folder or self._find_folder(revision)
        files = self.repository.files(folder, revision)
        tool, migrations = self._parsed(files)
        return SourceLook(revision, tool, folder, migrations, files)

    def read_as(self, look: SourceLook, tool: Tool) -> SourceLook:
        """The same files as another tool reads them that lays them out alike."""
        if tool.name == look.tool.name:
            return look
        key = (tool.name, *((file.path, file.blob, file.uncommitted) for file in look.files))
        if self._reread is None or self._reread[0] != key:
            self._reread = (key, tool.read(look.files))
        return replace(look, tool=tool, migrations=self._reread[1])

    def releases(self, look: SourceLook) -> dict[Tag, frozenset[str]]:
        """Release tags, oldest first, with the versions their files hold."""
        tags = self.repository.tags()
        if self._releases is None or self._releases[0] != (look.folder, tags):
            found = {
                tag: _versions(look.tool, paths)
                for tag, paths in self.repository.release_tags(
                    look.folder, self._opening.release_tags
                )
            }
            self._releases = ((look.folder, tags), found)
        return self._releases[1]

    def recovered(self, look: SourceLook, wanted: Mapping[str, str | None]) -> dict[str, Recovered]:
        """Versions (with the commit they were applied from, if known) as git still has them.

        From that commit, else from the last commit on any branch that held the version.
        """
        found = {}
        for version, commit in wanted.items():
            recovered = self._from_commit(look, version, commit) if commit else None
            recovered = recovered or self._last_seen(look, version)
            if recovered is not None:
                found[version] = recovered
        return found

    def changes(self, look: SourceLook) -> tuple[FileChange, ...]:
        """Who changed what in the folder, on all branches, newest first; cached until refs move."""
        tags, commit = self.repository.tags(), look.revision.commit
        if self._changes is None or self._changes[:2] != (tags, commit):
            self._changes = (tags, commit, self.repository.changes(look.folder))
        return self._changes[2]

    def _parsed(self, files: tuple[SourceFile, ...]) -> tuple[Tool, MigrationSet]:
        """Read anew only when a file's content, name or cleanliness has changed."""
        key = tuple((file.path, file.blob, file.uncommitted) for file in files)
        if self._read is None or self._read[0] != key:
            tool = self._tool(files)
            self._read = (key, tool, tool.read(files))
        return self._read[1], self._read[2]

    def _tool(self, files: tuple[SourceFile, ...]) -> Tool:
        if self._opening.tool != "auto":
            return tool_named(self._opening.tool)
        return detect(files) or Native()

    def _find_folder(self, revision: Revision) -> str:
        """The folder with the most files that look like migrations of some tool."""
        counts: dict[str, int] = defaultdict(int)
        for path in self._all_paths(revision):
            folder, _, name = path.rpartition("/")
            if any(tool.version_of(name) for tool in TOOLS):
                counts[folder] += 1
        for folder in sorted(counts, key=lambda f: (-counts[f], f)):
            if detect(self.repository.files(folder, revision)) is not None:
                self._folder = folder
                return folder
        raise SourceError(
            f"No folder with migrations is found at {revision.label}.",
            next_step="Name it with --path, or in cockpit.toml as folder.",
        )

    def _all_paths(self, revision: Revision) -> tuple[str, ...]:
        if revision.commit is not None:
            return self.repository.paths_at(revision.commit, "", recursive=True)
        return tuple(f.path for f in self.repository.files("", revision, recursive=True))

    def _from_commit(self, look: SourceLook, version: str, commit: str) -> Recovered | None:
        try:
            files = self.repository.files(look.folder, self.repository.revision(commit))
        except SourceError:
            # A shallow clone or a rewritten history: the commit is not here.
            return None
        mine = _of_version(files, look.tool, version)
        migration = look.tool.read(mine).find(version)
        return Recovered(migration, commit) if migration else None

    def _last_seen(self, look: SourceLook, version: str) -> Recovered | None:
        for change in self.changes(look):
            name = change.path.rpartition("/")[2]
            if change.status != "D" and look.tool.version_of(name) == version:
                return self._from_commit(look, version, change.commit)
        return None


def _versions(tool: Tool, paths: Iterable[str]) -> frozenset[str]:
    names = (path.rpartition("/")[2] for path in paths)
    return frozenset(version for name in names if (version := tool.version_of(name)))


def _of_version(files: Iterable[SourceFile], tool: Tool, version: str) -> tuple[SourceFile, ...]:
    """Files whose names begin with the version: both sides of tools that split them."""
    return tuple(file for file in files if file.name.startswith(version))
