"""Bad input that does not stop the rest: told, kept, and what to do next."""

from dataclasses import dataclass

LEDGER = "cockpit.ledger"
"""The place of a problem with the ledger itself."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file, a history table or a setting; everything else still works."""

    what: str
    path: str = ""
    """Repository path, or the table's name; empty when the problem has no place."""
    line: int = 0
    """From 1; 0 when the whole file is meant."""
    column: int = 0
    version: str | None = None
    """The migration that cannot be used because of it."""
    next_step: str = ""
    blocks_writing: bool = True
    """False for advice: the plan may still be run."""

    @property
    def place(self) -> str:
        """`path:line:column`, as far as it is known."""
        parts = [self.path, *(str(n) for n in (self.line, self.column) if n)]
        return ":".join(part for part in parts if part)

    def __str__(self) -> str:
        return ": ".join(part for part in (self.place, self.what) if part)
