"""An embedded server is private while it runs and leaves nothing behind."""

import os
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from cockpit.embedded.confinement import environment
from cockpit.embedded.server import EmbeddedServer
from cockpit.errors import ServerUnavailable
from tests.databases import chosen_programs, execute

OWNER = """
import sys, time
from pathlib import Path
from cockpit.embedded.binaries import find
from cockpit.embedded.server import EmbeddedServer
server = EmbeddedServer(find(Path(sys.argv[1])), home=Path(sys.argv[2])).start()
print(server.pid, flush=True)
if sys.argv[3] == "stay":
    time.sleep(600)
"""


def embedded(home: Path, **options: object) -> EmbeddedServer:
    return EmbeddedServer(chosen_programs(), home=home, **options)  # type: ignore[arg-type]


def owner(home: Path, what: str) -> subprocess.Popen[str]:
    """A process that starts a server and then stays, or ends without stopping it."""
    command = [sys.executable, "-c", OWNER, str(chosen_programs().folder), str(home), what]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def ends(pid: int) -> bool:
    """Whether the process ends within a minute; one that nobody reaps counts as ended."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


def test_it_listens_on_a_socket_only_and_nobody_else_reaches_it(home: Path) -> None:
    with embedded(home) as server:
        assert execute(server.dsn(), "SHOW listen_addresses") == [("",)]
        assert stat.S_IMODE(server.socket_folder.stat().st_mode) == 0o700
        assert server.socket_folder.parent.stat().st_mode & 0o007 == 0


def test_it_leaves_nothing_behind(home: Path) -> None:
    with embedded(home) as server:
        pid = server.pid
        assert pid is not None
    assert list(home.iterdir()) == []
    assert ends(pid)
    assert server.pid is None


def test_its_databases_are_utf8_in_c_order(home: Path) -> None:
    with embedded(home) as server:
        rows = execute(
            server.dsn(),
            "SELECT pg_encoding_to_char(encoding), 'a' > 'B' FROM pg_database",
        )
    assert set(rows) == {("UTF8", True)}


def test_two_servers_are_told_apart_by_their_system_identifiers(home: Path) -> None:
    question = "SELECT system_identifier FROM pg_control_system()"
    with embedded(home) as one, embedded(home) as other:
        assert execute(one.dsn(), question) != execute(other.dsn(), question)


def test_it_outlives_the_thread_that_started_it(home: Path) -> None:
    with embedded(home) as server:
        server.stop()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(server.start).result()
        time.sleep(0.1)
        assert execute(server.dsn(), "SELECT 1") == [(1,)]


def test_a_key_press_that_interrupts_us_does_not_reach_it(home: Path) -> None:
    with embedded(home) as server:
        assert server.pid is not None
        assert os.getpgid(server.pid) != os.getpgrp()


def test_what_was_written_is_there_after_a_restart(home: Path) -> None:
    with embedded(home) as server:
        execute(server.dsn(), "CREATE TABLE kept ()")
        server.restart()
        assert execute(server.dsn(), "TABLE kept") == []


@pytest.mark.parametrize(("durable", "fsync"), [(True, "on"), (False, "off")])
def test_only_a_durable_server_waits_for_the_disk(home: Path, durable: bool, fsync: str) -> None:
    with embedded(home, durable=durable) as server:
        assert execute(server.dsn(), "SHOW fsync") == [(fsync,)]


def test_a_setting_of_the_caller_wins(home: Path) -> None:
    with embedded(home, settings={"max_connections": "7"}) as server:
        assert execute(server.dsn(), "SHOW max_connections") == [("7",)]


def test_a_server_that_does_not_start_says_why_and_is_cleared_away(home: Path) -> None:
    with pytest.raises(ServerUnavailable, match="max_connections"):
        embedded(home, settings={"max_connections": "none"}).start()
    assert list(home.iterdir()) == []


def test_a_strange_database_name_survives_the_connection_string(home: Path) -> None:
    name = "it's a \\ name"
    with embedded(home) as server:
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            connection.execute(
                psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name))
            )
        assert execute(server.dsn(name), "SELECT current_database()") == [(name,)]


def test_the_users_own_servers_are_not_asked_for_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "PGPORT": "1", "PGHOSTADDR": "127.0.0.1", "PGOPTIONS": "-c nonsense=1",
        "PGSSLMODE": "require", "PGGSSENCMODE": "require", "PGTARGETSESSIONATTRS": "standby",
        "PGUSER": "nobody", "PGDATABASE": "nothing",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    with EmbeddedServer(home=home) as server:
        assert execute(server.dsn(), "SELECT current_user, current_database()") == [
            ("postgres", "postgres")
        ]


def test_two_that_start_at_once_share_one_pristine_cluster(home: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        servers = [embedded(home, cache=tmp_path) for _ in range(2)]
        try:
            for server in pool.map(EmbeddedServer.start, servers):
                assert execute(server.dsn(), "SELECT 1") == [(1,)]
        finally:
            for server in servers:
                server.stop()
    assert len(list(tmp_path.iterdir())) == 1


def test_none_of_our_secrets_reach_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "tiger")
    monkeypatch.setenv("DATABASE_URL", "postgres://scott:tiger@localhost/")
    assert "tiger" not in str(environment())


def test_it_stops_when_its_owner_ends_without_stopping_it(home: Path) -> None:
    with owner(home, "leave") as process:
        output, _ = process.communicate(timeout=60)
    assert ends(int(output))
    assert list(home.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of a parent's death")
def test_it_stops_when_its_owner_is_killed(home: Path) -> None:
    with owner(home, "stay") as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        process.kill()
    assert ends(pid)
