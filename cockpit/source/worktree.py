"""The files of a folder as they lie on the disk, uncommitted edits included."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from cockpit.errors import SourceError
from cockpit.model.revision import SourceFile
from cockpit.source.folder import joined


def files_on_disk(
    root: Path, folder: str, committed: Mapping[str, str], *, algorithm: str, recursive: bool
) -> tuple[SourceFile, ...]:
    """Every file, by path; `committed` are HEAD's blob ids by path.

    Content that git would store as HEAD has it is not an edit, and git may check files out with
    other line endings than it stores. Ignored and untracked files count: they are there, and a
    tool that reads this folder would run them.
    """
    paths = sorted(_names(root, folder, recursive=recursive))
    return tuple(_file(root, path, committed.get(path), algorithm) for path in paths)


def _file(root: Path, path: str, committed: str | None, algorithm: str) -> SourceFile:
    try:
        with open(os.path.join(root, path), "rb") as file:
            content = file.read()
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from error
    blob = blob_id(content, algorithm)
    if blob != committed and b"\r\n" in content:
        stored = blob_id(content.replace(b"\r\n", b"\n"), algorithm)
        blob = stored if stored == committed else blob
    return SourceFile(path, blob, content, uncommitted=blob != committed)


def _names(root: Path, folder: str, *, recursive: bool) -> Iterator[str]:
    try:
        with os.scandir(root / folder) as entries:
            found = list(entries)
    except OSError as error:
        raise SourceError(
            f"The folder {folder or '.'} cannot be read: {error.strerror}.",
            next_step="Name the folder of the migrations relative to the repository's root.",
        ) from error
    for entry in found:
        path = joined(folder, entry.name)
        if entry.is_file():
            yield path
        elif recursive and entry.name != ".git" and entry.is_dir(follow_symlinks=False):
            yield from _names(root, path, recursive=True)


def blob_id(content: bytes, algorithm: str = "sha1") -> str:
    """The id that git gives to a blob of this content, by `sha1` or `sha256`."""
    return hashlib.new(
        algorithm, b"blob %d\0" % len(content) + content, usedforsecurity=False
    ).hexdigest()
