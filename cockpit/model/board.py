"""One look at everything: git, history, lock, server. What the Board and `status` show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cockpit.model.history import History
from cockpit.model.ledger import Adopted
from cockpit.model.locks import LockHolder
from cockpit.model.migration import MigrationSet
from cockpit.model.problem import Problem
from cockpit.model.release import Release
from cockpit.model.revision import Revision, Tag
from cockpit.model.schema import SchemaChange
from cockpit.model.state import Lane, Standing
from cockpit.model.target import Identity, Standpoint
from cockpit.model.timeline import OtherHistory


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What an earlier run left behind, told before anything else."""

    what: str
    """`Run 7f3a of ana@bastion stopped in 0043 without a word at 02:58:40Z.`"""
    kept: str
    undone: str
    held: str
    next_step: str
    versions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """A look. It may be half: git without the database, or the reverse."""

    as_of: datetime
    standpoint: Standpoint
    tool: str
    folder: str
    identity: Identity | None
    """None while the database cannot be reached."""
    revision: Revision | None
    """None while git cannot be read."""
    standings: tuple[Standing, ...]
    """In order of version, oldest first. Empty `record`s mean nothing when `identity` is None."""
    migrations: MigrationSet
    history: History | None
    """None while the database cannot be reached: then no state is claimed."""
    holders: tuple[LockHolder, ...] = ()
    """Every known tool's deployment lock that is held in this database."""
    shut_out: str = ""
    """Whom the deployment lock keeps out, and whom not, in words; empty when not known."""
    problems: tuple[Problem, ...] = ()
    tags: tuple[tuple[Tag, str], ...] = ()
    """Release tags with the newest version each holds, oldest first."""
    released: Mapping[str, str] = field(default_factory=dict)
    """The oldest release that holds a version, by the version; what is in none is left out."""
    unfinished: Unfinished | None = None
    database_error: str = ""
    database_denied: bool = False
    """The server answers, but the role may not read what a look needs; the error names it."""
    source_error: str = ""
    release: Release | None = None
    """Which release the database is on; None when none is known."""
    schema_drift: tuple[SchemaChange, ...] | None = None
    """What was changed in the schema since the last run, by somebody else; None: not checked."""
    schema_checked: datetime | None = None
    """When the schema was compared; looks that follow within half a minute repeat the result."""
    adopted: Adopted | None = None
    """Whose history the ledger has taken over; its own table is only watched."""
    schema_unchecked: str = ""
    """Why it was not compared, one sentence."""

    named_by: tuple[str, ...] = ()
    """Options of a command line that name this target and these files again; no secret is in
    them. Empty where nobody said how they were named."""

    others: tuple[OtherHistory, ...] = ()
    """Histories of other tools in this database; read at most every half minute."""

    def lane(self, lane: Lane) -> tuple[Standing, ...]:
        """The standings of one lane, newest first."""
        return tuple(s for s in reversed(self.standings) if s.lane is lane)

    def find(self, version: str) -> Standing | None:
        """The standing of that version."""
        return next((s for s in self.standings if s.version == version), None)

    @property
    def holder(self) -> LockHolder | None:
        """Who holds a deployment lock, if anybody: ours first."""
        return next(iter(sorted(self.holders, key=lambda h: not h.ours)), None)
