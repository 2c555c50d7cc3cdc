"""The git half of a look: revision, files, tool, releases, and what git remembers of a version."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from cockpit.analysis.planner import Recovered
from cockpit.deploy.opening import Opening
from cockpit.errors import SourceError
from cockpit.model.migration import MigrationSet
from cockpit.model.revision import FileChange, Revision, SourceFile, Tag
from cockpit.source.repository import Repository, open_repository
from cockpit.tools.native import Native
from cockpit.tools.protocol import Tool
from cockpit.tools.registry import (
    detect,
    folder_of,
    holds_many,
    same_version,
    subfolders_of,
    tool_named,
    version_at,
)

_ANY = ("auto", "cockpit")
"""Settings under which files of another tool may lie here: an adopted one's."""


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
        files = self._files(folder, revision)
        tool, migrations = self._parsed(files)
        return SourceLook(revision, tool, folder, migrations, files)

    def read_as(self, look: SourceLook, tool: Tool) -> SourceLook:
        """The same files as another tool reads them that lays them out alike."""
        if tool == look.tool:
            return look
        key = (tool.name, *((file.path, file.blob, file.uncommitted) for file in look.files))
        if self._reread is None or self._reread[0] != key:
            self._reread = (key, tool.read(look.files))
        return replace(look, tool=tool, migrations=self._reread[1])

    def releases(self, look: SourceLook) -> dict[Tag, frozenset[str]]:
        """Release tags, oldest first, with the versions their files hold."""
        tags = self.repository.tags()
        if self._releases is None or self._releases[0] != (look.folder, tags):
            found = {tag: _versions(look.tool, paths) for tag, paths in self._release_paths(look)}
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

    def _files(self, folder: str, revision: Revision) -> tuple[SourceFile, ...]:
        """Those of the folder; of its subfolders too, where a tool lays its files out so."""
        flat = self.repository.files(folder, revision)
        patterns = self._subfolders(flat)
        if not patterns:
            return flat
        everything = self.repository.files(folder, revision, recursive=True)
        nested = tuple(file for file in everything if _within(file.path, folder, patterns))
        if self._opening.tool in _ANY and detect(nested) is None:
            return flat
        return nested

    def _subfolders(self, flat: tuple[SourceFile, ...]) -> tuple[str, ...]:
        """What to look into beside the folder: nothing where its own files say enough."""
        if self._opening.tool not in _ANY:
            return subfolders_of(tool_named(self._opening.tool))
        tool = detect(flat)
        return subfolders_of(tool) if tool else ("*",)

    def _release_paths(self, look: SourceLook) -> Iterable[tuple[Tag, tuple[str, ...]]]:
        if not subfolders_of(look.tool):
            return self.repository.release_tags(look.folder, self._opening.release_tags)
        tags = (
            t for t in self.repository.tags() if fnmatchcase(t.name, self._opening.release_tags)
        )
        found = ((t, self.repository.paths_at(t.commit, look.folder, recursive=True)) for t in tags)
        return [(tag, paths) for tag, paths in found if paths]

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
            folder = folder_of(path)
            if folder is not None:
                counts[folder] += 1
        for folder in sorted(counts, key=lambda f: (-counts[f], f)):
            if detect(self._files(folder, revision)) is not None:
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
            files = self._files(look.folder, self.repository.revision(commit))
        except SourceError:
            # A shallow clone or a rewritten history: the commit is not here.
            return None
        mine = _of_version(files, look.tool, version)
        migration = look.tool.read(mine).find(version)
        return Recovered(migration, commit) if migration else None

    def _last_seen(self, look: SourceLook, version: str) -> Recovered | None:
        for change in self.changes(look):
            if holds_many(look.tool) and (found := self._from_commit(look, version, change.commit)):
                return found
            spelled = version_at(look.tool, change.path)
            if change.status != "D" and spelled and same_version(look.tool, spelled, version):
                return self._from_commit(look, spelled, change.commit)
        return None


def _versions(tool: Tool, paths: Iterable[str]) -> frozenset[str]:
    return frozenset(version for path in paths if (version := version_at(tool, path)))


def _of_version(files: Iterable[SourceFile], tool: Tool, version: str) -> tuple[SourceFile, ...]:
    """Files whose names begin with the version: both sides of tools that split them.

    All files of a tool with subfolders, where names say less than the folder they lie in.
    """
    if subfolders_of(tool) or holds_many(tool):
        return tuple(files)
    return tuple(file for file in files if file.name.startswith(version))


def _within(path: str, folder: str, patterns: Sequence[str]) -> bool:
    """The file lies in the folder itself, or below a subfolder of such a name."""
    first, _, rest = path.removeprefix(f"{folder}/" if folder else "").partition("/")
    return not rest or any(fnmatchcase(first, pattern) for pattern in patterns)
