"""A real PgBouncer between us and the server: refused where it shares backends, fine elsewhere."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from getpass import getuser
from pathlib import Path
from time import monotonic, sleep

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from cockpit.database.connection import Connection
from cockpit.database.pooler import refuse_shared_backends
from cockpit.deploy.opening import Opening
from cockpit.deploy.session import open_session
from cockpit.errors import DatabaseError, PoolerInTheWay
from cockpit.model.target import Environment
from cockpit.present.board_text import board_text
from cockpit.settings.dsn import parse
from tests.databases import Database
from tests.projects import Project
from tests.sessions import opened
from tests.wire import Wire, socket_of

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
PORT = 6432
"""Only a part of the socket's name: nothing listens on the network."""
NOBODY = 65534

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="pgbouncer is not installed")

Pool = Callable[..., Callable[..., Connection]]


def settings(folder: Path, host: str, database: Database, mode: str, size: int) -> str:
    user = conninfo_to_dict(database.dsn).get("user", getuser())
    return f"""
[databases]
pooled = host={host} dbname={database.name} user={user}
[pgbouncer]
listen_addr =
unix_socket_dir = {folder}
listen_port = {PORT}
auth_type = any
pool_mode = {mode}
default_pool_size = {size}
query_wait_timeout = 3
logfile = {folder}/log
"""


@contextmanager
def reachable(folder: Path, database: Database) -> Iterator[str]:
    """The server's socket again, where a user without rights may open it."""
    wire = Wire(folder, socket_of(database.dsn))
    try:
        yield str(folder)
    finally:
        wire.close()


@contextmanager
def running(folder: Path, text: str) -> Iterator[str]:
    """PgBouncer in a folder of its own; as nobody where the tests run as root."""
    (folder / "pgbouncer.ini").write_text(text)
    other = NOBODY if os.getuid() == 0 else None
    if other is not None:
        os.chown(folder, other, other)
    process = subprocess.Popen(
        [PROGRAM or "", "-q", str(folder / "pgbouncer.ini")],
        user=other,
        group=other,
        extra_groups=None if other is None else [],
        stderr=subprocess.DEVNULL,
    )
    dsn = make_conninfo(host=str(folder), port=PORT, dbname="pooled", user="anybody")
    try:
        await_answer(dsn, process, folder / "log")
        yield dsn
    finally:
        process.terminate()
        process.wait(10)


def await_answer(dsn: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    patience = monotonic() + 10
    while process.poll() is None and monotonic() < patience:
        try:
            psycopg.connect(dsn).close()
        except psycopg.OperationalError:
            sleep(0.02)
        else:
            return
    pytest.fail(f"pgbouncer does not answer: {log.read_text() if log.exists() else 'no log'}")


@pytest.fixture
def address(fresh_database: Database) -> Iterator[Callable[..., str]]:
    """Starts a pool in the mode asked for; gives where it is."""
    import tempfile

    if not str(conninfo_to_dict(fresh_database.dsn).get("host", "")).startswith("/"):
        pytest.skip("the test server has no unix socket")
    with ExitStack() as stack:

        def start(mode: str, size: int = 20) -> str:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir="/tmp")))
            folder.chmod(0o755)
            host = stack.enter_context(reachable(folder, fresh_database))
            text = settings(folder, host, fresh_database, mode, size)
            return stack.enter_context(running(folder, text))

        yield start


@pytest.fixture
def pool(address: Callable[..., str]) -> Iterator[Pool]:
    """Starts a pool in the mode asked for; gives what opens sessions through it."""
    with ExitStack() as stack:

        def start(mode: str, size: int = 20) -> Callable[..., Connection]:
            dsn = address(mode, size)
            return lambda **how: stack.enter_context(opened(dsn, **how))

        yield start


def test_transaction_mode_is_refused_before_anything_is_taken(
    pool: Pool, fresh_database: Database
) -> None:
    connect = pool("transaction")
    with pytest.raises(PoolerInTheWay, match="transaction mode") as refused:
        refuse_shared_backends(connect(), connect)
    assert "pool in session mode" in refused.value.next_step
    assert fresh_database.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'") == []


@pytest.mark.parametrize("size", [1, 2])
def test_a_small_pool_in_transaction_mode_is_refused_too(pool: Pool, size: int) -> None:
    connect = pool("transaction", size)
    with pytest.raises(PoolerInTheWay):
        refuse_shared_backends(connect(), connect)


def test_statement_mode_is_refused(pool: Pool) -> None:
    connect = pool("statement")
    with pytest.raises(PoolerInTheWay):
        refuse_shared_backends(connect(), connect)


def test_session_mode_works(pool: Pool) -> None:
    connect = pool("session")
    session = connect()
    assert session.announced_pid != session.rows("SELECT pg_backend_pid()")[0][0]
    refuse_shared_backends(session, connect)
    assert session.rows("SELECT 1") == [(1,)]


@pytest.mark.parametrize("mode", ["transaction", "session"])
def test_a_look_through_a_pooler_names_it(
    address: Callable[..., str], tmp_path: Path, mode: str
) -> None:
    project = Project.create(tmp_path / "orders")
    opening = Opening(
        project.root, folder="migrations", environment=Environment.LOCAL, dsn=parse(address(mode))
    )
    with closing(open_session(opening)) as session:
        told = board_text(session.look())
    assert "a pooler stands between the cockpit and the server" in told


def test_a_look_without_a_pooler_names_none(fresh_database: Database, tmp_path: Path) -> None:
    project = Project.create(tmp_path / "orders")
    opening = Opening(
        project.root,
        folder="migrations",
        environment=Environment.LOCAL,
        dsn=parse(fresh_database.dsn),
    )
    with closing(open_session(opening)) as session:
        assert "pooler" not in board_text(session.look())


def test_without_a_pooler_no_second_session_is_opened(fresh_database: Database) -> None:
    def never() -> Connection:
        pytest.fail("a second session was opened")

    with opened(fresh_database.dsn) as session:
        refuse_shared_backends(session, never)


def test_looking_through_a_pool_does_not_keep_an_application_from_writing(pool: Pool) -> None:
    connect = pool("transaction", 1)
    looking = connect(read_only=True)
    with looking.look() as look:
        assert look.rows("SELECT 1") == [(1,)]
    application = connect()
    application.execute("CREATE TABLE written ()")
    with pytest.raises(DatabaseError, match="read-only transaction"), looking.look() as look:
        look.execute("CREATE TABLE never ()")
