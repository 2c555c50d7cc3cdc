"""Git's objects, many at once through one `cat-file --batch`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cockpit.source.git_process import GitProcess, lacking

_LINK = b"120000"
_TREE = b"40000"
_FILES = (b"100644", b"100755", b"100664")
_ENTRIES = {
    2 * width: re.compile(rb"([0-7]+) ([^\0]+)\0(.{%d})" % width, re.DOTALL) for width in (20, 32)
}
"""One entry of a tree, by how many hex digits an object id has."""


@dataclass(frozen=True, slots=True)
class GitObject:
    """One object with its content."""

    id: str
    kind: str
    """`blob`, `tree`, `commit` or `tag`."""
    content: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a tree."""

    name: str
    id: str
    mode: bytes

    @property
    def is_file(self) -> bool:
        """A regular file, executable or not."""
        return self.mode in _FILES

    @property
    def is_tree(self) -> bool:
        """A folder."""
        return self.mode == _TREE

    @property
    def is_link(self) -> bool:
        """A symbolic link."""
        return self.mode == _LINK


def read_objects(
    git: GitProcess, names: Sequence[str], *, follow: bool = False
) -> list[GitObject | None]:
    """The objects of that name (`<id>` or `<commit>:<path>`), in order; None for what is not there.

    With `follow`, symbolic links on a `<commit>:<path>` are followed within the commit.
    """
    if not names:
        return []
    asked = [name for name in names if "\n" not in name]
    arguments = ["cat-file", "--batch", "--buffer", *(["--follow-symlinks"] if follow else [])]
    output = git.run(*arguments, stdin="".join(f"{name}\n" for name in asked).encode())
    found = dict(zip(asked, _answers(output), strict=True))
    return [found.get(name) for name in names]


def ids_of(git: GitProcess, names: Sequence[str], kind: str) -> list[str | None]:
    """The ids of objects of that kind by `<commit>:<path>`; None for what is not there."""
    if not names:
        return []
    asked = "".join(f"{name}\n" for name in names).encode()
    lines = git.run("cat-file", "--batch-check=%(objecttype) %(objectname)", stdin=asked)
    answers = (line.rpartition(" ") for line in lines.decode(errors="replace").splitlines())
    return [object_id if found == kind else None for found, _, object_id in answers]


def _answers(output: bytes) -> Iterator[GitObject | None]:
    position = 0
    while position < len(output):
        end = output.index(b"\n", position)
        words = output[position:end].split(b" ")
        position = end + 1
        if words[-1] in (b"missing", b"ambiguous", b"submodule"):
            yield None
            continue
        size = int(words[-1])
        content = output[position : position + size]
        position += size + 1
        told = len(words) == 3
        yield GitObject(words[0].decode(), words[1].decode(), content) if told else None


def read_blobs(git: GitProcess, ids: Sequence[str], shown_as: Sequence[str]) -> list[bytes]:
    """The contents of blobs that a tree names; `SourceError` when this clone does not have them."""
    found = read_objects(git, ids)
    missing = [path for path, blob in zip(shown_as, found, strict=True) if blob is None]
    if missing:
        others = f" and {len(missing) - 1} more" if missing[1:] else ""
        raise lacking(f"{missing[0]}{others}")
    return [blob.content for blob in found if blob is not None]


def tree_entries(tree: GitObject) -> Iterator[Entry]:
    """The entries of a tree object: mode, name and a binary id each."""
    for mode, name, object_id in _ENTRIES[len(tree.id)].findall(tree.content):
        yield Entry(name.decode(errors="surrogateescape"), object_id.hex(), mode)


def tree_names(tree: GitObject) -> tuple[list[bytes], list[tuple[bytes, str]]]:
    """The names of its files, and those of its folders with their ids; links are left out."""
    found = _ENTRIES[len(tree.id)].findall(tree.content)
    files = [name for mode, name, _ in found if mode in _FILES]
    return files, [(name, object_id.hex()) for mode, name, object_id in found if mode == _TREE]
