"""The schema that migrations imply, built from nothing on a scratch server.

It is compared with the live one as a server of the same version prints it: where the scratch server
has another, the live schema is restored there first. Owners are not compared: files seldom say
whose an object is, and here all of it belongs to whoever builds it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cockpit.analysis.planner.steps import cut
from cockpit.database.connection import Connection, Writer
from cockpit.database.identity import read_identity
from cockpit.database.schema_snapshot import read_snapshot
from cockpit.database.surroundings import Surroundings, read_surroundings
from cockpit.errors import CockpitError, MigrationError
from cockpit.model.migration import Migration, Phase
from cockpit.model.plan import PlannedPhase
from cockpit.model.schema import Snapshot
from cockpit.model.target import Identity
from cockpit.rehearsal.clone import Clone
from cockpit.rehearsal.dump import dump_schema
from cockpit.rehearsal.observer import Blind
from cockpit.rehearsal.rehearse import Stage, Target
from cockpit.rehearsal.runner import Runner
from cockpit.rehearsal.scratch import Scratch, open_scratch

Key = tuple[str, str, str]
Prepare = Callable[[Writer], None]
"""Creates the tool's own tables, which migrations may touch; inside a transaction."""

_NOT_COMPARED = ("owner",)
_LEFT_OUT = "Owners, privileges and comments are not compared."


@dataclass(frozen=True, slots=True)
class Built:
    """Two schemas and how one of them came to be."""

    implied: Snapshot
    live: Snapshot
    digest: str
    """Of the live schema as the target itself tells it, to be compared with again."""
    authors: Mapping[Key, str]
    """Object to the version that made or changed it last."""
    broken: Mapping[str, str]
    """Version to why it does not run on what the ones before it have made."""
    ran: int
    scratch: str
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Work:
    """What was found while the migrations ran."""

    authors: dict[Key, str] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    ran: int = 0


def build(migrations: Sequence[Migration], prepare: Prepare, target: Target, stage: Stage) -> Built:
    """Run every up side in order on an empty database; what fails is told and passed over.

    The target is only read. Raises `Impossible` when the scratch server cannot stand for it,
    `DatabaseError` when the target cannot be read.
    """
    identity, around, seen = _read(target)
    text = "\n".join(phase.script for m in migrations for phase in m.up)
    with open_scratch(identity, stage.named, stage.programs) as scratch:
        same = scratch.major == identity.major
        clone = Clone(scratch, around, "" if same else _dump(target, stage, identity))
        try:
            if same:
                clone.surround()
                live = seen
            else:
                clone.build()
                live = _snapshot(scratch, scratch.clone)
            clone.empty()
            given = _make_what_was_given(scratch, live, text)
            work = _run(scratch, migrations, prepare, stage)
            implied = _snapshot(scratch, scratch.work)
        finally:
            scratch.drop()
            clone.remove_roles(text)
        digest, _ = seen.packed()
        return Built(
            implied=_without(implied, given), live=_without(live, ()), digest=digest,
            authors=work.authors, broken=work.broken, ran=work.ran, scratch=scratch.words,
            notes=(_LEFT_OUT, *_another_version(same, identity), *clone.notes),
        )  # fmt: skip


def _read(target: Target) -> tuple[Identity, Surroundings, Snapshot]:
    source = target.connect()
    try:
        with source.look() as reader:
            return read_identity(reader), read_surroundings(reader), read_snapshot(reader)
    finally:
        source.close()


def _dump(target: Target, stage: Stage, identity: Identity) -> str:
    stage.tell("copy the live schema")
    return dump_schema(stage.programs.dump(identity.major), target.dsn, target.password)


def _another_version(same: bool, identity: Identity) -> tuple[str, ...]:
    if same:
        return ()
    return (
        f"No PostgreSQL {identity.major} could be started here: the live schema was restored on "
        "another version, which may print a definition in other words.",
    )


def _snapshot(scratch: Scratch, database: str) -> Snapshot:
    connection = scratch.connect(database)
    try:
        return _now(connection)
    finally:
        connection.close()


def _now(connection: Connection) -> Snapshot:
    with connection.look() as reader:
        return read_snapshot(reader)


def _make_what_was_given(scratch: Scratch, live: Snapshot, text: str) -> tuple[Key, ...]:
    """Extensions and schemas that are live and that no file makes: files may rely on them.

    They were there before the first file ran, so the build begins with them; that no file makes
    them is still told. Returns what was made.
    """
    connection = scratch.connect(scratch.work)
    made = []
    try:
        for kind in ("schema", "extension"):
            there = set(_now(connection).objects)
            wanted = [key for key in live.objects if key[0] == kind and key not in there]
            alone = [key for key in wanted if not _made_by_files(kind, key[2], text)]
            made += [key for key in alone if _made(connection, kind, key[2])]
    finally:
        connection.close()
    return tuple(made)


def _made_by_files(kind: str, name: str, text: str) -> bool:
    plain = re.escape(name.strip('"'))
    pattern = rf'\bcreate\s+{kind}\s+(?:if\s+not\s+exists\s+)?"?{plain}\b'
    return re.search(pattern, text, re.IGNORECASE) is not None


def _made(connection: Connection, kind: str, name: str) -> bool:
    try:
        connection.execute(f"CREATE {kind} {name}")
    except CockpitError:
        # It is then told as live and not made by any file, which is what there is to say.
        return False
    return True


def _run(
    scratch: Scratch, migrations: Sequence[Migration], prepare: Prepare, stage: Stage
) -> _Work:
    work = _Work()
    executing = scratch.connect(scratch.work)
    watching = scratch.connect(scratch.work)
    try:
        with executing.transaction():
            prepare(executing)
        runner, before = Runner(executing, Blind()), _now(watching)
        for migration in migrations:
            stage.tell(f"build {migration.version}")
            why = _one(runner, migration)
            if why:
                work.broken[migration.version] = why
            work.ran += 1
            after = _now(watching)
            _note_authors(work.authors, before, after, migration.version)
            before = after
    finally:
        executing.close()
        watching.close()
    return work


def _one(runner: Runner, migration: Migration) -> str:
    """Why it does not run; empty when it does. Phases after a failed one are left out."""
    for phase in migration.up:
        try:
            planned = _planned(migration, phase)
        except MigrationError as error:
            return error.what
        run = runner.run(planned)
        if run.failure is not None:
            return run.failure.words
    return ""


def _planned(migration: Migration, phase: Phase) -> PlannedPhase:
    return PlannedPhase(
        version=migration.version,
        name=migration.name,
        phase=phase.name,
        direction=phase.direction,
        steps=cut(phase).steps,
        script=phase.script,
        path=phase.path,
        checksum=None,
        all_phases=(),
        backfill=phase.backfill,
    )


def _note_authors(authors: dict[Key, str], before: Snapshot, after: Snapshot, version: str) -> None:
    for key in before.objects.keys() | after.objects.keys():
        was, now = before.objects.get(key), after.objects.get(key)
        if was is None or now is None or was.parts != now.parts:
            authors[key] = version


def _without(snapshot: Snapshot, given: Sequence[Key]) -> Snapshot:
    """Without what was only given, and without parts that are not compared."""
    objects = {
        key: replace(one, parts={n: p for n, p in one.parts.items() if n not in _NOT_COMPARED})
        for key, one in snapshot.objects.items()
        if key not in given
    }
    return replace(snapshot, objects=objects)
