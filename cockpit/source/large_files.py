"""Files that git keeps as pointers (Git LFS): told from their content, found where it lies."""

import hashlib
import re
from pathlib import Path

_POINTER = re.compile(
    rb"\Aversion https://git-lfs\.github\.com/spec/v1\n(?:ext-[^\n]*\n)*"
    rb"oid sha256:([0-9a-f]{64})\nsize (\d+)\n\Z"
)


def is_pointer(content: bytes) -> bool:
    """The content itself is somewhere else."""
    return content.startswith(b"version https://git-lfs") and bool(_POINTER.match(content))


def pointer_to(content: bytes) -> bytes:
    """What git stores of such a file when it has this content."""
    digest = hashlib.sha256(content).hexdigest()
    return (
        f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(content)}\n"
    ).encode()


def pointed_at(content: bytes, git_directory: Path) -> bytes:
    """What a pointer stands for, if this clone has fetched it; else the pointer as it is."""
    found = _POINTER.match(content)
    if found is None:
        return content
    digest = found[1].decode()
    path = git_directory / "lfs" / "objects" / digest[:2] / digest[2:4] / digest
    try:
        return path.read_bytes()
    except OSError:
        return content
