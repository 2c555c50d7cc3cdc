"""PostgreSQL runs for root too, and no folder but the server's own is touched."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cockpit.embedded import binaries, cluster, confinement, folder
from cockpit.embedded.binaries import Binaries
from cockpit.embedded.confinement import Confinement
from cockpit.embedded.server import EmbeddedServer
from cockpit.errors import ServerUnavailable
from tests.databases import chosen_programs, execute

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")


def namespaces_allowed() -> bool:
    """Some kernels, containers and every chroot refuse a user namespace."""
    program = shutil.which("unshare")
    return program is not None and subprocess.run([program, "--user", "true"]).returncode == 0


with_namespaces = pytest.mark.skipif(
    not namespaces_allowed(), reason="user namespaces are refused here"
)


@contextmanager
def copied_programs(mode: int) -> Iterator[Binaries]:
    """The embedded programs, below a folder with this mode."""
    (packed, *_) = binaries.packed()
    package = packed.folder.parent.parent
    with tempfile.TemporaryDirectory(dir=folder.home().parent) as name:
        for part in (package, package.with_suffix(".libs")):
            unneeded = shutil.ignore_patterns("include", "*.a", "pginstall")
            shutil.copytree(part, Path(name) / part.name, symlinks=True, ignore=unneeded)
        Path(name).chmod(mode)
        yield binaries.read(Path(name) / packed.folder.relative_to(package.parent))


@pytest.fixture
def open_programs() -> Iterator[Binaries]:
    """Programs that everybody can reach."""
    with copied_programs(0o711) as programs:
        yield programs


@pytest.fixture
def closed_programs() -> Iterator[Binaries]:
    """Programs that only root can reach."""
    with copied_programs(0o700) as programs:
        yield programs


@as_root
@pytest.mark.parametrize(
    "way",
    [
        confinement.dropped,
        pytest.param(confinement.namespaced, marks=with_namespaces),
        confinement.dropped_with_copy,
    ],
)
def test_each_way_makes_a_cluster(
    home: Path, open_programs: Binaries, way: Callable[[Confinement], Confinement]
) -> None:
    place = folder.create(home)
    confined = way(Confinement(open_programs, place.path))
    cluster.make(confined, place.data, cache=None)
    said = confined.run("postgres", "-D", str(place.data), "-C", "data_directory")
    place.remove()
    assert said.stdout.strip() == str(place.data)


@as_root
def test_root_becomes_an_unprivileged_user(home: Path, open_programs: Binaries) -> None:
    with EmbeddedServer(open_programs, home=home) as server:
        owner = server.log.with_name("data").stat()
        assert owner.st_uid != 0


@as_root
def test_programs_in_a_closed_folder_run_and_it_stays_closed(
    home: Path, closed_programs: Binaries
) -> None:
    before = modes_above(closed_programs.folder)
    with EmbeddedServer(closed_programs, home=home) as server:
        assert execute(server.dsn(), "SELECT 1") == [(1,)]
    assert modes_above(closed_programs.folder) == before


@as_root
def test_no_folder_above_changes_owner_or_mode(home: Path) -> None:
    places = chosen_programs().folder, home
    before = [modes_above(place) for place in places]
    with EmbeddedServer(home=home):
        assert [modes_above(place) for place in places] == before


@as_root
def test_when_no_way_works_all_that_was_tried_is_told(home: Path) -> None:
    place = folder.create(home)
    broken = place.path / "broken" / "bin"
    broken.mkdir(parents=True)
    (broken / "postgres").write_text("#!/bin/sh\necho no engine; exit 3\n")
    (broken / "postgres").chmod(0o755)
    with pytest.raises(ServerUnavailable) as caught:
        confinement.confine(Binaries(broken, "18.4"), place.path)
    place.remove()
    namespace = "a user namespace (" + "no engine" * namespaces_allowed()
    for way in ("an unprivileged user (", namespace, "a copy of the programs"):
        assert way in caught.value.what


def modes_above(path: Path) -> list[tuple[int, int, int]]:
    """Mode and owner of a folder and of every folder above it."""
    found = [place.stat() for place in (path, *path.parents)]
    return [(place.st_mode, place.st_uid, place.st_gid) for place in found]
