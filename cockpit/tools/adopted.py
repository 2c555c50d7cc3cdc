"""A project after adoption: files as its earlier tool lays them out, the ledger as their history.

Native files in the same folder are read beside them, so that new migrations may have phases. The
earlier tool's table stays as it was and is only watched: what it names beyond the adoption was
written behind the ledger's back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cockpit.database.connection import Reader, Writer
from cockpit.model.history import History, Recorded
from cockpit.model.ledger import Adopted, Ledger
from cockpit.model.locks import AdvisoryKey
from cockpit.model.migration import Migration, MigrationSet
from cockpit.model.plan import PlannedPhase
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.model.target import Identity
from cockpit.tools.native import Native
from cockpit.tools.protocol import Tool

_NATIVE = Native()
_HOLDS = (Recorded.APPLIED, Recorded.IMPORTED)


@dataclass(frozen=True, slots=True)
class AdoptedProject:
    """The native tool on another tool's layout. `Tool` without a history of its own."""

    layout: Tool
    """Whose files these are; its table is watched, never written."""

    @property
    def name(self) -> str:
        """The ledger is the history, so it is the cockpit's."""
        return _NATIVE.name

    def recognises(self, files: Sequence[SourceFile]) -> bool:
        """Files of either kind are here."""
        return self.layout.recognises(files) or _NATIVE.recognises(files)

    def version_of(self, name: str) -> str | None:
        """As the earlier tool reads it, else as a native file."""
        return self.layout.version_of(name) or _NATIVE.version_of(name)

    def order_key(self, version: str) -> tuple[object, ...]:
        """As the earlier tool sorts."""
        return self.layout.order_key(version)

    def read(self, files: Sequence[SourceFile]) -> MigrationSet:
        """The earlier tool's migrations, then the native ones among them by the same order."""
        native = [file for file in files if _NATIVE.recognises([file])]
        earlier = self.layout.read([file for file in files if file not in native])
        own = _NATIVE.read(native)
        taken = set(earlier.versions)
        twice = tuple(_twice(m) for m in own.migrations if m.version in taken)
        added = [m for m in own.migrations if m.version not in taken]
        migrations = (*earlier.migrations, *added)
        if added and earlier.migrations and all(_numeric(m.version) for m in migrations):
            migrations = tuple(sorted(migrations, key=lambda m: self.order_key(m.version)))
        return MigrationSet(migrations, (*earlier.problems, *own.problems, *twice))

    def observe(self, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> History:
        """The ledger, and whether the earlier tool went on writing its own table."""
        history = _NATIVE.observe(reader, ledger, migrations)
        # What any other tool's table says is told by the watch below.
        history = replace(history, doubts={}, problems=())
        adopted = ledger.adopted
        if adopted is None:
            return replace(history, problems=(_mixed(self.layout.name),))
        theirs = self.watched(reader, ledger, migrations)
        if theirs.doubts and not theirs.records:
            # The table cannot be read any more, so nothing is claimed of it.
            return history
        named = {record.version for record in theirs.records if record.recorded in _HOLDS}
        ours = {version for version, state in ledger.versions.items() if state.complete}
        later = named - adopted.versions - ours
        gone = adopted.versions - named if theirs.exists else frozenset[str]()
        return replace(
            history,
            head=f"{history.head}/{','.join(sorted(later | gone))}",
            doubts=dict.fromkeys(later, f"{adopted.tool}'s table says that it is applied."),
            problems=_went_on(adopted, later, gone, self.layout),
        )

    def lock_keys(self, reader: Reader, identity: Identity) -> tuple[AdvisoryKey, ...]:
        """The earlier tool's, so that a forgotten pipeline cannot run beside us."""
        return self.layout.lock_keys(reader, identity)

    def refuses_late(self, migration: Migration) -> str | None:
        """A late migration runs like any other; the plan says that it is late."""
        return None

    def prepare(self, writer: Writer) -> None:
        """The ledger is the history, and the engine keeps it."""

    def mark_in_doubt(self, writer: Writer, phase: PlannedPhase) -> None:
        """The ledger's `step started` says it already."""

    def record(self, writer: Writer, phase: PlannedPhase) -> None:
        """The ledger's event is the record; the earlier tool's table stays untouched."""

    def record_words(self, phase: PlannedPhase) -> str:
        """The event in the ledger."""
        return _NATIVE.record_words(phase)

    def watched(self, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> History:
        """What the earlier tool's own table says now, by versions as the ledger spells them."""
        adopted = ledger.adopted.versions if ledger.adopted else frozenset()
        known = Ledger(versions=ledger.versions, observed=adopted)
        return self.layout.observe(reader, known, migrations)


def _numeric(version: str) -> bool:
    return version.isdecimal()


def _went_on(
    adopted: Adopted, later: set[str], gone: frozenset[str], layout: Tool
) -> tuple[Problem, ...]:
    """Told for as long as the two histories say different things."""
    told = []
    if later:
        names = ", ".join(sorted(later, key=layout.order_key))
        told.append(f"names {names}, which came after it")
    if gone:
        names = ", ".join(sorted(gone, key=layout.order_key))
        told.append(f"no longer names {names}")
    if not told:
        return ()
    return (
        Problem(
            f"{adopted.tool} has gone on writing since its history was adopted on "
            f"{adopted.at:%Y-%m-%d}: its table {' and '.join(told)}",
            path=adopted.table,
            next_step="Take it out of the pipeline, then take over what it did: cockpit adopt.",
        ),
    )


def _mixed(layout: str) -> Problem:
    return Problem(
        f"the folder holds files of {layout} and of the cockpit, and the history of neither was "
        "adopted by the other",
        next_step=f"Adopt {layout}'s history (cockpit adopt --tool {layout}), or say with --tool "
        "whose files count.",
    )


def _twice(migration: Migration) -> Problem:
    return Problem(
        f"version {migration.version} exists twice: a native file and one of the earlier tool "
        "have it",
        path=migration.path,
        version=migration.version,
        next_step="Give one of the two another version.",
    )
