"""A folder of migrations, as the operator writes it, found in a commit."""

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cockpit.errors import SourceError
from cockpit.source.git_process import GitProcess
from cockpit.source.objects import Entry, GitObject, read_objects, tree_entries, tree_names

_MOST_LINKS = 16


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of a commit, symbolic links resolved."""

    commit: str
    path: str
    """Relative to the root, with `/`; empty for the root itself."""
    tree: GitObject

    def of(self, name: str) -> str:
        """The path of something in it."""
        return joined(self.path, name)


def joined(folder: str, name: str) -> str:
    """A path under a folder; the root's is the empty string."""
    return f"{folder}/{name}" if folder else name


def normal(folder: str) -> str:
    """`./db//migrations/` as `db/migrations`; a folder outside is a `SourceError`."""
    path = posixpath.normpath(folder) if folder else "."
    if path.startswith(("/", "../")) or path == "..":
        raise SourceError(
            f"The folder {folder} lies outside of the repository.",
            next_step="Name it relative to the repository's root.",
        )
    return "" if path == "." else path


def find_folder(git: GitProcess, commit: str, folder: str) -> Folder | None:
    """The folder at that commit; None when there is none."""
    path = normal(folder)
    for _ in range(_MOST_LINKS):
        [found] = read_objects(git, [f"{commit}:{path}"])
        if found is not None and found.kind == "tree":
            return Folder(commit, path, found)
        target = _through_link(git, commit, path)
        if target is None:
            return None
        path = target
    return None


def _through_link(git: GitProcess, commit: str, path: str) -> str | None:
    """The same path with its first symbolic link replaced by what it points at."""
    parts = path.split("/")
    parents = ["/".join(parts[:count]) for count in range(len(parts))]
    trees = read_objects(git, [f"{commit}:{parent}" for parent in parents])
    for count, tree in enumerate(trees):
        entry = _entry(tree, parts[count])
        if entry is not None and entry.is_link:
            [link] = read_objects(git, [entry.id])
            return _target(parents[count], link, parts[count + 1 :])
    return None


def _entry(tree: GitObject | None, name: str) -> Entry | None:
    if tree is None or tree.kind != "tree":
        return None
    return next((entry for entry in tree_entries(tree) if entry.name == name), None)


def _target(parent: str, link: GitObject | None, rest: list[str]) -> str | None:
    if link is None:
        return None
    target = link.content.decode(errors="surrogateescape")
    path = posixpath.normpath(posixpath.join(parent, target, *rest))
    outside = target.startswith("/") or path.startswith("../") or path == ".."
    return None if outside else path.removeprefix("./").removesuffix("/.")


def folder_entries(git: GitProcess, folder: Folder, *, recursive: bool) -> Iterator[Entry]:
    """Files and links of a folder, by name; names are relative to it."""
    if not recursive:
        yield from (e for e in tree_entries(folder.tree) if e.is_file or e.is_link)
        return
    for line in git.run("ls-tree", "-r", "-z", "--full-tree", folder.tree.id).split(b"\0"):
        if line:
            facts, _, name = line.partition(b"\t")
            mode, kind, object_id = facts.split(b" ")
            if kind == b"blob":
                yield Entry(name.decode(errors="surrogateescape"), object_id.decode(), mode)


def paths_below(git: GitProcess, trees: Sequence[str], *, recursive: bool) -> list[tuple[str, ...]]:
    """The files of each tree by their names relative to it; one process a level of folders."""
    read: dict[str, tuple[list[bytes], list[tuple[bytes, str]]]] = {}
    wanted = set(trees)
    while wanted:
        read |= {t.id: tree_names(t) for t in read_objects(git, list(wanted)) if t is not None}
        below = {tree for parent in wanted if parent in read for _, tree in read[parent][1]}
        wanted = below - set(read) if recursive else set()
    named: dict[str, tuple[bytes, ...]] = {}

    def names(tree: str) -> tuple[bytes, ...]:
        if tree not in named:
            files, folders = read.get(tree, ([], []))
            under = (b"%s/%s" % (f, name) for f, below in folders for name in names(below))
            named[tree] = (*files, *under)
        return named[tree]

    spelled: dict[bytes, str] = {}

    def text(name: bytes) -> str:
        if name not in spelled:
            spelled[name] = name.decode(errors="surrogateescape")
        return spelled[name]

    return [tuple(text(name) for name in names(tree)) for tree in trees]
