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
    """The phase's one statement runs in batches between `:from` and `:to` of a key."""

    table: str
    key: str
    batch: int
    """Rows a batch aims at."""


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
    """What somebody must confirm before this phase may start."""
    backfill: Backfill | None = None
    checks: tuple[Check, ...] = ()
    """Run after the script, in its transaction when it has one."""


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
