"""PostgreSQL's table lock modes and what they keep waiting; advisory keys and who holds them.

Modes, their order and the conflict table: PostgreSQL documentation, "Explicit Locking",
table 13.2; names as in `pg_locks.mode`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LockMode(StrEnum):
    """Table-level lock modes, weakest first, named as `pg_locks.mode` prints them."""

    ACCESS_SHARE = "AccessShareLock"
    ROW_SHARE = "RowShareLock"
    ROW_EXCLUSIVE = "RowExclusiveLock"
    SHARE_UPDATE_EXCLUSIVE = "ShareUpdateExclusiveLock"
    SHARE = "ShareLock"
    SHARE_ROW_EXCLUSIVE = "ShareRowExclusiveLock"
    EXCLUSIVE = "ExclusiveLock"
    ACCESS_EXCLUSIVE = "AccessExclusiveLock"

    @property
    def rank(self) -> int:
        """Position from the weakest, 1 to 8; the number PostgreSQL's `lockdefs.h` gives it."""
        return _ORDER.index(self) + 1

    @property
    def words(self) -> str:
        """As SQL and people write it: `ACCESS EXCLUSIVE`."""
        return self.name.replace("_", " ")

    def conflicts_with(self, other: "LockMode") -> bool:
        """Whether two sessions cannot hold these two at once on one table."""
        return other in _CONFLICTS[self]

    @property
    def blocks_reads(self) -> bool:
        """Keeps plain SELECT waiting."""
        return self.conflicts_with(LockMode.ACCESS_SHARE)

    @property
    def blocks_writes(self) -> bool:
        """Keeps INSERT, UPDATE and DELETE waiting."""
        return self.conflicts_with(LockMode.ROW_EXCLUSIVE)

    @property
    def blocks(self) -> str:
        """What waits meanwhile, in the words of the screens."""
        if self.blocks_reads:
            return "reads and writes"
        if self.blocks_writes:
            return "writes"
        if self.conflicts_with(LockMode.SHARE_UPDATE_EXCLUSIVE):
            return "DDL and vacuum"
        return "nothing but DDL"


_ORDER = tuple(LockMode)
_AS, _RS, _RX, _SUX, _S, _SRX, _X, _AX = _ORDER
_CONFLICTS: dict[LockMode, frozenset[LockMode]] = {
    _AS: frozenset({_AX}),
    _RS: frozenset({_X, _AX}),
    _RX: frozenset({_S, _SRX, _X, _AX}),
    _SUX: frozenset({_SUX, _S, _SRX, _X, _AX}),
    _S: frozenset({_RX, _SUX, _SRX, _X, _AX}),
    _SRX: frozenset({_RX, _SUX, _S, _SRX, _X, _AX}),
    _X: frozenset({_RS, _RX, _SUX, _S, _SRX, _X, _AX}),
    _AX: frozenset(_ORDER),
}


def strongest(modes: "list[LockMode] | tuple[LockMode, ...]") -> LockMode | None:
    """The highest ranked of some modes; None of none."""
    return max(modes, key=lambda mode: mode.rank, default=None)


@dataclass(frozen=True, slots=True)
class AdvisoryKey:
    """One session advisory lock, by the 64-bit key that `pg_advisory_lock(bigint)` takes."""

    tool: str
    """Which tool takes it: `cockpit`, `golang-migrate`, ..."""
    key: int
    """Signed 64-bit."""
    note: str = ""
    """What tells two keys of one tool apart: `command line`, `library`."""


@dataclass(frozen=True, slots=True)
class LockHolder:
    """A session that holds a deployment lock of some tool, as `pg_locks` shows it now."""

    key: AdvisoryKey
    pid: int
    """0 for a row, which belongs to no session."""
    user: str
    application: str
    address: str | None
    """The client's address; None for a unix socket or when the role may not see it."""
    state: str
    """`active`, `idle`, `idle in transaction`, ...; `unknown` without the privilege."""
    since: datetime | None
    """Start of its session: PostgreSQL does not record when an advisory lock was taken."""
    ours: bool = False
    """This very process holds it."""
    place: str = ""
    """The table, for a lock that is a row in it or a lock on it; the key is then 0."""
    verdict: str = ""
    """What its session's state says of it, as far as the role may see."""
