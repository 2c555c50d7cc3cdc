"""The git half of a look: revision, files, tool, releases, and what git remembers of a version."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from cockpit.analysis.planner import Recovered
from cockpit.deploy.kept_by_git import GitMemory
from cockpit.deploy.opening import Opening
from cockpit.deploy.past import Past
from cockpit.deploy.source_look import SourceLook
from cockpit.errors import SourceError
from cockpit.model.migration import MigrationSet
from cockpit.model.problem import Problem
from cockpit.model.revision import FileChange, Revision, SourceFile, Tag
from cockpit.source.large_files import is_pointer
from cockpit.source.repository import Repository, open_repository
from cockpit.source.worktree import paths_below
from cockpit.tools.native import Native
from cockpit.tools.protocol import Tool
from cockpit.tools.registry import (
    detect,
    folder_of,
    for_another_database,
    subfolders_of,
    tool_named,
    version_at,
)

__all__ = ["SourceLook", "SourceSide"]

_ANY = ("auto", "cockpit")
"""Settings under which files of another tool may lie here: an adopted one's."""


class SourceSide:
    """One repository and folder. Never touches the work tree, the index or a ref."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._repository: Repository | None = None
        self._folder = opening.folder
        self._looked: SourceLook | None = None
        self._read: tuple[tuple[SourceFile, ...], Tool, MigrationSet] | None = None
        self._reread: tuple[SourceLook, SourceLook] | None = None
        self._layout: tuple[tuple[SourceFile, ...], Tool | None] | None = None
        self._nested: tuple[tuple[tuple[SourceFile, ...], ...], tuple[SourceFile, ...]] | None
        self._nested = None
        self._past: Past | None = None
        self._memory: GitMemory | None = None

    @property
    def repository(self) -> Repository:
        """Opened on first use. Raises `SourceError` where there is none."""
        if self._repository is None:
            self._repository = open_repository(self._opening.repository)
        return self._repository

    @property
    def past(self) -> Past:
        """What commits and refs tell of the folder."""
        if self._past is None:
            self._past = Past(lambda: self.repository, self._opening.release_tags)
        return self._past

    @property
    def memory(self) -> GitMemory:
        """Versions that the ref does not hold."""
        if self._memory is None:
            self._memory = GitMemory(self.repository, self.past)
        return self._memory

    def look(self, ref: str | None) -> SourceLook:
        """Read the folder at the ref; None is the work tree, or HEAD of a bare repository.

        Where nothing has changed since the last time, that very look.
        """
        refs = self.repository.refs()
        revision = self.repository.revision(ref)
        folder, files = self._found(revision, refs)
        tool, migrations = self._parsed(files)
        look = SourceLook(revision, tool, folder, migrations, files, refs)
        if self._looked is not None and look.same_as(self._looked):
            return self._looked
        self._looked = look
        return look

    def read_as(self, look: SourceLook, tool: Tool) -> SourceLook:
        """The same files as another tool reads them that lays them out alike."""
        if tool == look.tool:
            return look
        known = self._reread
        if known is not None and known[0] is look and known[1].tool == tool:
            return known[1]
        same = known is not None and known[1].tool == tool and known[1].files == look.files
        migrations = known[1].migrations if known and same else tool.read(look.files)
        again = replace(look, tool=tool, migrations=migrations)
        self._reread = (look, again)
        return again

    def releases(self, look: SourceLook) -> dict[Tag, frozenset[str]]:
        """Release tags, oldest first, with the versions their files hold."""
        return self.past.releases(look)

    def recovered(self, look: SourceLook, wanted: Mapping[str, str | None]) -> dict[str, Recovered]:
        """Versions (with the commit they were applied from, if known) as git still has them."""
        found = {v: self.memory.recovered(look, v, commit) for v, commit in wanted.items()}
        return {version: kept for version, kept in found.items() if kept is not None}

    def changes(self, look: SourceLook) -> tuple[FileChange, ...]:
        """Who changed what in the folder, on all branches, newest first."""
        return self.past.changes(look)

    def _found(
        self, revision: Revision, refs: Mapping[str, str]
    ) -> tuple[str, tuple[SourceFile, ...]]:
        """The folder and its files; looked for anew where the one that was found has gone."""
        folder = self._folder or self._find_folder(revision)
        self.past.begin(folder, refs)
        try:
            return folder, self._files(folder, revision)
        except SourceError:
            if self._opening.folder:
                raise
            folder = self._find_folder(revision)
            return folder, self._files(folder, revision)

    def _files(self, folder: str, revision: Revision) -> tuple[SourceFile, ...]:
        """Those of the folder; of its subfolders too, where a tool lays its files out so."""
        flat = self.repository.files(folder, revision)
        patterns = self._subfolders(flat)
        if not patterns:
            return flat
        everything = self.repository.files(folder, revision, recursive=True)
        if self._nested is None or self._nested[0] != (flat, everything):
            nested = tuple(file for file in everything if _within(file.path, folder, patterns))
            unclear = self._opening.tool in _ANY and detect(nested) is None
            self._nested = ((flat, everything), flat if unclear else nested)
        return self._nested[1]

    def _subfolders(self, flat: tuple[SourceFile, ...]) -> tuple[str, ...]:
        """What to look into beside the folder: nothing where its own files say enough."""
        if self._opening.tool not in _ANY:
            return subfolders_of(tool_named(self._opening.tool))
        if self._layout is None or self._layout[0] != flat:
            self._layout = (flat, detect(flat))
        tool = self._layout[1]
        return subfolders_of(tool) if tool else ("*",)

    def _parsed(self, files: tuple[SourceFile, ...]) -> tuple[Tool, MigrationSet]:
        """Read anew only when a file's content, name or cleanliness has changed."""
        if self._read is None or self._read[0] != files:
            tool = self._tool(files)
            self._read = (files, tool, _with_pointers(tool, files))
        return self._read[1], self._read[2]

    def _tool(self, files: tuple[SourceFile, ...]) -> Tool:
        if self._opening.tool != "auto":
            return tool_named(self._opening.tool)
        return detect(files) or Native()

    def _find_folder(self, revision: Revision) -> str:
        """The folder with the most files that look like migrations of some tool; one that is named
        after another database comes last."""
        counts: dict[str, int] = defaultdict(int)
        for path in self._all_paths(revision):
            folder = folder_of(path)
            if folder is not None:
                counts[folder] += 1
        for folder in sorted(counts, key=lambda f: (for_another_database(f), -counts[f], f)):
            if detect(self._files(folder, revision)) is not None:
                self._folder = folder
                return folder
        raise SourceError(
            f"No folder with migrations is found {self._where(revision)}.",
            next_step="Name it with --path, or in cockpit.toml as folder.",
        )

    def _where(self, revision: Revision) -> str:
        if revision.commit is not None:
            return f"at {revision.label}"
        if revision.branch is not None:
            return f"in the work tree, and {revision.branch} has no commit yet"
        return f"in {self.repository.root}, which is in no git repository"

    def _all_paths(self, revision: Revision) -> tuple[str, ...]:
        if revision.commit is not None:
            return self.repository.paths_at(revision.commit, "", recursive=True)
        return paths_below(self.repository.root)


def _with_pointers(tool: Tool, files: tuple[SourceFile, ...]) -> MigrationSet:
    """The migrations; of a file that Git LFS has not fetched it is told what it is."""
    read = tool.read(files)
    problems = [
        Problem(
            "this is a Git LFS pointer: the migration itself is not in this clone",
            path=file.path,
            version=version_at(tool, file.path),
            next_step="Fetch it: git lfs pull",
        )
        for file in files
        if is_pointer(file.content)
    ]
    return replace(read, problems=(*read.problems, *problems)) if problems else read


def _within(path: str, folder: str, patterns: Sequence[str]) -> bool:
    """The file lies in the folder itself, or below a subfolder of such a name."""
    first, _, rest = path.removeprefix(f"{folder}/" if folder else "").partition("/")
    return not rest or any(fnmatchcase(first, pattern) for pattern in patterns)
