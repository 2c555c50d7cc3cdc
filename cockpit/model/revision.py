"""What git gives: a revision, its files, its tags, who changed what."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Revision:
    """The state of the repository that is looked at: a commit, or the work tree on top of one."""

    asked: str | None
    """The ref as the operator wrote it; None when none was given."""
    commit: str | None
    """40 hex digits; None in a repository without commits, or a folder outside git."""
    worktree: bool
    """True when files come from the work tree, uncommitted edits included."""
    branch: str | None = None
    """The checked-out branch when the work tree or HEAD is meant."""

    @property
    def label(self) -> str:
        """Short words for the top line: `main c0ffee1`, `v1.4 c0ffee1`."""
        name = self.asked or self.branch
        if self.commit is None:
            return f"{name}, no commit yet" if name else "files without git"
        short = self.commit[:7]
        return f"{name} {short}" if name and not short.startswith(name) else short


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of the migrations folder at one revision."""

    path: str
    """Relative to the repository root, with `/`."""
    blob: str
    """Git's object id of the content, also for uncommitted content."""
    content: bytes
    uncommitted: bool = False
    """The work tree's content is not what HEAD holds at this path."""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag and the commit it peels to."""

    name: str
    commit: str
    at: datetime
    """Committer's time of that commit, in UTC."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """One commit that added, changed or removed one file."""

    commit: str
    author: str
    at: datetime
    """Committer's time, UTC."""
    subject: str
    path: str
    status: str
    """`A`, `M` or `D`, as git prints them."""
    blob: str | None
    """The content after the commit; None when it was removed."""
    previous_blob: str | None = None
