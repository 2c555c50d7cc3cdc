"""Whether a command that a repository's own file names may be run here.

Who clones a repository has not read it. A file is trusted once, by its place and its very content:
after any edit, or in another clone, it is asked about again.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from cockpit.errors import Refused
from cockpit.settings.paths import private_folder
from cockpit.settings.schema import Command


class Untrusted(Refused):
    """A repository's file names a command, and nobody here has said that it may run."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Files that were trusted: one empty file each, named by the hash of place and content."""

    folder: Path

    def knows(self, file: Path) -> bool:
        """The file as it is now was trusted before. False where it cannot be read."""
        try:
            return (self.folder / _fingerprint(file)).exists()
        except OSError:
            return False

    def keep(self, file: Path) -> None:
        """Trust the file as it is now. Raises OSError where that cannot be written down."""
        private_folder(self.folder)
        (self.folder / _fingerprint(file)).touch(mode=0o600)


def refuse(file: Path, name: str, command: Command) -> Untrusted:
    """What to raise in the place of running the command."""
    return Untrusted(
        f"{file} names a command ({name} = {command[0]} …), and nobody has trusted that file "
        "as it is now.",
        kept="The command was not run.",
        next_step="Read the file, then: cockpit settings trust.",
    )


def _fingerprint(file: Path) -> str:
    place = str(file.resolve()).encode("utf-8", "surrogateescape")
    return hashlib.sha256(place + b"\0" + file.read_bytes()).hexdigest()
