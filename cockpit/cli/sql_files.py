"""SQL named on the command line: files, folders of them, stdin."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cockpit.errors import UsageError

STDIN = Path("-")


@dataclass(frozen=True, slots=True)
class SqlFile:
    """One text and where it is from."""

    path: str
    """As it was named; `-` for stdin."""
    text: str


def read_files(paths: Iterable[Path]) -> Iterator[SqlFile]:
    """Each in its turn; of a folder every `.sql` file below it, by name.

    Raises UsageError for what is not there or is not UTF-8.
    """
    for path in paths:
        if path == STDIN:
            yield SqlFile("-", _decoded(sys.stdin.buffer.read(), path))
        elif path.is_dir():
            for file in sorted(path.rglob("*.sql")):
                yield _read(file)
        else:
            yield _read(path)


def _read(path: Path) -> SqlFile:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: it cannot be read: {error.strerror}.") from error
    return SqlFile(path.as_posix(), _decoded(content, path))


def _decoded(content: bytes, path: Path) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"{path}:{line}: byte 0x{content[error.start]:02x} is not UTF-8.",
            next_step="Save it as UTF-8.",
        ) from error
