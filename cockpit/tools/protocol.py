"""What a migration tool is to the cockpit: a file layout, a history table, a lock.

Every tool is one file beside this one. Two promises each: *observe* (states as the tool's own
status command would tell them, writing nothing) and *drive* (apply and roll back while keeping the
tool's history exactly as it would itself, under its own lock).
"""

from collections.abc import Sequence
from typing import Protocol

from cockpit.database.connection import Reader, Writer
from cockpit.model.history import History
from cockpit.model.ledger import Ledger
from cockpit.model.locks import AdvisoryKey
from cockpit.model.migration import Migration, MigrationSet
from cockpit.model.plan import PlannedPhase
from cockpit.model.revision import SourceFile
from cockpit.model.target import Identity


class Tool(Protocol):
    """One migration tool."""

    @property
    def name(self) -> str:
        """As `--tool` and the settings spell it."""

    def recognises(self, files: Sequence[SourceFile]) -> bool:
        """Whether this folder is laid out for the tool. Judged by shape, not by folder name."""

    def version_of(self, name: str) -> str | None:
        """The version that a file of this name would be the up side of; None when it is none."""

    def read(self, files: Sequence[SourceFile]) -> MigrationSet:
        """Migrations in the tool's own order. Bad files become problems; the rest is kept."""

    def order_key(self, version: str) -> tuple[object, ...]:
        """Sorts versions as the tool does, also those that no file holds any more."""

    def observe(self, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> History:
        """What the history says. Reads only; a missing table is an empty history."""

    def lock_keys(self, reader: Reader, identity: Identity) -> tuple[AdvisoryKey, ...]:
        """The tool's own deployment locks, to be taken beside ours and to be looked for."""

    def refuses_late(self, migration: Migration) -> str | None:
        """Why a migration older than an applied one is not run with the others; None: it is."""

    def prepare(self, writer: Writer) -> None:
        """Create the history as the tool would, if it is missing, in the caller's transaction."""

    def mark_in_doubt(self, writer: Writer, phase: PlannedPhase) -> None:
        """Before work that no transaction covers: what the tool itself would leave behind then."""

    def record(self, writer: Writer, phase: PlannedPhase) -> None:
        """Write the history after this phase, in the transaction that carries the phase."""

    def record_words(self, phase: PlannedPhase) -> str:
        """What `record` writes, for the plan."""


class Lookalike(Tool, Protocol):
    """A tool whose files look like another's; only the database tells the two apart."""

    @property
    def shares_layout_of(self) -> tuple[str, ...]:
        """The names of the others, which recognise the files."""

    def claims(self, reader: Reader, files: Sequence[SourceFile]) -> bool:
        """Its own history is in this database and fits these files. Reads only."""


class Nested(Tool, Protocol):
    """A tool whose files lie in subfolders; `version_of` is then asked with the whole path."""

    @property
    def subfolders(self) -> tuple[str, ...]:
        """Shell patterns of the subfolders that are read beside the folder itself."""

    def folder_of(self, path: str) -> str | None:
        """The folder to name, when this path is an up file of the tool; None when it is none."""


class RowLocked(Tool, Protocol):
    """A tool whose deployment lock is a committed row, which a dead session leaves behind."""

    def take_row(self, writer: Writer, owner: str) -> None:
        """Lock it in the caller's transaction, for a session that already holds the cockpit's own
        lock. Raises `HeldByAnother`; a row that a dead cockpit left is taken over."""

    def free_row(self, writer: Writer, owner: str) -> None:
        """Unlock it, if it is still this owner's."""


class FailureKept(Tool, Protocol):
    """A tool whose history says of a migration that it broke off."""

    def record_failure(self, writer: Writer, phase: PlannedPhase) -> None:
        """Say so, in a transaction of its own after the phase was given up."""
