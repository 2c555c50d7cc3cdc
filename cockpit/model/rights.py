"""What the role that would run a plan may not do, as far as it can be known beforehand."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rights:
    """Read in one look; nothing is tried."""

    role: str
    grants: tuple[str, ...] = ()
    """Statements that an owner has to run before the ledger can be written; empty: none."""
    strangers: frozenset[str] = frozenset()
    """Owners of relations for whom the role may not act."""

    @property
    def refusal(self) -> str:
        """Why nothing may be run, one sentence; empty where nothing speaks against it."""
        return f"{self.role} may not write the ledger of this database." if self.grants else ""

    @property
    def way_out(self) -> str:
        """What to do about the refusal."""
        return f"As an owner: {'; '.join(self.grants)}."
