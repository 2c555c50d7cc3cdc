"""The files of a folder as they lie on the disk, uncommitted edits included."""

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import is_
from pathlib import Path

from cockpit.errors import SourceError
from cockpit.model.revision import SourceFile
from cockpit.source.folder import joined
from cockpit.source.large_files import pointer_to

_SETTLED_NS = 2_000_000_000
"""File systems tell time in steps: a file this young may be written again within the same step."""

_MOST_FILES = 100_000
"""More than these below one folder are no project: a home, or a whole disk."""

_Stamp = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """A file as it was read, with what the file system said of it before."""

    stamp: _Stamp
    settled: bool
    """It was old enough by then for any later write to change the stamp."""
    committed: str | None
    file: SourceFile


@dataclass(frozen=True, slots=True)
class DiskFiles:
    """Reads folders below a root, and reads again only what was written since the last time."""

    root: Path
    algorithm: str
    """`sha1` or `sha256`: what blob ids are made with."""
    now: Callable[[], int] = time.time_ns
    """Nanoseconds, as files are stamped."""
    _known: dict[str, _Read] = field(default_factory=dict, compare=False, repr=False)
    _last: dict[str, tuple[SourceFile, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def files(
        self, folder: str, committed: Mapping[str, str], *, recursive: bool
    ) -> tuple[SourceFile, ...]:
        """Every file, by path; `committed` are HEAD's blob ids by path.

        Content that git would store as HEAD has it is not an edit, and git may check files out
        with other line endings than it stores. Ignored and untracked files count: they are there,
        and a tool that reads this folder would run them. Where nothing has changed, the very
        tuple of the last call.
        """
        listed = sorted(_stamps(self.root, folder, recursive=recursive))
        found = tuple(self._file(path, stamp, committed.get(path)) for path, stamp in listed)
        place = f"{folder}/**" if recursive else folder
        last = self._last.get(place, ())
        if len(last) == len(found) and all(map(is_, last, found)):
            return last
        self._last[place] = found
        return found

    def _file(self, path: str, stamp: _Stamp, committed: str | None) -> SourceFile:
        known = self._known.get(path)
        if known and known.settled and known.stamp == stamp and known.committed == committed:
            return known.file
        at = self.now()
        content = _content(self.root, path)
        settled = max(stamp[:2]) + _SETTLED_NS < at
        if known and known.file.content == content and known.committed == committed:
            file = known.file
        else:
            file = _compared(path, content, committed, self.algorithm)
        self._known[path] = _Read(stamp, settled, committed, file)
        return file


def _content(root: Path, path: str) -> bytes:
    try:
        with open(os.path.join(root, path), "rb") as file:
            return file.read()
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from error


def _compared(path: str, content: bytes, committed: str | None, algorithm: str) -> SourceFile:
    blob = blob_id(content, algorithm)
    if blob != committed and b"\r\n" in content:
        stored = blob_id(content.replace(b"\r\n", b"\n"), algorithm)
        blob = stored if stored == committed else blob
    if committed is not None and blob != committed:
        pointer = blob_id(pointer_to(content), algorithm)
        blob = pointer if pointer == committed else blob
    return SourceFile(path, blob, content, uncommitted=blob != committed)


def _stamps(root: Path, folder: str, *, recursive: bool) -> Iterator[tuple[str, _Stamp]]:
    """Every file with what tells that it was written: times, size, identity."""
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
        if _is_file(entry, path):
            stamp = _stamp(entry)
            if stamp is not None:
                yield path, stamp
        elif recursive and entry.name != ".git" and entry.is_dir(follow_symlinks=False):
            yield from _stamps(root, path, recursive=True)


def _is_file(entry: os.DirEntry[str], path: str) -> bool:
    try:
        return entry.is_file()
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from error


def _stamp(entry: os.DirEntry[str]) -> _Stamp | None:
    """None for a file that was removed a moment ago."""
    try:
        stat = os.stat(entry.path)
    except FileNotFoundError:
        return None
    return (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino, stat.st_dev)


def paths_below(root: Path) -> tuple[str, ...]:
    """The files below a folder as far as they may be listed, by path from it; none is read.

    Raises `SourceError` when there are too many for a project.
    """
    found: list[str] = []
    for folder, below, names in os.walk(root):
        below[:] = sorted(name for name in below if name != ".git")
        inside = os.path.relpath(folder, root)
        found += [name if inside == "." else f"{inside}/{name}" for name in names]
        if len(found) > _MOST_FILES:
            raise SourceError(
                f"More than {_MOST_FILES:,} files lie below {root}: no migrations are looked for "
                "there.",
                next_step="Name their folder with --path, or go to the project.",
            )
    return tuple(sorted(found))


def blob_id(content: bytes, algorithm: str = "sha1") -> str:
    """The id that git gives to a blob of this content, by `sha1` or `sha256`."""
    return hashlib.new(
        algorithm, b"blob %d\0" % len(content) + content, usedforsecurity=False
    ).hexdigest()
