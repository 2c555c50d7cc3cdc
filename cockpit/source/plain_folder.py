"""Migrations in a folder that no git knows: no history, no tags, nothing committed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from cockpit.errors import SourceError
from cockpit.model.queue import Branch
from cockpit.model.revision import FileChange, Revision, SourceFile, Tag
from cockpit.source.folder import normal
from cockpit.source.worktree import DiskFiles


@dataclass(frozen=True, slots=True)
class PlainFolder:
    """A `Repository` without git."""

    root: Path
    _disk: DiskFiles = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_disk", DiskFiles(self.root, "sha1"))

    @property
    def is_shallow(self) -> bool:
        """There is no history that could be cut."""
        return False

    def revision(self, ref: str | None) -> Revision:
        """The files as they are; no ref can be named."""
        if ref is not None:
            self._refuse(f"{ref} cannot be looked at")
        return Revision(asked=None, commit=None, worktree=True)

    def files(
        self, folder: str, revision: Revision, *, recursive: bool = False
    ) -> tuple[SourceFile, ...]:
        """The files on the disk, all of them uncommitted."""
        return self._disk.files(normal(folder), {}, recursive=recursive)

    def file_at(self, commit: str, path: str) -> SourceFile | None:
        """There are no commits."""
        self._refuse(f"commit {commit} cannot be read")

    def text_at(self, commit: str, path: str) -> str | None:
        """There are no commits."""
        self._refuse(f"commit {commit} cannot be read")

    def paths_at(self, commit: str, folder: str, *, recursive: bool = False) -> tuple[str, ...]:
        """There are no commits."""
        self._refuse(f"commit {commit} cannot be read")

    def blobs_at(self, commit: str, folder: str, *, recursive: bool = False) -> dict[str, str]:
        """There are no commits."""
        self._refuse(f"commit {commit} cannot be read")

    def refs(self) -> dict[str, str]:
        """None."""
        return {}

    def fetch_words(self) -> str:
        """Empty: nothing is fetched here."""
        return ""

    def are_kept(self, commits: Collection[str]) -> bool:
        """There are no commits to keep."""
        return not commits

    def ancestors(self, commit: str) -> frozenset[str]:
        """There are no commits."""
        self._refuse(f"commit {commit} cannot be read")

    def tags(self) -> tuple[Tag, ...]:
        """None."""
        return ()

    def release_tags(
        self, folder: str, pattern: str = "*", *, recursive: bool = False
    ) -> tuple[tuple[Tag, tuple[str, ...]], ...]:
        """None."""
        return ()

    def changes(
        self, folder: str, *others: str, beyond: Collection[str] = ()
    ) -> tuple[FileChange, ...]:
        """None."""
        return ()

    def contents(self, blobs: Sequence[str]) -> dict[str, bytes]:
        """None."""
        return {}

    def branches(self) -> tuple[Branch, ...]:
        """None."""
        return ()

    def branch_of(self, commit: str) -> str | None:
        """None."""
        return None

    def branch_with(self, path: str) -> str | None:
        """None."""
        return None

    def is_part_of(self, commit: str, of: str) -> bool:
        """False."""
        return False

    def commit_before(self, commit: str, at: datetime) -> str | None:
        """None."""
        return None

    def commit_time(self, commit: str) -> datetime:
        """There are no commits."""
        self._refuse(f"commit {commit} cannot be read")

    def _refuse(self, what: str) -> NoReturn:
        raise SourceError(
            f"{self.root} is in no git repository, so {what}.",
            next_step="Run git init and commit the migrations, or leave --ref out.",
        )
