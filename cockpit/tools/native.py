"""The cockpit's own files, a superset of dbmate's, with the ledger as their history."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cockpit.database.connection import Reader, Writer
from cockpit.model.history import History
from cockpit.model.ledger import Ledger
from cockpit.model.locks import AdvisoryKey
from cockpit.model.migration import Migration, MigrationSet
from cockpit.model.plan import PlannedPhase
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.model.target import Identity
from cockpit.source.directives import read_migration
from cockpit.source.ordering import ordered
from cockpit.tools.foreign import foreign_histories
from cockpit.tools.recorded import record_of

_FILE = re.compile(r"^(\d+).*\.sql$")
_MARKER = re.compile(rb"^--\s*migrate:up", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Native:
    """One SQL file a version, with `-- migrate:up` and `-- migrate:down` markers."""

    @property
    def name(self) -> str:
        """As `--tool` spells it."""
        return "cockpit"

    def recognises(self, files: Sequence[SourceFile]) -> bool:
        """A numbered SQL file with a `migrate:up` marker is here."""
        return any(_FILE.match(file.name) and _MARKER.search(file.content) for file in files)

    def order_key(self, version: str) -> tuple[object, ...]:
        """Text order, as dbmate sorts file names."""
        return (version,)

    def version_of(self, name: str) -> str | None:
        """The digits a SQL file's name begins with."""
        match = _FILE.match(name)
        return match[1] if match else None

    def read(self, files: Sequence[SourceFile]) -> MigrationSet:
        """By version, within the order that `requires:` demands."""
        migrations: list[Migration] = []
        problems: list[Problem] = []
        for file in files:
            if _FILE.match(file.name):
                migration, found = read_migration(file)
                problems += found
                migrations += [migration] if migration else []
        result = ordered(migrations)
        return MigrationSet(result.migrations, (*problems, *result.problems))

    def observe(self, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> History:
        """The fold of the ledger. Another tool's history of the same versions is told of."""
        doubts, problems = foreign_histories(reader, migrations, ledger)
        states = sorted(ledger.versions.values(), key=lambda state: state.seq)
        records = tuple(record_of(state) for state in states if _has_past(state.version, ledger))
        return History(
            records=records,
            head=ledger.head,
            exists=ledger.exists,
            unfinished=ledger.unfinished,
            stopped=ledger.stopped,
            problems=problems,
            doubts=doubts,
        )

    def lock_keys(self, reader: Reader, identity: Identity) -> tuple[AdvisoryKey, ...]:
        """None beside the cockpit's own."""
        return ()

    def refuses_late(self, migration: Migration) -> str | None:
        """A late migration runs like any other; the plan says that it is late."""
        return None

    def prepare(self, writer: Writer) -> None:
        """The ledger is the history, and the engine keeps it."""

    def mark_in_doubt(self, writer: Writer, phase: PlannedPhase) -> None:
        """The ledger's `step started` says it already."""

    def record(self, writer: Writer, phase: PlannedPhase) -> None:
        """The ledger's event is the record."""

    def record_words(self, phase: PlannedPhase) -> str:
        """The event in the ledger."""
        verb = "applied" if phase.direction.value == "up" else "rolled back"
        return f"{phase.version} {phase.phase} as {verb}"


def _has_past(version: str, ledger: Ledger) -> bool:
    """A gate that was confirmed and nothing else is no past."""
    state = ledger.versions[version]
    return bool(
        state.was_applied or state.imported or state.failure
        or (state.open and not state.open.untouched)
    )  # fmt: skip
