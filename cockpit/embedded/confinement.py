"""Under which identity PostgreSQL's programs run. They refuse to run as root.

As anybody else with a name they run as we do; a user without a name, as some containers have it,
takes the second way. As root there are three ways, tried in this order:

1. an unprivileged user, when the programs can be reached by everybody;
2. a user namespace, where root looks like an unprivileged user to itself and still opens what only
   root can, for programs below a closed folder such as `/root`;
3. an unprivileged user and a copy of the programs (40 MB) in the server's own folder, for
   containers that forbid namespaces.

No user is added, and no folder but the server's own changes owner or mode.
"""

import grp
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from cockpit.embedded import launcher
from cockpit.embedded.binaries import Binaries
from cockpit.errors import ServerUnavailable

_SPARE_GROUPS = range(61184, 65520)
"""Groups systemd keeps for services without a fixed one; they also exist in rootless containers."""


@dataclass(frozen=True, slots=True)
class Confinement:
    """The programs, and who they run as."""

    binaries: Binaries
    folder: Path
    """The server's own folder, the only one whose owner and mode may change."""
    identity: str = "keep"
    """As `launcher` reads it."""
    owner: tuple[int, int] | None = None
    """User and group that data must belong to; None when that is ourselves."""

    def command(self, program: str, *arguments: str) -> list[str]:
        """What to execute instead of the program itself. Its parent must be this process."""
        return [
            *(sys.executable, "-I", "-S", launcher.__file__),
            *(str(os.getpid()), str(self.folder), self.identity),
            *(str(self.binaries.program(program)), *arguments),
        ]

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a program to its end; both outputs come back as `stdout`."""
        return subprocess.run(  # noqa: S603  the programs are the caller's choice
            self.command(program, *arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(),
            timeout=300,
            check=False,
        )

    def give(self, path: Path) -> None:
        """Let the data's owner have this file or tree. Does nothing when that is ourselves."""
        if self.owner is None:
            return
        os.chown(path, *self.owner)
        for folder, folders, files in os.walk(path):
            for name in (*folders, *files):
                os.chown(os.path.join(folder, name), *self.owner, follow_symlinks=False)


def environment() -> dict[str, str]:
    """All that PostgreSQL's programs see of ours: no PGDATA, no PGPORT, no secret."""
    kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    ours = {name: os.environ[name] for name in kept if name in os.environ}
    return ours | {"LC_ALL": "C", "TZ": "UTC"}


def confine(binaries: Binaries, folder: Path) -> Confinement:
    """The first identity that works with these programs and this private folder.

    It may change the folder's group and mode, and copy the programs into it. Raises
    `ServerUnavailable` with everything that was tried.
    """
    ourselves = Confinement(binaries, folder)
    obstacle, ways = _ways(os.geteuid())
    if not obstacle:
        return ourselves
    complaints = []
    for name, way in ways.items():
        try:
            return way(ourselves)
        except (OSError, ServerUnavailable) as error:
            why = error.what if isinstance(error, ServerUnavailable) else str(error)
            complaints.append(f"{name} ({why})")
    raise ServerUnavailable(
        f"{obstacle}, and no other identity works here. Tried {', '.join(complaints)}.",
        next_step="Run this as an ordinary user, or name a server of your own with a DSN.",
    )


def _ways(uid: int) -> tuple[str, dict[str, Callable[[Confinement], Confinement]]]:
    """Why PostgreSQL will not run as this user, and what to try instead; nothing when it will."""
    if uid == 0:
        return "PostgreSQL refuses to run as root", {
            "an unprivileged user": dropped,
            "a user namespace": namespaced,
            "an unprivileged user with a copy of the programs": dropped_with_copy,
        }
    try:
        pwd.getpwuid(uid)
    except KeyError:
        obstacle = f"PostgreSQL wants a user with a name, and user {uid} has none"
        return obstacle, {"a user namespace": namespaced}
    return "", {}


def dropped(ourselves: Confinement) -> Confinement:
    """An unprivileged user, when others may reach the programs."""
    closed = _closed_parent(ourselves.binaries.program("postgres"))
    if closed is not None:
        raise ServerUnavailable(f"{closed} is closed to others")
    return _drop(ourselves)


def namespaced(ourselves: Confinement) -> Confinement:
    """Ourselves, that look like an unprivileged user with a name to ourselves."""
    os.chown(ourselves.folder, os.geteuid(), os.getegid())
    ourselves.folder.chmod(0o700)
    return _proved(replace(ourselves, identity=f"namespace:{_nobody()}:{_nobody()}"))


def dropped_with_copy(ourselves: Confinement) -> Confinement:
    """An unprivileged user that runs a copy of the programs from the server's own folder."""
    installation = ourselves.binaries.folder.parent
    programs = ourselves.folder / "programs"
    copied = programs / installation.parent.name / installation.name
    unneeded = shutil.ignore_patterns("include", "*.a", "pgxs")
    shutil.copytree(installation, copied, symlinks=True, ignore=unneeded)
    libraries = installation.parent.with_suffix(".libs")  # the wheel's programs look for it there
    if libraries.is_dir():
        shutil.copytree(libraries, programs / libraries.name, symlinks=True)
    copy = replace(ourselves.binaries, folder=copied / ourselves.binaries.folder.name)
    return _drop(replace(ourselves, binaries=copy))


def _drop(ourselves: Confinement) -> Confinement:
    """Runs with a group that nobody else has, so that no other process enters the folder."""
    owner = _nobody(), _spare_group()
    os.chown(ourselves.folder, 0, owner[1])
    ourselves.folder.chmod(0o710)
    return _proved(replace(ourselves, identity=f"drop:{owner[0]}:{owner[1]}", owner=owner))


def _proved(confinement: Confinement) -> Confinement:
    """The confinement, after a program ran under it."""
    done = confinement.run("postgres", "--version")
    if done.returncode != 0:
        raise ServerUnavailable(done.stdout.strip() or f"exit status {done.returncode}")
    return confinement


def _closed_parent(program: Path) -> Path | None:
    """The first folder on the way to a program that others may not enter."""
    for folder in reversed(program.resolve().parents):
        if not folder.stat().st_mode & stat.S_IXOTH:
            return folder
    return None


def _nobody() -> int:
    """A user that has a name, which `initdb` insists on, and is not root."""
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        others = [user.pw_uid for user in pwd.getpwall() if user.pw_uid != 0]
    if not others:
        raise ServerUnavailable("this system knows no user but root")
    return others[0]


def _spare_group() -> int:
    taken = {group.gr_gid for group in grp.getgrall()}
    return secrets.choice([number for number in _SPARE_GROUPS if number not in taken])
