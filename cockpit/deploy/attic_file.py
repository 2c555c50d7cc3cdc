"""The attic's files: compressed, for their owner only, proved by their hash before they count."""

import gzip
import hashlib
import io
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from cockpit.errors import CockpitError

_LEVEL = 1
"""The table may be locked meanwhile: speed counts more than size."""
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Written:
    """A file that is on the disk, whole."""

    path: Path
    rows: int
    bytes: int
    digest: str
    """SHA-256 hex of the file."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A file whose first rows are on the disk, and which more may follow."""

    path: Path
    rows: int
    bytes: int
    hash: "hashlib._Hash"
    """SHA-256 of what is there."""


def write(path: Path, blocks: Iterable[bytes], manifest: dict[str, Any]) -> Written:
    """Write the rows, and beside them as JSON what they are. Raises CockpitError.

    What was not written to its end is removed again.
    """
    return finish(begin(path, blocks), (), manifest)


def begin(path: Path, blocks: Iterable[bytes]) -> Begun:
    """Write the first rows. Raises CockpitError, and then leaves nothing."""
    with _told(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _private(path) as raw:
            return _write_rows(path, raw, Begun(path, 0, 0, hashlib.sha256()), blocks)


def finish(begun: Begun, blocks: Iterable[bytes], manifest: dict[str, Any]) -> Written:
    """Write the rest behind them, instead of any rest that was written there before, and the JSON.

    Raises CockpitError, and then leaves nothing.
    """
    with _told(begun.path):
        with begun.path.open("r+b") as raw:
            raw.truncate(begun.bytes)
            raw.seek(begun.bytes)
            whole = _write_rows(begun.path, raw, begun, blocks)
        _write_whole(_beside(whole.path), json.dumps(manifest, indent=2).encode())
        _sync_folder(whole.path.parent)
    return Written(whole.path, whole.rows, whole.bytes, whole.hash.hexdigest())


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        remove(path)
        if not isinstance(error, OSError):
            raise
        raise CockpitError(
            f"The attic's file {path} cannot be written: {error.strerror}.",
            kept="This transaction is undone: nothing was dropped.",
            next_step="Make room, or keep it in the database.",
        ) from error


def read(path: Path, digest: str) -> Iterator[bytes]:
    """The rows in blocks. Raises CockpitError for a file that is not what was written."""
    try:
        if _digest(path) != digest:
            raise CockpitError(
                f"{path} is not the file that was written: its hash is another one.",
                next_step="Look for a copy of it; nothing of it is put back.",
            )
        with gzip.open(path, "rb") as file:
            while block := file.read(_BLOCK):
                yield block
    except OSError as error:
        raise CockpitError(f"{path} cannot be read: {error.strerror or error}.") from error


def remove(path: Path) -> None:
    """Remove the file and what stands beside it; nothing happens when they are gone."""
    path.unlink(missing_ok=True)
    _beside(path).unlink(missing_ok=True)


class _Hashing(io.RawIOBase):
    """Passes bytes on and hashes them, so that the file is not read again under the lock."""

    def __init__(self, file: BinaryIO, before: "hashlib._Hash") -> None:
        self._file = file
        self.hash = before.copy()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.hash.update(data)
        return self._file.write(data)


def _write_rows(path: Path, raw: BinaryIO, begun: Begun, blocks: Iterable[bytes]) -> Begun:
    """The same file with these lines behind, as a member of its own; COPY's text format writes a
    row on each line and escapes line ends in values."""
    rows = begun.rows
    hashing = _Hashing(raw, begun.hash)
    with gzip.GzipFile(fileobj=hashing, mode="wb", compresslevel=_LEVEL) as packed:
        for block in blocks:
            rows += block.count(b"\n")
            packed.write(block)
    raw.flush()
    os.fsync(raw.fileno())
    return Begun(path, rows, raw.tell(), hashing.hash)


def _write_whole(path: Path, content: bytes) -> None:
    with _private(path) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _private(path: Path) -> BinaryIO:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return os.fdopen(descriptor, "wb")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".json")
