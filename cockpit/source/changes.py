"""Who changed the files of a folder, on every branch, out of one `git log`."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime

from cockpit.model.revision import FileChange
from cockpit.source.git_process import GitProcess

_START = "\x01"
_FORMAT = "--format=%x01%H%x00%an%x00%ct%x00%s"
_OPTIONS = (
    "--full-history", "-c", "--raw", "--no-renames", "--no-abbrev", "-z",
    "--encoding=UTF-8", "--no-color", "--no-show-signature", "--no-ext-diff",
)  # fmt: skip
_EVERYWHERE = ("--exclude=refs/stash", "--exclude=refs/notes/*", "--all")
"""What somebody has put aside is on no branch."""


def file_changes(
    git: GitProcess, folders: Sequence[str], beyond: Collection[str] = ()
) -> tuple[FileChange, ...]:
    """Every change under these folders, newest first, side branches included.

    A merge counts only where its result is neither parent's file. What the commits `beyond` hold
    is left out. A pattern with a `*` is matched against whole paths.
    """
    known = "".join(f"^{commit}\n" for commit in beyond).encode()
    output = git.run(
        "log", *_EVERYWHERE, "--stdin", *_OPTIONS, _FORMAT, "--", *map(_pathspec, folders),
        stdin=known,
    )  # fmt: skip
    return tuple(_changes(output.decode(errors="surrogateescape")))


def _pathspec(folder: str) -> str:
    if "*" in folder:
        return f":(top,glob){folder}"
    return f":(top,literal){folder}" if folder else ":(top)"


def _changes(output: str) -> Iterator[FileChange]:
    """Fields end with NUL. A commit begins with \\x01, each of its files with a colon."""
    fields = iter(output.split("\0"))
    commit = author = subject = ""
    at = datetime.fromtimestamp(0, UTC)
    for field in fields:
        text = field.lstrip("\n")
        if text.startswith(_START):
            commit, author = text[1:], next(fields)
            at = datetime.fromtimestamp(int(next(fields)), UTC)
            subject = next(fields)
        elif text.startswith(":"):
            yield _change(text, next(fields), commit, author, at, subject)


def _change(
    raw: str, path: str, commit: str, author: str, at: datetime, subject: str
) -> FileChange:
    """`:100644 100644 <id> <id> M`; a merge has a colon, a mode and an id for every parent."""
    parents = len(raw) - len(raw.lstrip(":"))
    words = raw.lstrip(":").split(" ")
    before, after = words[parents + 1], words[2 * parents + 1]
    removed, added = not after.strip("0"), not before.strip("0")
    return FileChange(
        commit=commit,
        author=author,
        at=at,
        subject=subject,
        path=path,
        status="D" if removed else "A" if added else "M",
        blob=None if removed else after,
        previous_blob=None if added else before,
    )
