"""Where migrations come from: a git repository, or a plain folder."""

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cockpit.errors import SourceError
from cockpit.model.queue import Branch
from cockpit.model.revision import FileChange, Revision, SourceFile, Tag


class Repository(Protocol):
    """Reads only: the work tree, the index and every ref stay as they are.

    Folders and paths are relative to `root`, with `/`. Every method may raise `SourceError`.
    """

    @property
    def root(self) -> Path:
        """The top of the work tree; the git directory of a bare repository."""

    @property
    def is_shallow(self) -> bool:
        """Older commits were not fetched, so history ends too early."""

    def revision(self, ref: str | None) -> Revision:
        """What a ref names; without one the work tree as it is, HEAD in a bare repository."""

    def files(
        self, folder: str, revision: Revision, *, recursive: bool = False
    ) -> tuple[SourceFile, ...]:
        """The files of a folder, by path, with their content."""

    def file_at(self, commit: str, path: str) -> SourceFile | None:
        """One file as a commit has it; None when it does not."""

    def text_at(self, commit: str, path: str) -> str | None:
        """The same as text; bytes that are not UTF-8 become replacement characters."""

    def paths_at(self, commit: str, folder: str, *, recursive: bool = False) -> tuple[str, ...]:
        """The paths of a folder's files; none when the commit does not have the folder."""

    def blobs_at(self, commit: str, folder: str, *, recursive: bool = False) -> dict[str, str]:
        """The same paths with git's object ids of their content."""

    def refs(self) -> dict[str, str]:
        """Every ref and HEAD by name, with its object. What was derived from git's past holds as
        long as this is the same."""

    def fetch_words(self) -> str:
        """The command that brings what this clone leaves out; empty where it leaves nothing out."""

    def are_kept(self, commits: Collection[str]) -> bool:
        """Whether some ref still leads to every one of these commits."""

    def ancestors(self, commit: str) -> frozenset[str]:
        """The commit itself and all that it stands on, as far as they are here."""

    def tags(self) -> tuple[Tag, ...]:
        """Every tag that leads to a commit, oldest first."""

    def release_tags(
        self, folder: str, pattern: str = "*", *, recursive: bool = False
    ) -> tuple[tuple[Tag, tuple[str, ...]], ...]:
        """Tags by a shell pattern with the paths of the folder's files at each, oldest first.

        Tags whose commit does not have the folder are left out.
        """

    def changes(
        self, folder: str, *others: str, beyond: Collection[str] = ()
    ) -> tuple[FileChange, ...]:
        """Every change to files of these folders on every branch and tag, newest first.

        A name with a `*` is a pattern for whole paths. What `beyond` leads to is left out.
        """

    def contents(self, blobs: Sequence[str]) -> dict[str, bytes]:
        """The content of blobs by their id; those that this clone lacks are left out."""

    def branches(self) -> tuple[Branch, ...]:
        """Local branches, and those of remotes that no local one equals; newest commit first."""

    def branch_of(self, commit: str) -> str | None:
        """A branch that holds the commit, the checked-out one if it does."""

    def branch_with(self, path: str) -> str | None:
        """A branch whose newest commit has the file, the checked-out one if it does."""

    def is_part_of(self, commit: str, of: str) -> bool:
        """Whether the commit is in the history that ends at `of`; False when it is not here."""

    def commit_before(self, commit: str, at: datetime) -> str | None:
        """What the main line that ends at the commit was at that time; None before it began."""

    def commit_time(self, commit: str) -> datetime:
        """The committer's time, UTC."""


def open_repository(path: Path) -> Repository:
    """The repository that a folder lies in; the folder itself where there is no git.

    Linked worktrees, submodules and bare repositories are opened as what they are.
    """
    if not path.is_dir():
        raise SourceError(
            f"There is no folder {path}.", next_step="Name the repository with --repo."
        )
    from cockpit.source.git_repository import find_git_repository
    from cockpit.source.plain_folder import PlainFolder

    return find_git_repository(path.resolve()) or PlainFolder(path.resolve())
