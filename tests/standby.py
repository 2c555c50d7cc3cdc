"""A streaming standby of an embedded server, that can be held back, cut off and promoted."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from cockpit.embedded.folder import Folder
from cockpit.embedded.postmaster import Postmaster
from cockpit.embedded.server import EmbeddedServer
from tests.databases import execute

NAME = "replica-1"
"""As `pg_stat_replication` shows it on the primary."""
_HELD_BY_THE_PRIMARY = -1
"""The standby lives in the primary's own folder."""


@dataclass
class Standby:
    """A hot standby."""

    dsn: str
    primary: str

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        """Ask it, or tell it; writes only after `promote`."""
        return execute(self.dsn, statement)

    def lag_by(self, milliseconds: int) -> None:
        """Apply every commit that much later than the primary made it."""
        self._set(f"recovery_min_apply_delay = '{milliseconds}ms'")

    def cut_off(self) -> None:
        """Receive nothing more from the primary."""
        self._set("primary_conninfo = ''")
        self._until("SELECT count(*) = 0 FROM pg_stat_wal_receiver")

    def promote(self) -> None:
        """Become a primary, with what was received."""
        assert self.execute("SELECT pg_promote(true, 30)") == [(True,)]
        self._until("SELECT NOT pg_is_in_recovery()")

    def caught_up(self, seconds: float = 30) -> None:
        """Come back when everything that the primary has written until now is applied."""
        where = execute(self.primary, "SELECT pg_current_wal_flush_lsn()::text")[0][0]
        self._until(f"SELECT pg_last_wal_replay_lsn() >= '{where}'", seconds)

    def beside(self, database: str) -> str:
        """The same standby, another database."""
        return make_conninfo(self.dsn, dbname=database)

    def _set(self, setting: str) -> None:
        self.execute_alone(f"ALTER SYSTEM SET {setting}")
        self.execute("SELECT pg_reload_conf()")

    def execute_alone(self, statement: str) -> None:
        """Outside of a transaction block."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _until(self, question: str, seconds: float = 30) -> None:
        until = time.monotonic() + seconds
        while self.execute(question) != [(True,)]:
            assert time.monotonic() < until, question
            time.sleep(0.02)


@contextmanager
def standby_of(primary: EmbeddedServer, through: Path | None = None) -> Iterator[Standby]:
    """A standby that streams from it, gone with everything it wrote at the end of the block.

    `through`: the folder of a socket that leads to the primary, for the stream alone.
    """
    place = Folder(primary.private_folder / "standby", _HELD_BY_THE_PRIMARY)
    confined = primary.confinement
    postmaster = None
    try:
        place.path.mkdir(mode=0o700)
        place.data.mkdir(mode=0o700)
        place.sockets.mkdir(mode=0o700)
        confined.give(place.path)
        address = make_conninfo(primary.dsn(), application_name=NAME)
        copied = confined.run(
            "pg_basebackup", f"--pgdata={place.data}", f"--dbname={address}",
            "--write-recovery-conf", "--checkpoint=fast", "--wal-method=stream", "--no-sync",
        )  # fmt: skip
        assert copied.returncode == 0, copied.stdout
        if through is not None:
            stream = make_conninfo(address, host=str(through)).replace("'", "''")
            with (place.data / "postgresql.auto.conf").open("a") as settings:
                settings.write(f"primary_conninfo = '{stream}'\n")
        postmaster = Postmaster(place, confined, _parameters(place.sockets))
        postmaster.start()
        postmaster.await_ready()
        dsn = make_conninfo(primary.dsn(), host=str(place.sockets))
        yield Standby(dsn, primary.dsn())
    finally:
        if postmaster is not None:
            postmaster.end()
        shutil.rmtree(place.path, ignore_errors=True)


def _parameters(sockets: Path) -> dict[str, str]:
    return {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "unix_socket_permissions": "0700",
        "shared_buffers": "32MB",
        "dynamic_shared_memory_type": "mmap",
        "wal_receiver_status_interval": "1s",
        "wal_retrieve_retry_interval": "100ms",
    }
