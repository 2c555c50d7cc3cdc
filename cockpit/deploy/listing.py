"""The files of a folder at one commit, by the version they belong to."""

from bisect import bisect_left
from collections.abc import Mapping

from cockpit.tools.protocol import Tool
from cockpit.tools.registry import holds_many, subfolders_of, versions_at


class Listing:
    """Sorted once, asked for many versions."""

    def __init__(self, tool: Tool, blobs: Mapping[str, str]) -> None:
        self._tool, self._blobs = tool, blobs
        self._up = {tool.order_key(version): (path, version)
                    for path, version in reversed(list(versions_at(tool, blobs)))}  # fmt: skip
        self._by_name = sorted((path.rpartition("/")[2], path) for path in blobs)
        self._by_folder: dict[str, list[str]] = {}
        for path in blobs:
            self._by_folder.setdefault(path.rpartition("/")[0], []).append(path)

    def holds(self, version: str) -> bool:
        """A file here is the version's way up, as far as names tell."""
        return self._tool.order_key(version) in self._up

    def of(self, version: str) -> dict[str, str]:
        """Blobs by path: the way up, and what stands beside it that belongs to it.

        All of them where neither the name of a file nor its folder tells to which version it
        belongs.
        """
        if holds_many(self._tool):
            return dict(self._blobs)
        up = self._up.get(self._tool.order_key(version))
        if up is None:
            return {}
        path, spelled = up
        folder, _, name = path.rpartition("/")
        if subfolders_of(self._tool):
            beside = self._by_folder[folder]
            alone = len(list(versions_at(self._tool, beside))) == 1
            return {other: self._blobs[other] for other in (beside if alone else self._blobs)}
        if not name.startswith(spelled):
            return dict(self._blobs)
        return self._beginning_with(spelled)

    def _beginning_with(self, spelled: str) -> dict[str, str]:
        found, place = {}, bisect_left(self._by_name, (spelled, ""))
        while place < len(self._by_name) and self._by_name[place][0].startswith(spelled):
            path = self._by_name[place][1]
            found[path] = self._blobs[path]
            place += 1
        return found
