"""A server that outlived its owner is stopped at the next start, and nothing else is."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cockpit.embedded import folder, orphans
from cockpit.embedded.server import EmbeddedServer
from tests.databases import chosen_programs, execute

# A process between owner and server keeps the server from being told of its owner's death, as on
# a system that does not tell.
OWNER = """
import os, subprocess, sys, time
from pathlib import Path
from cockpit.embedded import binaries, cluster, confinement, folder
place = folder.create(Path(sys.argv[2]))
confined = confinement.confine(binaries.find(Path(sys.argv[1])), place.path)
cluster.make(confined, place.data, cluster.default_cache())
between = os.fork()
if between == 0:
    os.close(place.descriptor)
    server = confined.command("postgres", "-D", str(place.data), "-h", "", "-k", str(place.data))
    subprocess.Popen(server, env=confinement.environment(), stdout=2)
    time.sleep(600)
while orphans_pid(place.data) is None:
    time.sleep(0.01)
print(between, place.path, flush=True)
time.sleep(600)
""".replace("orphans_pid", "__import__('cockpit.embedded.orphans').embedded.orphans.postmaster")


@pytest.fixture
def orphan(home: Path) -> Iterator[Path]:
    """The folder of a server whose owner was killed."""
    command = [sys.executable, "-c", OWNER, str(chosen_programs().folder), str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        between, path = process.stdout.readline().split()
        process.kill()
    yield Path(path)
    os.kill(int(between), signal.SIGKILL)


def test_an_orphan_is_stopped_and_cleared_away(home: Path, orphan: Path) -> None:
    assert orphans.postmaster(orphan / "data") is not None
    assert orphans.clear(home) == [orphan]
    assert orphans.postmaster(orphan / "data") is None
    assert not orphan.exists()


def test_starting_a_server_clears_orphans_away(home: Path, orphan: Path) -> None:
    with EmbeddedServer(chosen_programs(), home=home):
        assert not orphan.exists()


def test_a_server_whose_owner_lives_is_left_alone(home: Path) -> None:
    with EmbeddedServer(chosen_programs(), home=home) as server:
        assert orphans.clear(home) == []
        assert execute(server.dsn(), "SELECT 1") == [(1,)]


def test_a_pid_that_belongs_to_somebody_else_by_now_is_not_signalled(home: Path) -> None:
    place = folder.create(home)
    place.data.mkdir()
    with subprocess.Popen(["sleep", "600"]) as bystander:
        (place.data / "postmaster.pid").write_text(f"{bystander.pid}\n")
        os.close(place.descriptor)
        assert orphans.clear(home) == [place.path]
        assert bystander.poll() is None
        bystander.kill()


def test_a_folder_in_the_making_is_not_taken_for_abandoned(home: Path) -> None:
    place = folder.create(home)
    assert folder.abandoned(home) == []
    place.remove()
