"""Where files of the cockpit live on this machine. Nothing is created before it is written."""

import os
from dataclasses import dataclass
from pathlib import Path

APPLICATION = "migration-cockpit"
"""Not `cockpit`: folders of that name belong to another program on many servers."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Folders by the XDG rules, or what stands for them on macOS."""

    config: Path
    state: Path
    cache: Path
    runtime: Path
    """Sockets of private servers; gone after a restart."""

    @classmethod
    def of_user(cls) -> "Paths":
        """The folders of the user who runs this, from XDG_* variables where they are set."""
        from platformdirs import PlatformDirs

        folders = PlatformDirs(APPLICATION, appauthor=False)
        state = folders.user_state_path
        runtime = os.environ.get("XDG_RUNTIME_DIR")
        return cls(
            config=folders.user_config_path,
            state=state,
            cache=folders.user_cache_path,
            runtime=Path(runtime) / APPLICATION if runtime else state / "run",
        )

    @property
    def settings_file(self) -> Path:
        """The user's own settings."""
        return self.config / "cockpit.toml"

    @property
    def journal(self) -> Path:
        """One file a run; written before anything is drawn."""
        return self.state / "journal"

    @property
    def attic(self) -> Path:
        """Dropped data that was kept in files."""
        return self.state / "attic"

    @property
    def rehearsals(self) -> Path:
        """One file a rehearsal: the proofs of the way back."""
        return self.state / "rehearsals"

    @property
    def trusted(self) -> Path:
        """One empty file for each settings file of a repository that may name commands."""
        return self.state / "trusted"

    @property
    def copied(self) -> Path:
        """What was copied last, for terminals that do not take OSC 52."""
        return self.state / "copied.txt"


def private_folder(folder: Path) -> Path:
    """The folder, created with its parents if need be; a new one is for its owner only."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def find_root(start: Path) -> Path | None:
    """The top of the work tree that holds `start`; None in a bare repository or outside of git.

    Looks for `.git` only, so that it costs nothing: linked work trees and submodules have a file
    of that name, a bare repository has none.
    """
    absolute = start.absolute()
    return next((f for f in (absolute, *absolute.parents) if (f / ".git").exists()), None)


def settings_root(start: Path) -> Path | None:
    """Where the settings files of these migrations are: the work tree's top, else the folder.

    None in a bare repository: it has no files, and those of a revision are never trusted.
    """
    bare = all((start / name).exists() for name in ("HEAD", "objects", "refs"))
    return find_root(start) or (None if bare else start.absolute())
