"""Repair by evidence: what the catalog shows of a version is written into its history.

The field calls this `force` (golang-migrate), `repair` (Flyway), `resolve` (Prisma), `stamp`
(Alembic); there the operator's word is taken. Here the catalog is asked, and nothing is written
where it cannot tell. The schema itself is never touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cockpit.analysis.settlement import already_told, judge, sealed
from cockpit.database.connection import Connection
from cockpit.database.diagnosis import diagnose
from cockpit.deploy.looking import Looked, Looking
from cockpit.deploy.server_side import ServerLook, ServerSide
from cockpit.deploy.source_side import SourceLook
from cockpit.errors import CockpitError, UsageError
from cockpit.model.history import Record, Recorded
from cockpit.model.migration import Direction, Migration, Phase
from cockpit.model.plan import PlannedPhase
from cockpit.model.settlement import Found, SettledPart, Settlement
from cockpit.tools.registry import order_of

_WAY_BACK = (
    "The schema is not touched. Settle it again when the catalog has changed; the row as it was "
    "stands in the ledger's event"
)


@dataclass(frozen=True, slots=True)
class Write:
    """One phase to be written into the histories, without running it."""

    phase: PlannedPhase
    evidence: str
    was_applied: bool
    """The history said so before."""
    clears_row: bool
    """The tool's own row says that it failed: it goes first."""
    verified: bool = False
    """The file is known to be what was run, so its checksum may be kept."""


def settlement(
    looking: Looking, server_side: ServerSide, looked: Looked, version: str, said: Found | None
) -> Settlement:
    """What would be written, from this look. Raises UsageError for a version nobody knows."""
    source, server = _both(looked)
    standing = looked.board.find(version)
    if standing is None:
        raise UsageError(f"No migration has the version {version}, here or in the history.")
    in_doubt = server.history.in_doubt
    versions = in_doubt if version in in_doubt else (version,)
    migrations = looking.to_diagnose(looked, versions)
    parts = server_side.read(
        lambda reader: tuple(_part(reader, looked, server, m, said) for m in migrations)
    )
    made = Settlement(
        id="",
        version=version,
        name=standing.name,
        told=f"{standing.state}: {standing.why}",
        parts=parts,
        refusals=_refusals(looked, server, parts),
        way_back=_WAY_BACK,
        said=said,
    )
    if made.refusals:
        return sealed(made, server.history.head)
    words = [_words(source, write) for write in writes(made, source, server)]
    return sealed(replace(made, writes=tuple(dict.fromkeys(words))), server.history.head)


def writes(made: Settlement, source: SourceLook, server: ServerLook) -> tuple[Write, ...]:
    """Every phase to be written: those that are not there first, the newest of them first."""
    applied = _in_force_besides(made, server)
    found: list[Write] = []
    for part in reversed(made.parts):
        record = server.history.find(part.version)
        gone = _to_undo(part, record)
        found += [
            _gone(part, record, phase, source, applied, last=not part.phases and phase is gone[-1])
            for phase in gone
        ]
    for part in made.parts:
        record = server.history.find(part.version)
        if part.phases:
            applied.add(part.version)
        found += [_there(part, record, phase, source, applied) for phase in _to_tell(part, record)]
    return tuple(found)


def _part(
    reader: Connection,
    looked: Looked,
    server: ServerLook,
    migration: Migration,
    said: Found | None,
) -> SettledPart:
    found = diagnose(reader, migration, others_that_tell(looked, migration.version))
    return judge(migration, found, server.history.find(migration.version), said)


def others_that_tell(looked: Looked, version: str) -> tuple[Migration, ...]:
    """Migrations whose effects speak against evidence about this one: what they change too may be
    as it is because of them. Those in force that come after it, and those that wait, but for what
    is in doubt together with it.
    """
    standings = looked.board.standings
    place = next((i for i, s in enumerate(standings) if s.version == version), len(standings))
    in_doubt = looked.server.history.in_doubt if looked.server else ()
    later = [s for s in standings[place + 1 :] if s.state.in_force]
    waiting = [s for s in standings if s.state.untouched and s.version != version]
    return tuple(
        s.migration for s in (*later, *waiting) if s.migration and s.version not in in_doubt
    )


def _both(looked: Looked) -> tuple[SourceLook, ServerLook]:
    if looked.source is None or looked.server is None:
        raise CockpitError(
            looked.board.source_error or looked.board.database_error,
            next_step="Settling needs both git and the database.",
        )
    return looked.source, looked.server


def _refusals(looked: Looked, server: ServerLook, parts: Sequence[SettledPart]) -> tuple[str, ...]:
    found = []
    if server.identity.in_recovery:
        found.append("This server is a standby: it can be looked at, never written.")
    if looked.board.standpoint.disagreement:
        found.append(f"Writing is impossible: {looked.board.standpoint.disagreement}.")
    found += [f"{part.why} {_instead(part)}" for part in parts if part.found is None]
    if found:
        return tuple(found)
    kinds = [part.found is not Found.PENDING for part in parts]
    if kinds != sorted(kinds, reverse=True):
        return (f"{parts[0].version} is not there and {parts[-1].version} is: look at both.",)
    if all(already_told(part, server.history.find(part.version)) for part in parts):
        return ("The history says the very same: there is nothing to settle.",)
    return ()


def _instead(part: SettledPart) -> str:
    half = "half applied" in part.why
    if half:
        return (
            "Finish it or take it back by hand, or resume it where a run of the cockpit left it; "
            "then settle."
        )
    return "Look at the data; then say what holds with --as applied or --as pending."


def _in_force_besides(made: Settlement, server: ServerLook) -> set[str]:
    """Versions wholly in force that this settlement is not about."""
    mine = {part.version for part in made.parts}
    whole = (Recorded.APPLIED, Recorded.IMPORTED)
    return {r.version for r in server.history.records if r.recorded in whole} - mine


def _to_undo(part: SettledPart, record: Record | None) -> list[Phase]:
    """Up phases that the history names, or calls begun, and that are not there; last ones first."""
    if record is None or record.recorded is Recorded.ROLLED_BACK:
        return []
    named = {*record.done, *([record.open.name] if record.open else [])}
    gone = [p for p in reversed(part.migration.up) if p.name in named and p.name not in part.phases]
    return gone or ([part.migration.up[0]] if not part.phases else [])


def _to_tell(part: SettledPart, record: Record | None) -> list[Phase]:
    """Up phases that are there, but for those that the ledger has as done already."""
    opened = record.open.name if record and record.open else None
    known = set(record.done) - {opened} if record and not record.failure else set()
    return [p for p in part.migration.up if p.name in part.phases and p.name not in known]


def _gone(
    part: SettledPart,
    record: Record | None,
    phase: Phase,
    source: SourceLook,
    applied: set[str],
    *,
    last: bool,
) -> Write:
    planned = _planned(part, phase, Direction.DOWN, source, applied, last)
    metadata = record.metadata if record and record.metadata else part.migration.metadata
    was = record is not None and (record.recorded is Recorded.APPLIED or bool(record.done))
    return Write(replace(planned, metadata=metadata), part.why, was, clears_row=False)


def _there(
    part: SettledPart, record: Record | None, phase: Phase, source: SourceLook, applied: set[str]
) -> Write:
    last = part.found is Found.APPLIED and phase is part.migration.up[-1]
    planned = _planned(part, phase, Direction.UP, source, applied, last)
    downs = {down.name: down for down in part.migration.down}
    undo = downs.get(phase.name) if part.migration.irreversible is None else None
    failed = record is not None and record.recorded is Recorded.FAILED
    return Write(
        replace(planned, undo=undo),
        part.why,
        was_applied=True,
        clears_row=failed,
        verified=_begun_from(record, part.migration),
    )


def _begun_from(record: Record | None, migration: Migration) -> bool:
    """Our own ledger kept the checksum that this very file has."""
    kept = (record.checksum, record.open.checksum if record.open else None) if record else ()
    return migration.checksum in kept


def _planned(
    part: SettledPart,
    phase: Phase,
    direction: Direction,
    source: SourceLook,
    applied: set[str],
    last: bool,
) -> PlannedPhase:
    key = order_of(source.tool, source.migrations)
    return PlannedPhase(
        version=part.version,
        name=part.name,
        phase=phase.name,
        direction=direction,
        steps=(),
        script=phase.script,
        path=phase.path,
        checksum=part.migration.checksum,
        all_phases=part.migration.phase_names,
        commit=source.revision.commit,
        last_of_version=last,
        previous_version=max(applied, key=key, default=None),
        metadata=part.migration.metadata,
    )


def _words(source: SourceLook, write: Write) -> str:
    phase = write.phase
    state = "in force" if phase.direction is Direction.UP else "not in force"
    name = "" if phase.phase == "up" else f" {phase.phase}"
    ledger = f"the ledger: {phase.version}{name} is {state}, by evidence"
    if not phase.last_of_version or source.tool.name == "cockpit":
        return ledger
    return f"{source.tool.record_words(phase)}; {ledger}"
