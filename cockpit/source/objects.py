"""Git's objects, many at once through one `cat-file --batch`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cockpit.source.git_process import GitProcess, lacking

_LINK = b"120000"
_TREE = b"40000"


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
        return self.mode in (b"100644", b"100755", b"100664")

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
    width, content, position = len(tree.id) // 2, tree.content, 0
    while position < len(content):
        space = content.index(b" ", position)
        end = content.index(b"\0", space)
        name = content[space + 1 : end].decode(errors="surrogateescape")
        yield Entry(name, content[end + 1 : end + 1 + width].hex(), content[position:space])
        position = end + 1 + width
