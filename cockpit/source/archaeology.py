"""What git remembers of a migration: who edited it since, where it was seen last, what it was."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from cockpit.model.revision import FileChange
from cockpit.model.state import Trace

Checksum = Callable[[bytes], str]
ReadBlobs = Callable[[Sequence[str]], Mapping[str, bytes]]


def edits_since(
    changes: Iterable[FileChange],
    path: str,
    applied_commit: str | None,
    *,
    blob: str | None = None,
) -> Trace | None:
    """The commit that made an applied file what it is now. `changes` are newest first.

    With `blob`, the content that is looked at: the newest commit that left exactly that; None
    when no commit did, so that the edit is not committed. Without it the newest edit of the path
    counts. Edits up to `applied_commit` do not, if that commit is among the changes.
    """
    for change in changes:
        if change.commit == applied_commit:
            return None
        if change.path == path and change.blob is not None and blob in (None, change.blob):
            return trace_of(change)
    return None


def last_seen(changes: Iterable[FileChange], path: str) -> Trace | None:
    """The newest commit that holds the file and wrote it; its down script is there."""
    held = (c for c in changes if c.path == path and c.blob is not None)
    return next((trace_of(change) for change in held), None)


def applied_change(
    changes: Iterable[FileChange],
    path: str,
    checksum: str,
    *,
    checksum_of: Checksum,
    read: ReadBlobs,
) -> FileChange | None:
    """The oldest commit that gave the file the content with this checksum; None when none did.

    Every content that the path ever had is read, in one go.
    """
    mine = [change for change in changes if change.path == path and change.blob is not None]
    contents = read(tuple(dict.fromkeys(change.blob for change in mine if change.blob)))
    matching = {blob for blob, content in contents.items() if checksum_of(content) == checksum}
    return next((change for change in reversed(mine) if change.blob in matching), None)


def trace_of(change: FileChange) -> Trace:
    """A change as the board shows it; on which branch is asked for apart, it costs a process."""
    return Trace(change.commit, change.author, change.at, change.subject)
