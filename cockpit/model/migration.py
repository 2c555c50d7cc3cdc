"""A migration as files say it: phases up, phases down, a checksum, what it requires."""

from dataclasses import dataclass
from enum import StrEnum

from cockpit.model.problem import Problem


class Direction(StrEnum):
    """Which way a phase goes."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Check:
    """A query that must return one true value, or the phase fails."""

    title: str
    sql: str
    line: int
    """Line of the query's first character in its file, from 1."""


@dataclass(frozen=True, slots=True)
class Backfill:
    """The phase's one statement runs in batches between two bounds of a key.

    The bounds are `:from` and `:to`, both inclusive. With a key of several columns they are
    `:from_a`, `:from_b`, `:to_a`, `:to_b`, to be compared as rows. `ctid` stands for the place of
    a row where a table has no key; rows that move are then met twice, so the statement must bear
    that.
    """

    table: str
    key: str
    """One column, several with commas between, or `ctid`."""
    batch: int
    """Rows of the first batch; later ones are fitted to `milliseconds`."""
    milliseconds: int = 200
    """How long a batch shall take: so long may a row that the application wants be locked."""
    max_lag: int = 10
    """Seconds a replica may lie behind; the backfill waits while one lies further back."""
    max_active: int = 0
    """Active sessions beyond which it waits; 0 for any number."""
    pause_while: str = ""
    """A query; the backfill waits while it says true."""

    @property
    def bounds(self) -> tuple[str, ...]:
        """The names that stand as `:name` in the statement for `$1`, `$2`, ... in order."""
        columns = [part.strip() for part in self.key.split(",")]
        if len(columns) == 1:
            return ("from", "to")
        return tuple(f"{end}_{column}" for end in ("from", "to") for column in columns)


@dataclass(frozen=True, slots=True)
class ReadOnly:
    """Whom a phase keeps from writing while it runs."""

    roles: tuple[str, ...] = ()
    """Login roles, in this database only; none for everybody in it."""
    wait_seconds: int = 30
    """How long transactions that were open already are waited for."""

    @property
    def words(self) -> str:
        """`role app`, `roles app, worker`, `the whole database`."""
        if not self.roles:
            return "the whole database"
        return f"role{'s' if len(self.roles) > 1 else ''} {', '.join(self.roles)}"

    @property
    def subjects(self) -> tuple[str | None, ...]:
        """Whose setting is changed; None stands for the database's own."""
        return self.roles or (None,)


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of a migration that is deployed as one."""

    name: str
    """`up` for a plain migration. A down phase carries the name of the up phase it undoes."""
    direction: Direction
    script: str
    """The SQL exactly as in the file, comments included."""
    path: str
    line: int = 1
    """Line of the script's first character in its file, from 1."""
    transaction: bool = True
    """False when the file says `transaction:false`."""
    gate: str | None = None
    """What must be true before this phase may start; a person confirms it, or `gate_sql` does."""
    gate_sql: str = ""
    """A query that must say true; then nobody is asked, and nobody can say it instead."""
    backfill: Backfill | None = None
    checks: tuple[Check, ...] = ()
    """Run after the script, in its transaction when it has one."""
    readonly: ReadOnly | None = None
    """Whom it keeps from writing while it runs."""
    program: tuple[str, ...] = ()
    """What makes the tool's own command run it: the script is then only what the tool says that it
    would send."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One version at one revision."""

    version: str
    name: str
    up: tuple[Phase, ...]
    down: tuple[Phase, ...]
    """In the order they are executed: the last up phase is undone first."""
    checksum: str | None
    """As the tool computes it; the cockpit's own is used where the tool has none."""
    path: str
    """The file that carries the up side."""
    blobs: tuple[str, ...] = ()
    """Git object ids of every file it was read from."""
    requires: tuple[str, ...] = ()
    irreversible: str | None = None
    """Why there is no way back, in the author's words."""
    uncommitted: bool = False
    priority: int = 0
    """How early it wants to be merged among those of other branches; larger is earlier."""
    metadata: str = ""
    """What the tool writes into its own history beside all this, in a form only it reads."""
    run_by: str = ""
    """The one program that can run it, where it can be read but not run here."""

    @property
    def phase_names(self) -> tuple[str, ...]:
        """Names of the up phases, in order."""
        return tuple(phase.name for phase in self.up)

    @property
    def reversible(self) -> bool:
        """Every up phase has a down phase and nobody said it cannot go back."""
        undone = {phase.name for phase in self.down}
        return self.irreversible is None and bool(self.up) and undone >= set(self.phase_names)

    @property
    def undo_script(self) -> str | None:
        """All down phases as one text, as the ledger keeps it; None without a way back."""
        return "\n".join(phase.script for phase in self.down) if self.down else None


@dataclass(frozen=True, slots=True)
class MigrationSet:
    """All migrations of one folder at one revision, in the order they are applied."""

    migrations: tuple[Migration, ...]
    problems: tuple[Problem, ...] = ()

    def find(self, version: str) -> Migration | None:
        """The migration of that version, if the files hold it."""
        return next((m for m in self.migrations if m.version == version), None)

    @property
    def versions(self) -> tuple[str, ...]:
        """Every version, in order."""
        return tuple(migration.version for migration in self.migrations)
