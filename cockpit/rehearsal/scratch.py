"""A database server that may be written: ours for a while, or one named for it.

Never the target's own: roles, tablespaces and databases belong to a whole cluster, so a migration
that is only rehearsed would change the target's. Two servers are told apart by the system
identifier of their clusters; where that cannot be read, a named server is refused.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from cockpit.database.connection import Connection
from cockpit.database.identity import read_identity
from cockpit.embedded.server import EmbeddedServer
from cockpit.errors import CockpitError, Refused
from cockpit.model.target import Identity
from cockpit.rehearsal.impossible import Impossible
from cockpit.rehearsal.programs import Programs
from cockpit.settings.dsn import Dsn, parse

_SETTINGS = {
    "max_locks_per_transaction": "1024",  # a whole schema is restored in one transaction
    "autovacuum": "off",  # would take locks and start counters in between
    "max_parallel_workers_per_gather": "0",  # their locks belong to other processes
    "max_parallel_maintenance_workers": "0",
    "wal_level": "logical",
    "max_prepared_transactions": "8",
}
_APPLICATION = "cockpit rehearsal"


@dataclass(frozen=True, slots=True)
class Scratch:
    """A server, and the names of the two databases that a rehearsal makes on it."""

    dsn: Dsn
    """Leads to a maintenance database that is in nobody's way."""
    own: bool
    """Started for this rehearsal and gone after it."""
    version: int
    """`server_version_num`."""
    superuser: bool
    clone: str
    """The database that holds the target's schema as it is; nothing is run in it."""
    work: str
    """A copy of it, in which the plan runs; made anew as often as needed."""

    @property
    def major(self) -> int:
        """14 to 18."""
        return self.version // 10000

    @property
    def words(self) -> str:
        """`PostgreSQL 15.18, started for this rehearsal`."""
        number = f"PostgreSQL {self.major}.{self.version % 10000}"
        return f"{number}, {'started for this rehearsal' if self.own else 'named for rehearsals'}"

    def connect(self, database: str | None = None) -> Connection:
        """A new session in one of its databases; the maintenance database by default."""
        dsn = self.dsn if database is None else with_database(self.dsn, database)
        return Connection.open(dsn, None, application=_APPLICATION, read_only=False)

    def create(self, database: str, *, template: str, options: str = "") -> None:
        """Make a database anew. Whoever was in the old one is thrown out."""
        how = " STRATEGY file_copy" if self.major >= 15 else ""
        with self._maintenance() as server:
            server.execute(f"DROP DATABASE IF EXISTS {quoted(database)} WITH (FORCE)")
            server.execute(
                f"CREATE DATABASE {quoted(database)} TEMPLATE {quoted(template)}{options}{how}"
            )

    def drop(self, *databases: str) -> None:
        """Remove databases that were made here; both without a name."""
        with self._maintenance() as server:
            for database in databases or (self.work, self.clone):
                server.execute(f"DROP DATABASE IF EXISTS {quoted(database)} WITH (FORCE)")

    def execute(self, *statements: str) -> None:
        """Run statements in the maintenance database, each on its own."""
        with self._maintenance() as server:
            for statement in statements:
                server.execute(statement)

    @contextmanager
    def _maintenance(self) -> Iterator[Connection]:
        connection = self.connect()
        try:
            yield connection
        finally:
            connection.close()


@contextmanager
def open_scratch(target: Identity, named: Dsn | None, programs: Programs) -> Iterator[Scratch]:
    """The named server, else one of the target's version started here; cleaned up at the end.

    Raises `Refused` when the named one is the target's own cluster or may be, `Impossible` when no
    server can be started.
    """
    if named is not None:
        scratch = _on_named(target, named)
        try:
            yield scratch
        finally:
            scratch.drop()
        return
    settings: Mapping[str, str] = _SETTINGS
    with EmbeddedServer(programs.server(target.major), settings=settings) as server:
        yield _examined(parse(server.dsn("template1")), target, own=True)


def with_database(dsn: Dsn, database: str) -> Dsn:
    """The same server, another database."""
    others = tuple(pair for pair in dsn.parameters if pair[0] != "dbname")
    return Dsn((*others, ("dbname", database)), dsn.secrets)


def quoted(name: str) -> str:
    """A name as SQL writes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def _on_named(target: Identity, named: Dsn) -> Scratch:
    try:
        scratch = _examined(named, target, own=False)
    except Refused:
        raise
    except CockpitError as error:
        raise Impossible(
            f"The server of rehearsal_dsn cannot be used: {error.what}",
            missing=("the server of rehearsal_dsn",),
            next_step="Correct rehearsal_dsn, or leave it out to start a server here.",
        ) from error
    if scratch.major < target.major:
        raise Impossible(
            f"The server of rehearsal_dsn is PostgreSQL {scratch.major}, the target "
            f"{target.major}.",
            missing=(f"a rehearsal server of PostgreSQL {target.major}",),
        )
    return scratch


def _examined(dsn: Dsn, target: Identity, *, own: bool) -> Scratch:
    connection = Connection.open(dsn, None, application=_APPLICATION, read_only=False)
    try:
        identity = read_identity(connection)
        if not own:
            _refuse_target(identity, target)
        is_superuser = connection.rows("SELECT current_setting('is_superuser') = 'on'")[0][0]
    finally:
        connection.close()
    name = f"cockpit_rehearsal_{secrets.token_hex(4)}"
    return Scratch(
        dsn=dsn,
        own=own,
        version=identity.server_version,
        superuser=is_superuser,
        clone=f"{name}_clone",
        # Migrations name their own database (ALTER DATABASE orders SET ...), so ours has that name.
        work=target.database if own else name,
    )


def _refuse_target(scratch: Identity, target: Identity) -> None:
    if scratch.system_identifier and target.system_identifier:
        if scratch.system_identifier != target.system_identifier:
            return
        why = "belongs to the target's own cluster, or to a physical copy of it"
    else:
        why = "cannot be told from the target's: one of them does not give its system identifier"
    raise Refused(
        f"The server of rehearsal_dsn {why}.",
        kept="The target was only read.",
        next_step="Name another server, or leave rehearsal_dsn out to start one here.",
    )
