"""A git repository: bare or with a work tree, linked, shallow or a submodule."""

import configparser
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path

from cockpit.errors import SourceError
from cockpit.model.queue import Branch
from cockpit.model.revision import FileChange, Revision, SourceFile, Tag
from cockpit.source import refs
from cockpit.source.changes import file_changes
from cockpit.source.commit_files import committed_blobs, committed_files
from cockpit.source.folder import find_folder, joined, normal, paths_below
from cockpit.source.git_process import GitProcess, git_python
from cockpit.source.large_files import is_pointer, pointed_at
from cockpit.source.newest import Newest
from cockpit.source.objects import ids_of, read_objects
from cockpit.source.worktree import DiskFiles, blob_id

_FEW = 8
"""From so many questions on, a whole history is read to answer the others."""


@dataclass(frozen=True, slots=True)
class GitRepository:
    """A `Repository` with git behind it. Starts a process a question, keeps none.

    What a commit holds never changes, so the newest answers about commits are remembered.
    """

    root: Path
    bare: bool
    shallow_file: Path
    """Where git writes down which commits' parents were not fetched."""
    algorithm: str
    """`sha1` or `sha256`: what object ids are made with."""
    git: GitProcess
    disk: DiskFiles
    _asked: dict[str, int] = field(default_factory=dict, repr=False, compare=False)
    """How often it was asked whether something is part of a commit's history."""
    _committed: Newest[dict[str, str]] = field(default_factory=Newest, repr=False, compare=False)
    _lines: Newest[tuple[tuple[str, datetime], ...]] = field(
        default_factory=Newest, repr=False, compare=False
    )
    _ancestors: Newest[frozenset[str]] = field(default_factory=Newest, repr=False, compare=False)
    _files: Newest[tuple[SourceFile, ...]] = field(
        default_factory=Newest, repr=False, compare=False
    )

    @property
    def is_shallow(self) -> bool:
        """Older commits were not fetched, by now."""
        return self.shallow_file.is_file()

    def revision(self, ref: str | None) -> Revision:
        """A commit, or the work tree on top of HEAD when no ref is asked for."""
        if ref is not None:
            commit = refs.commit_of(self.git, ref, shallow=self.is_shallow)
            return Revision(asked=ref, commit=commit, worktree=False)
        return Revision(
            asked=None,
            commit=refs.head_commit(self.git),
            worktree=not self.bare,
            branch=refs.head_branch(self.git),
        )

    def files(
        self, folder: str, revision: Revision, *, recursive: bool = False
    ) -> tuple[SourceFile, ...]:
        """From the disk for a work tree, else out of the commit."""
        if revision.worktree:
            return self._files_on_disk(normal(folder), revision.commit, recursive=recursive)
        if revision.commit is None:
            return ()
        key = (revision.commit, folder, recursive)
        return self._files.get(key, lambda: self._committed_files(folder, revision, recursive))

    def _committed_files(
        self, folder: str, revision: Revision, recursive: bool
    ) -> tuple[SourceFile, ...]:
        found = find_folder(self.git, revision.commit or "", folder)
        if found is None:
            raise self._no_folder(folder, revision)
        files = committed_files(self.git, found, recursive=recursive)
        return tuple(self._whole(file) for file in files)

    def _whole(self, file: SourceFile) -> SourceFile:
        if not is_pointer(file.content):
            return file
        return replace(file, content=pointed_at(file.content, self.shallow_file.parent))

    def _files_on_disk(
        self, folder: str, commit: str | None, *, recursive: bool
    ) -> tuple[SourceFile, ...]:
        real = self._real_folder(folder)
        committed = self.blobs_at(commit, real, recursive=recursive) if commit else {}
        return self.disk.files(real, committed, recursive=recursive)

    def _real_folder(self, folder: str) -> str:
        """Where a linked folder really is, as commits name it; unchanged when that is outside."""
        real = (self.root / folder).resolve()
        if not real.is_relative_to(self.root):
            return folder
        return normal(real.relative_to(self.root).as_posix())

    def _no_folder(self, folder: str, revision: Revision) -> SourceError:
        return SourceError(
            f"There is no folder {normal(folder) or '.'} at {revision.label}.",
            next_step="Name the folder of the migrations relative to the repository's root.",
        )

    def file_at(self, commit: str, path: str) -> SourceFile | None:
        """A link counts as the file that it points at."""
        [found] = read_objects(self.git, [f"{commit}:{normal(path)}"], follow=True)
        if found is None or found.kind != "blob":
            return None
        return self._whole(SourceFile(normal(path), found.id, found.content))

    def text_at(self, commit: str, path: str) -> str | None:
        """Without a byte order mark."""
        found = self.file_at(commit, path)
        return found.content.decode("utf-8-sig", errors="replace") if found else None

    def paths_at(self, commit: str, folder: str, *, recursive: bool = False) -> tuple[str, ...]:
        """By path."""
        return tuple(self.blobs_at(commit, folder, recursive=recursive))

    def blobs_at(self, commit: str, folder: str, *, recursive: bool = False) -> dict[str, str]:
        """By path; remembered for the commits that were asked for last."""
        return self._committed.get(
            (commit, folder, recursive), lambda: self._blobs(commit, folder, recursive)
        )

    def _blobs(self, commit: str, folder: str, recursive: bool) -> dict[str, str]:
        found = find_folder(self.git, commit, folder)
        return committed_blobs(self.git, found, recursive=recursive) if found else {}

    def tags(self) -> tuple[Tag, ...]:
        """By the time of their commits."""
        return refs.tags(self.git)

    def release_tags(
        self, folder: str, pattern: str = "*", *, recursive: bool = False
    ) -> tuple[tuple[Tag, tuple[str, ...]], ...]:
        """A few processes for any number of tags, unless the folder is a link."""
        path = normal(folder)
        tags = [tag for tag in self.tags() if fnmatchcase(tag.name, pattern)]
        trees = ids_of(self.git, [f"{tag.commit}:{path}" for tag in tags], "tree")
        distinct = list(dict.fromkeys(tree for tree in trees if tree))
        names = paths_below(self.git, distinct, recursive=recursive)
        held = {
            tree: tuple(joined(path, name) for name in below)
            for tree, below in zip(distinct, names, strict=True)
        }
        found = [
            (tag, held[tree] if tree else self.paths_at(tag.commit, path, recursive=recursive))
            for tag, tree in zip(tags, trees, strict=True)
        ]
        return tuple((tag, paths) for tag, paths in found if paths)

    def refs(self) -> dict[str, str]:
        """One process. Where history is cut off is part of it, as `shallow`."""
        found = refs.all_refs(self.git)
        if self.is_shallow:
            found["shallow"] = blob_id(self.shallow_file.read_bytes())
        return found

    def fetch_words(self) -> str:
        """One process."""
        return refs.fetch_words(self.git, shallow=self.is_shallow)

    def are_kept(self, commits: Collection[str]) -> bool:
        """One process."""
        return refs.are_kept(self.git, commits)

    def ancestors(self, commit: str) -> frozenset[str]:
        """One process, remembered."""
        return self._ancestors.get(commit, lambda: refs.ancestors(self.git, commit))

    def changes(
        self, folder: str, *others: str, beyond: Collection[str] = ()
    ) -> tuple[FileChange, ...]:
        """One process. A linked folder's changes are those of the folder it points at now."""
        commit = refs.head_commit(self.git)
        found = find_folder(self.git, commit, folder) if commit and "*" not in folder else None
        first = found.path if found else folder if "*" in folder else normal(folder)
        return file_changes(self.git, (first, *others), beyond)

    def contents(self, blobs: Sequence[str]) -> dict[str, bytes]:
        """One process."""
        found = read_objects(self.git, blobs)
        place = self.shallow_file.parent
        return {blob.id: pointed_at(blob.content, place) for blob in found if blob is not None}

    def branches(self) -> tuple[Branch, ...]:
        """One process."""
        return refs.branches(self.git)

    def branch_of(self, commit: str) -> str | None:
        """Local branches first."""
        return refs.branch_of(self.git, commit)

    def branch_with(self, path: str) -> str | None:
        """Local branches first."""
        return refs.branch_with(self.git, normal(path))

    def is_part_of(self, commit: str, of: str) -> bool:
        """One process; for many commits of one history, one for all of them."""
        self._asked[of] = self._asked.get(of, 0) + 1
        if self._asked[of] > _FEW and len(commit) == len(of):
            return commit in self.ancestors(of)
        return refs.is_part_of(self.git, commit, of)

    def commit_before(self, commit: str, at: datetime) -> str | None:
        """First parents only: a branch counts from its merge on. One process a commit."""
        line = self._lines.get(commit, lambda: refs.first_parents(self.git, commit))
        return next((one for one, committed in line if committed <= at), None)

    def commit_time(self, commit: str) -> datetime:
        """The committer's."""
        return refs.commit_time(self.git, commit)


def find_git_repository(path: Path) -> GitRepository | None:
    """The repository around an existing folder; None when there is none."""
    git_dir = _git_dir(path)
    if git_dir is None:
        return None
    # A hook's GIT_DIR would send every process to another repository than the one asked for.
    environment = {"GIT_DIR": str(git_dir)} if "GIT_DIR" in os.environ else {}
    git = GitProcess(path, environment)
    asked = ("--show-object-format", "--git-path", "shallow")
    algorithm, _, shallow = (
        git.run("rev-parse", *asked).decode("utf-8", "surrogateescape").partition("\n")
    )
    top = _top(git, git_dir)
    return GitRepository(
        root=top or git_dir,
        bare=top is None,
        shallow_file=path / shallow.removesuffix("\n"),
        algorithm=algorithm,
        git=GitProcess(top or git_dir, environment),
        disk=DiskFiles(top or git_dir, algorithm),
    )


def _git_dir(path: Path) -> Path | None:
    library = git_python()
    try:
        found = library.Repo(path, search_parent_directories=True, expand_vars=False)
    except library.InvalidGitRepositoryError:
        lost = [p / ".git" for p in (path, *path.parents) if (p / ".git").is_file()]
        if lost:
            raise _lost(lost[0]) from None
        return None
    except configparser.Error as error:
        raise SourceError(f"The git configuration of {path} cannot be read.") from error
    return Path(found.git_dir).resolve()


def _lost(pointer: Path) -> SourceError:
    return SourceError(
        f"{pointer} points at a repository that is not there.",
        next_step="A linked worktree is mended by: git worktree repair, in the main work tree.",
    )


def _top(git: GitProcess, git_dir: Path) -> Path | None:
    """The work tree's top; None for a bare repository."""
    answer = git.ask("rev-parse", "--show-toplevel")
    if answer.status == 0:
        return Path(os.fsdecode(answer.output.removesuffix(b"\n"))).resolve()
    return git_dir.parent if git_dir.name == ".git" else None
