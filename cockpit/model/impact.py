"""What a statement does to others: locks, rewrites, scans."""

from dataclasses import dataclass
from enum import StrEnum

from cockpit.model.attic import KeptColumn
from cockpit.model.locks import LockMode, strongest

FAILS = "fails: "
"""How a note begins that says why the server will refuse the statement."""


class Basis(StrEnum):
    """Where an impact is known from."""

    PREDICTED = "predicted"
    OBSERVED = "observed"


@dataclass(frozen=True, slots=True, order=True)
class RelationLock:
    """The strongest mode one statement asks for on one relation."""

    relation: str
    """`schema.name`, unquoted, as the catalog stores it; the name as written without a catalog."""
    mode: LockMode
    kind: str = "r"
    """`pg_class.relkind`: r table, p partitioned, f foreign, m materialized view, v view, S
    sequence, c type, i and I index."""

    @property
    def is_index(self) -> bool:
        """Nobody but the commands on the index itself waits for it alone."""
        return self.kind in ("i", "I")

    @property
    def effect(self) -> str:
        """What waits meanwhile: `blocks reads and writes`, `locks the index only`."""
        return "locks the index only" if self.is_index else f"blocks {self.mode.blocks}"


@dataclass(frozen=True, slots=True)
class Loss:
    """A table or some columns of one that a statement drops, as they are right before it."""

    words: str
    """As `Impact.loses` has it."""
    oid: int
    schema: str
    table: str
    columns: tuple[KeptColumn, ...]
    """What is worth keeping: generated columns are left out."""
    key: tuple[KeptColumn, ...] = ()
    """A key that stays and finds the rows again."""
    whole: bool = False
    partitioned: bool = False
    part_of: int = 0
    """The partitioned table at the top, whose rows hold these too; 0 for none."""
    obstacle: str = ""
    """Why it cannot be kept; empty when it can."""


@dataclass(frozen=True, slots=True)
class Inside:
    """One statement that a DO block runs, as far as its text tells."""

    sql: str
    impact: "Impact"


@dataclass(frozen=True, slots=True)
class Impact:
    """The effect of one statement on relations that exist before it."""

    kind: str
    """The command in SQL's words: `ALTER TABLE`, `CREATE INDEX CONCURRENTLY`."""
    locks: tuple[RelationLock, ...] = ()
    rewrites: tuple[str, ...] = ()
    """Relations whose data goes into a new file."""
    scans: tuple[str, ...] = ()
    """Relations read from end to end; rewritten ones left out."""
    may_scan: tuple[str, ...] = ()
    """Relations of which the planner decides whether they are read from end to end: the other side
    of a foreign key whose rows are looked up."""
    indexes_rebuilt: tuple[str, ...] = ()
    transactional: bool = True
    """False when PostgreSQL refuses it inside a transaction block."""
    unknown: bool = False
    """True when the text hides what will run (dynamic SQL, a function call, \\copy)."""
    loses: tuple[str, ...] = ()
    """Data that is gone afterwards, in words: `column users.name`, `every row of sessions`."""
    losses: tuple[Loss, ...] = ()
    """The dropped tables and columns among them, as far as the catalog was read."""
    notes: tuple[str, ...] = ()
    """What the catalog would have to decide, in words for the operator."""
    basis: Basis = Basis.PREDICTED
    inside: tuple[Inside, ...] = ()
    """What a DO block runs, in order; the effects are those of the whole already."""
    new_locks: tuple[RelationLock, ...] = ()
    """On relations that an earlier transaction of the same plan has made: nobody knows them before
    the run, anybody may use them from that commit on."""
    finds_nothing: bool = False
    """True when the catalog has nothing of what a DROP ... IF EXISTS names."""

    @property
    def fails(self) -> str:
        """Why the server is known to refuse it; empty where nothing speaks against it."""
        told = (note for note in self.notes if note.startswith(FAILS))
        return next((note.removeprefix(FAILS) for note in told), "")

    @property
    def strongest(self) -> LockMode | None:
        """The strongest table lock, or None when no existing relation is locked."""
        return strongest([lock.mode for lock in self.locks if not lock.is_index])

    @property
    def strongest_of_all(self) -> LockMode | None:
        """The same, with relations that the plan itself has made before."""
        both = (*self.locks, *self.new_locks)
        return strongest([lock.mode for lock in both if not lock.is_index])
