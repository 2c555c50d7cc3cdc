"""What git's refs and commits know of the folder that is looked at; read anew when a ref moves."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from cockpit.deploy.ahead import Ahead
from cockpit.deploy.source_look import SourceLook
from cockpit.model.migration import MigrationSet
from cockpit.model.revision import FileChange, Revision, Tag
from cockpit.source.repository import Repository
from cockpit.tools.protocol import Tool
from cockpit.tools.registry import folder_at, holds_many, subfolders_of, version_at, versions_at

_TRUNKS = ("HEAD", "refs/heads/main", "refs/heads/master", "refs/remotes/origin/HEAD",
           "refs/remotes/origin/main", "refs/remotes/origin/master")  # fmt: skip
_CUT_OFF = "shallow"
"""The name under which refs tell where history was not fetched."""

_Order = tuple[object, ...]
_Held = tuple[tuple[Tag, tuple[str, ...]], ...]
_Sorted = tuple[tuple[FileChange, ...], MigrationSet, dict[_Order, list[FileChange]]]
_Read = tuple[tuple[str, ...], Mapping[str, str], tuple[FileChange, ...]]


class Past:
    """Releases, changes and folders of one repository. Reads only."""

    def __init__(self, repository: Callable[[], Repository], release_tags: str) -> None:
        self._repository, self._release_tags = repository, release_tags
        self._folders: tuple[tuple[object, ...], tuple[str, ...]] | None = None
        self._held: tuple[tuple[object, ...], dict[str, _Held]] | None = None
        self._releases: tuple[tuple[object, ...], dict[Tag, frozenset[str]]] | None = None
        self._newest: tuple[dict[Tag, frozenset[str]], dict[_Order, Tag]] | None = None
        self._changes: _Read | None = None
        self._ahead: Ahead[tuple[FileChange, ...]] | None = None
        self._sorted: _Sorted | None = None

    def begin(self, folder: str, refs: Mapping[str, str]) -> None:
        """Let git read the folder's past while the files are read; nobody has to ask for it."""
        if self._ahead is None and self._changes is None:
            self._ahead = Ahead(folder, refs, lambda: self._repository().changes(folder))

    def folders(self, look: SourceLook) -> tuple[str, ...]:
        """The folder, then what it is called at releases and on main branches that lack it."""
        key = _key(look)
        if self._folders is None or self._folders[0] != key:
            self._folders = (key, (look.folder, *self._renamed(look)))
        return self._folders[1]

    def releases(self, look: SourceLook) -> dict[Tag, frozenset[str]]:
        """Release tags, oldest first, with the versions their files hold."""
        key = _key(look)
        if self._releases is None or self._releases[0] != key:
            self._releases = (key, self._read_releases(look))
        return self._releases[1]

    def changes(self, look: SourceLook) -> tuple[FileChange, ...]:
        """Who changed what in the folder, on all branches, newest first.

        Where refs have only moved forward, no more than what is new is read.
        """
        folders = self.folders(look)
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            self._changes = ((ahead.folder,), ahead.refs, ahead.result())
        known = self._changes
        if known is None or known[0] != folders or known[1] != look.refs:
            goes_on = known is not None and known[0] == folders and self._goes_on(known[1], look)
            read = self._read_changes(folders, known if goes_on else None)
            known = self._changes = (folders, look.refs, read)
        return known[2]

    def of_version(self, look: SourceLook, version: str) -> list[FileChange]:
        """Changes to its files, under whatever name they had, newest first."""
        changes = self.changes(look)
        known = self._sorted
        if known is None or known[0] is not changes or known[1] is not look.migrations:
            known = self._sorted = (changes, look.migrations, _by_version(look, changes))
        return known[2].get(look.tool.order_key(version), [])

    def trunk(self, look: SourceLook) -> str | None:
        """The commit that the main line ends at; what is checked out where no branch is main."""
        named = [name for name in _TRUNKS[1:] if name in look.refs] or ["HEAD"]
        return look.refs.get(named[0])

    def _goes_on(self, before: Mapping[str, str], look: SourceLook) -> bool:
        """Everything that was reachable then still is, and history is cut off where it was."""
        if before.get(_CUT_OFF) != look.refs.get(_CUT_OFF):
            return False
        return self._repository().are_kept(_tips(before))

    def _read_changes(
        self, folders: tuple[str, ...], older: _Read | None
    ) -> tuple[FileChange, ...]:
        if older is None:
            return self._repository().changes(*folders)
        before = {change.commit for change in older[2]}
        found = self._repository().changes(*folders, beyond=_tips(older[1]))
        newer = tuple(change for change in found if change.commit not in before)
        if newer and older[2] and newer[-1].at < older[2][0].at:
            return tuple(sorted((*newer, *older[2]), key=lambda change: change.at, reverse=True))
        return (*newer, *older[2]) if newer else older[2]

    def _read_releases(self, look: SourceLook) -> dict[Tag, frozenset[str]]:
        found: dict[Tag, frozenset[str]] = {}
        for folder in self.folders(look):
            for tag, paths in self._holding(look, folder):
                if tag not in found:
                    found[tag] = self._versions(look.tool, tag, folder, paths)
        return {tag: found[tag] for tag in self._repository().tags() if found.get(tag)}

    def newest_release(self, look: SourceLook, version: str) -> Tag | None:
        """The newest one that holds the version, however it is spelled there."""
        releases = self.releases(look)
        if self._newest is None or self._newest[0] is not releases:
            self._newest = (releases, _newest(look.tool, releases))
        return self._newest[1].get(look.tool.order_key(version))

    def _holding(self, look: SourceLook, folder: str) -> _Held:
        """Releases that have the folder, with its files."""
        key = _key(look)
        if self._held is None or self._held[0] != key:
            self._held = (key, {})
        if folder not in self._held[1]:
            nested = bool(subfolders_of(look.tool))
            self._held[1][folder] = self._repository().release_tags(
                folder, self._release_tags, recursive=nested
            )
        return self._held[1][folder]

    def _versions(
        self, tool: Tool, tag: Tag, folder: str, paths: tuple[str, ...]
    ) -> frozenset[str]:
        if not holds_many(tool):
            return frozenset(version for _, version in versions_at(tool, paths))
        at = Revision(asked=tag.name, commit=tag.commit, worktree=False)
        return frozenset(tool.read(self._repository().files(folder, at)).versions)

    def _renamed(self, look: SourceLook) -> tuple[str, ...]:
        """Newest first: where a commit has no migrations at all, older ones are not looked into."""
        found: list[str] = []
        for commit in self._lacking(look):
            if any(self._repository().blobs_at(commit, other, recursive=True) for other in found):
                continue
            paths = self._repository().paths_at(commit, "", recursive=True)
            folder = _alike(look, paths)
            if folder is None:
                break
            found.append(folder)
        return tuple(found)

    def _lacking(self, look: SourceLook) -> Iterator[str]:
        """Ends of main branches and releases that have no such folder, newest first."""
        repository = self._repository()
        tips = dict.fromkeys(look.refs[name] for name in _TRUNKS if name in look.refs)
        yield from (
            tip for tip in tips if not repository.blobs_at(tip, look.folder, recursive=True)
        )
        holding = {tag for tag, _ in self._holding(look, look.folder)}
        for tag in reversed(repository.tags()):
            if tag not in holding and fnmatchcase(tag.name, self._release_tags):
                yield tag.commit


def _key(look: SourceLook) -> tuple[object, ...]:
    return (look.folder, look.tool, look.refs)


def _tips(refs: Mapping[str, str]) -> frozenset[str]:
    return frozenset(object_id for name, object_id in refs.items() if name != _CUT_OFF)


def _by_version(look: SourceLook, changes: Sequence[FileChange]) -> dict[_Order, list[FileChange]]:
    """Changes by what their version sorts as: `3` and `00003` may be one to the tool."""
    found: dict[_Order, list[FileChange]] = {}
    held = _told_inside(look) | dict(versions_at(look.tool, {change.path for change in changes}))
    keys = {path: look.tool.order_key(version) for path, version in held.items()}
    for change in changes:
        if change.path in keys:
            found.setdefault(keys[change.path], []).append(change)
    return found


def _told_inside(look: SourceLook) -> dict[str, str]:
    """Paths of files here to the version that they tell themselves, whatever their names are.

    Files of several versions are left out: no commit tells which of them it was about.
    """
    migrations = look.migrations.migrations
    times = Counter(migration.path for migration in migrations)
    return {m.path: m.version for m in migrations if times[m.path] == 1}


def _newest(tool: Tool, releases: dict[Tag, frozenset[str]]) -> dict[_Order, Tag]:
    """Version, as it sorts, to the newest release that holds it."""
    found: dict[_Order, Tag] = {}
    seen: set[str] = set()
    for tag, versions in reversed(releases.items()):
        for version in versions - seen:
            found.setdefault(tool.order_key(version), tag)
        seen |= versions
    return found


def _alike(look: SourceLook, paths: Iterable[str]) -> str | None:
    """The folder that shares most versions with what is here; one of the same name comes first."""
    here = {look.tool.order_key(version) for version in look.migrations.versions}
    shared: dict[str, int] = {}
    for path in paths:
        folder = folder_at(look.tool, path)
        version = version_at(look.tool, path) if folder is not None else None
        if folder is not None and version and look.tool.order_key(version) in here:
            shared[folder] = shared.get(folder, 0) + 1
    name = look.folder.rpartition("/")[2]
    return max(shared, key=lambda f: (f.rpartition("/")[2] == name, shared[f]), default=None)
