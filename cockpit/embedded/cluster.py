"""A fresh database cluster: a copy of one that `initdb` made once and the cache keeps."""

import os
import shutil
import sys
import tempfile
from hashlib import blake2b
from pathlib import Path

from cockpit.embedded import system_identifier
from cockpit.embedded.binaries import Binaries
from cockpit.embedded.confinement import Confinement
from cockpit.errors import ServerUnavailable
from cockpit.settings.paths import Paths

SUPERUSER = "postgres"


def make(confinement: Confinement, data: Path, cache: Path | None) -> None:
    """Fill `data` with a cluster in UTF-8 and C order, owned by who will run it.

    The first time for these programs it runs `initdb` (about half a second) and keeps a copy in
    `cache`; later times copy that (under a tenth). Without a cache it always runs `initdb`. Each
    cluster has a system identifier of its own.
    """
    template = cache / _key(confinement.binaries) if cache else None
    if template and template.is_dir():
        shutil.copytree(template, data)
    else:
        _initialise(confinement, data)
        if template:
            _keep(data, template)
    system_identifier.renew(data)
    confinement.give(data)


def default_cache() -> Path | None:
    """The user's cache folder; None when it is not ours, as under `sudo` with another's home."""
    cache = Paths.of_user().cache / "clusters"
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return cache if cache.stat().st_uid == os.geteuid() else None


def _initialise(confinement: Confinement, data: Path) -> None:
    data.mkdir(mode=0o700)
    confinement.give(data)
    done = confinement.run(
        "initdb",
        f"--pgdata={data}",
        f"--username={SUPERUSER}",
        "--auth=trust",
        "--no-sync",
        "--no-instructions",
        "--encoding=UTF8",
        "--wal-segsize=1",
        *_locale(confinement.binaries),
    )
    if done.returncode != 0:
        raise ServerUnavailable(f"initdb cannot make a database cluster: {done.stdout.strip()}")


def _locale(binaries: Binaries) -> tuple[str, ...]:
    if binaries.major >= 17:
        return "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"
    return ("--locale=C.UTF-8",) if sys.platform == "linux" else ("--locale=C",)


def _key(binaries: Binaries) -> str:
    """One template for each build of PostgreSQL, wherever it is installed."""
    built = binaries.program("postgres").stat().st_size, *_locale(binaries)
    return f"{binaries.version}-{blake2b(repr(built).encode(), digest_size=6).hexdigest()}"


def _keep(data: Path, template: Path) -> None:
    """Put a copy in the cache, whole or not at all. When another process was first, its stays."""
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=template.parent))
    shutil.copytree(data, draft, dirs_exist_ok=True)
    try:
        draft.rename(template)
    except OSError:
        shutil.rmtree(draft)
