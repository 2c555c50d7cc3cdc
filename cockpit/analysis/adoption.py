"""What an adoption would import, and what speaks against it, from a history and two schemas."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cockpit.analysis.schema_drift import schema_changes
from cockpit.model.adoption import Adoption, Finding, Import
from cockpit.model.history import History, Record, Recorded
from cockpit.model.ledger import Ledger
from cockpit.model.migration import Migration, MigrationSet
from cockpit.model.schema import Alteration, SchemaChange, Snapshot

_IN_FORCE = (Recorded.APPLIED, Recorded.IMPORTED)
_NOT_WHOLE = (Recorded.FAILED, Recorded.PARTIAL)
_LONGEST = 80
"""Characters of a definition that are still told."""


def with_versions(
    adoption: Adoption, history: History, ledger: Ledger, migrations: MigrationSet
) -> Adoption:
    """The same with every version that the tool's history has in force, sorted by what becomes
    of it: imported, kept as the cockpit applied it, or gone from the ledger."""
    in_force = [record for record in history.records if record.recorded in _IN_FORCE]
    named = {record.version for record in in_force}
    gone = _gone(named, ledger)
    kept = [v for v, state in ledger.versions.items() if state.complete and v not in gone]
    return replace(
        adoption,
        named=tuple(record.version for record in in_force),
        imports=tuple(
            _import(record, migrations.find(record.version))
            for record in in_force
            if not _is_ours(record, ledger)
        ),
        kept=tuple(version for version in kept if version not in _strangers(in_force, ledger)),
        gone=gone,
        refusals=(*adoption.refusals, *_refusals(history, ledger)),
    )


def _gone(named: set[str], ledger: Ledger) -> tuple[str, ...]:
    """What the tool has rolled back since the ledger had it in force.

    After an adoption the tool knows nothing of later versions, so only those that it gave count.
    """
    theirs = ledger.adopted.versions if ledger.adopted else ledger.versions.keys()
    return tuple(
        version
        for version, state in ledger.versions.items()
        if state.complete and version in theirs and version not in named
    )


def _strangers(in_force: Sequence[Record], ledger: Ledger) -> frozenset[str]:
    """Versions that the tool has applied anew since the ledger had them in force."""
    return frozenset(r.version for r in in_force if not _is_ours(r, ledger))


def not_proved(
    versions: Sequence[str], found: Mapping[str, Migration], migrations: MigrationSet
) -> dict[str, str]:
    """Versions whose statements nobody here knows, each with why."""
    whys = {}
    for version in versions:
        migration = found.get(version)
        problem = next(
            (p.what for p in migrations.problems if p.version == version and p.blocks_writing), ""
        )
        if migration is None:
            whys[version] = "is in no file and in no commit, so nobody knows what it made"
        elif not migration.up:
            whys[version] = "is a program: its statements are known only when its tool runs it"
        elif problem:
            whys[version] = f"cannot be built: {problem}"
    return whys


def findings(
    implied: Snapshot,
    live: Snapshot,
    authors: Mapping[tuple[str, str, str], str],
    unproved: Mapping[str, str],
) -> tuple[Finding, ...]:
    """Versions that cannot be proved, then every object in which files and live disagree."""
    versions = [Finding(f"migration {v}", why, v) for v, why in unproved.items()]
    changes = schema_changes(implied, live)
    objects = [
        Finding(c.object.label, " ".join(_words(c, version)), version)
        for c in changes
        for version in [authors.get(c.object.key)]
    ]
    return (*versions, *objects)


def _is_ours(record: Record, ledger: Ledger) -> bool:
    """The ledger has it in force already: with the way back, or as imported before."""
    state = ledger.versions.get(record.version)
    if state is None or not state.complete:
        return False
    return ledger.adopted is not None or bool(record.done)


def _import(record: Record, migration: Migration | None) -> Import:
    name = migration.name if migration and migration.name else record.name
    checksum = record.checksum or (migration.checksum if migration else None)
    blobs = migration.blobs if migration else ()
    return Import(record.version, name, checksum, record.applied_at, blobs)


def _refusals(history: History, ledger: Ledger) -> Iterator[str]:
    if ledger.unfinished is not None:
        yield "A run of the cockpit is on, or has not told its end: finish it first (resume)."
    for problem in history.problems:
        if problem.blocks_writing:
            yield f"{problem}. {problem.next_step}".strip()
    for record in history.records:
        if record.recorded in _NOT_WHOLE:
            yield (
                f"{record.version} is {record.recorded}: an adoption would hide that. Settle it "
                f"first (cockpit diagnose {record.version})."
            )
    if history.doubts and not history.problems:
        yield "Of some versions nothing is known: " + ", ".join(history.doubts) + "."


def _words(change: SchemaChange, version: str | None) -> Iterator[str]:
    """What files and live say of one object, and whose word it was last."""
    by = f" ({version})" if version else ""
    match change.alteration:
        case Alteration.ADDED:
            yield "is live, and no file makes it" if not version else f"is live, gone by {version}"
        case Alteration.DROPPED:
            yield f"the files make it{by}, and it is not live"
        case Alteration.CHANGED:
            yield f"differs{by}:"
            yield "; ".join(_part(change, part) for part in change.parts if part != "number")


def _part(change: SchemaChange, part: str) -> str:
    files = change.before.parts.get(part, "none") if change.before else "none"
    live = change.after.parts.get(part, "none") if change.after else "none"
    return f"{part} is {_short(files)} in the files and {_short(live)} live"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
