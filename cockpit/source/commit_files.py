"""The files of a folder as one commit has them."""

from cockpit.model.revision import SourceFile
from cockpit.source.folder import Folder, folder_entries
from cockpit.source.git_process import GitProcess
from cockpit.source.objects import Entry, read_blobs, read_objects


def committed_files(git: GitProcess, folder: Folder, *, recursive: bool) -> tuple[SourceFile, ...]:
    """Every file, by path, in two processes. A link counts as the file that it points at.

    Links that lead out of the commit are left out: what they mean is not in git.
    """
    blobs = committed_blobs(git, folder, recursive=recursive)
    contents = read_blobs(git, list(blobs.values()), list(blobs))
    return tuple(
        SourceFile(path, blob, content)
        for (path, blob), content in zip(blobs.items(), contents, strict=True)
    )


def committed_blobs(git: GitProcess, folder: Folder, *, recursive: bool) -> dict[str, str]:
    """The blob id of every file by its path, in the order of paths."""
    entries = tuple(folder_entries(git, folder, recursive=recursive))
    blobs = {folder.of(entry.name): entry.id for entry in entries if entry.is_file}
    links = [entry for entry in entries if entry.is_link]
    return dict(sorted((blobs | _followed(git, folder, links)).items()))


def _followed(git: GitProcess, folder: Folder, links: list[Entry]) -> dict[str, str]:
    paths = [folder.of(link.name) for link in links]
    found = read_objects(git, [f"{folder.commit}:{path}" for path in paths], follow=True)
    return {
        path: target.id
        for path, target in zip(paths, found, strict=True)
        if target is not None and target.kind == "blob"
    }
