"""A small git repository of a web shop, made on the spot."""

import os
import subprocess
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from cockpit.demo import story
from cockpit.demo.fast_import import Stream
from cockpit.errors import SourceError


@dataclass(frozen=True, slots=True)
class SampleRepository:
    """Where it is, and what its refs are for."""

    path: Path
    """The work tree, checked out at `main`."""
    folder: str = story.FOLDER
    main: str = story.MAIN
    """Holds the next release: everything since `deployed` is pending there."""
    releases: tuple[str, ...] = ("v1.0", "v1.1", "v1.2", "v1.3", "v1.4")
    """Annotated tags, oldest first. `main` is at the last one."""
    deployed: str = "v1.3"
    """What production runs."""
    hotfix: str = story.HOTFIX
    """A branch on `deployed`, never merged, whose migration production has."""
    failing: str = story.UNIQUE_EMAILS
    """A branch on `main` whose migration fails on the seed's duplicate emails."""


HOTFIX_VERSION = "20260621024000"
"""Missing on `main` once it was applied from the hotfix branch."""
LATE_VERSION = "20260601093000"
"""Merged after `deployed`, and older than its newest."""
DRIFTED_VERSION = "20260427133000"
"""Edited after `deployed` so that it means something else."""
COMMENTED_VERSION = "20260323111500"
"""Edited after `deployed` in its comments only."""
PHASED_VERSION = "20260727090000"
"""Expand, backfill with a check, and contract behind a gate."""
FAILING_VERSION = "20260810101500"
"""Its first phase succeeds, its second does not."""


def make_repository(folder: Path) -> SampleRepository:
    """Create the repository in a folder that is new or empty. The same commits every time.

    Needs the program `git`; the user's git configuration has no part in it. Raises `SourceError`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _git(folder, "init", "--quiet", "--template=", f"--initial-branch={story.MAIN}")
    _git(folder, "fast-import", "--quiet", given=Stream().write(story.STORY))
    _git(folder, "reset", "--quiet", "--hard", story.MAIN)
    return SampleRepository(folder)


def check_out(repository: SampleRepository, ref: str) -> None:
    """Bring the work tree to this ref, as a deployment of the app does. Raises `SourceError`."""
    _git(repository.path, "checkout", "--quiet", "--detach", ref)


def seed_sql() -> str:
    """Believable rows for a database at `deployed`: 5,000 customers, 20,000 orders. One string."""
    return files("cockpit.demo").joinpath("orders", "seed.sql").read_text(encoding="utf-8")


def _git(folder: Path, *arguments: str, given: bytes = b"") -> None:
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603  all arguments are ours
            ["git", *arguments],  # noqa: S607  whichever git the user has
            cwd=folder,
            input=given,
            capture_output=True,
            check=False,
            env=environment | {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull},
        )
    except OSError as error:
        raise SourceError(f"git cannot be run: {error}.", next_step="Install git.") from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()
        raise SourceError(f"git {arguments[0]} fails in {folder}: {said}")
