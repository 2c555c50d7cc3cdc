"""A rehearsal from beginning to end: clone, prove, tell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from time import monotonic

from cockpit.database.connection import Connection
from cockpit.database.identity import read_identity
from cockpit.database.sampling import Sample, carry, refresh
from cockpit.database.schema_sentences import read_schema
from cockpit.database.surroundings import Surroundings, read_surroundings
from cockpit.errors import DatabaseError
from cockpit.model.plan import Plan
from cockpit.model.rehearsal import Failure, Rehearsal, Verdict, worst
from cockpit.model.target import Identity
from cockpit.rehearsal.clone import Clone
from cockpit.rehearsal.dump import dump_schema
from cockpit.rehearsal.impossible import Impossible
from cockpit.rehearsal.leg import Leg
from cockpit.rehearsal.programs import Programs, on_this_machine
from cockpit.rehearsal.proof import Found, Prover, Tell, missing_here
from cockpit.rehearsal.scratch import Scratch, open_scratch
from cockpit.settings.dsn import Dsn
from cockpit.settings.secret import Secret


@dataclass(frozen=True, slots=True)
class Target:
    """The database that a plan was made for. It is only ever read."""

    dsn: Dsn
    password: Secret | None
    connect: Callable[[], Connection]
    """A new session that the server keeps from writing."""
    role: str | None = None
    """What the engine would SET ROLE to."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where and how to rehearse."""

    named: Dsn | None = None
    """A server named for rehearsals; one is started here without it."""
    rows: int = 0
    """Sample rows a table. They are the target's own data, and are removed with the database."""
    programs: Programs = field(default_factory=on_this_machine)
    tell: Tell = lambda doing: None


def rehearse(plan: Plan, legs: Sequence[Leg], target: Target, stage: Stage) -> Rehearsal:
    """Run the plan forward, back and forward again on a clone of the target's schema.

    Never raises for what the plan does or the scratch server lacks: the verdict says it. Raises
    `DatabaseError` when the target cannot be read, `Refused` when the named server is its own.
    """
    began = monotonic()
    blank = Rehearsal(
        datetime.now(UTC), plan.goal.words, plan.id, plan.standpoint, "", "", Verdict.IMPOSSIBLE,
        rows=stage.rows,
    )  # fmt: skip
    if plan.refusals:
        return _ended(blank, began, why=" ".join(plan.refusals))
    source = target.connect()
    try:
        look = _look(source)
        try:
            text = dump_schema(
                stage.programs.dump(look.identity.major), target.dsn, target.password
            )
            with open_scratch(look.identity, stage.named, stage.programs) as scratch:
                blank = _known(blank, look, scratch)
                return _on_stage(blank, began, legs, target, stage, source, look, scratch, text)
        except Impossible as error:
            why = f"{error.what} {error.next_step}".strip()
            return _ended(blank, began, why=why, missing=error.missing)
    finally:
        source.close()


@dataclass(frozen=True, slots=True)
class _Look:
    identity: Identity
    around: Surroundings
    fingerprint: str


def _look(source: Connection) -> _Look:
    with source.look() as reader:
        identity, around = read_identity(reader), read_surroundings(reader)
        return _Look(identity, around, read_schema(reader).fingerprint)


def _known(blank: Rehearsal, look: _Look, scratch: Scratch) -> Rehearsal:
    return replace(blank, fingerprint=look.fingerprint, scratch=scratch.words)


def _on_stage(
    blank: Rehearsal,
    began: float,
    legs: Sequence[Leg],
    target: Target,
    stage: Stage,
    source: Connection,
    look: _Look,
    scratch: Scratch,
    text: str,
) -> Rehearsal:
    clone = Clone(scratch, look.around, text)
    script = "\n".join(phase.script for leg in legs for phase in leg.phases)
    stage.tell("clone the schema")
    try:
        clone.build()
        sample = _fill(source, clone, stage.rows)
        prover = Prover(scratch, clone, role=target.role, filled=sample.filled, tell=stage.tell)
        found = prover.prove(legs)
    finally:
        scratch.drop()
        clone.remove_roles(script)
    notes = (*_version_note(look.identity, scratch), *clone.notes, *sample.notes)
    return _told(blank, began, found, notes, empty=not sample.filled)


def _fill(source: Connection, clone: Clone, rows: int) -> Sample:
    connection = clone.open_original()
    try:
        sample = carry(source, connection, rows) if rows else Sample(frozenset())
        notes = refresh(source, connection)
    except DatabaseError as error:
        raise Impossible(
            f"The sample rows cannot be put into the clone: {error.what}.",
            missing=("sample rows",),
            next_step="Rehearse without rows, or with a superuser on the rehearsal server.",
        ) from error
    finally:
        connection.close()
    return Sample(sample.filled, (*sample.notes, *notes))


def _version_note(identity: Identity, scratch: Scratch) -> tuple[str, ...]:
    if scratch.major == identity.major:
        return ()
    return (
        f"The target is PostgreSQL {identity.major}, the rehearsal ran on {scratch.major}: locks "
        "and rewrites may differ.",
    )


def _told(
    blank: Rehearsal, began: float, found: Found, notes: tuple[str, ...], *, empty: bool
) -> Rehearsal:
    proofs = tuple(found.proofs.values())
    missing = [m for p in proofs if p.failure and (m := missing_here(p.failure))]
    if empty:
        notes = (*notes, "The tables were empty: what fails only on data does not show (--rows N).")
    return _ended(
        blank,
        began,
        verdict=worst([proof.verdict for proof in proofs]),
        missing=tuple(dict.fromkeys(missing)),
        proofs=proofs,
        observations=tuple(found.observations),
        notes=notes,
        why=_why([proof.failure for proof in proofs if proof.failure]),
    )


def _why(failures: list[Failure]) -> str:
    return failures[0].words if failures else ""


def _ended(blank: Rehearsal, began: float, **known: object) -> Rehearsal:
    took = timedelta(seconds=monotonic() - began)
    return replace(blank, took=took, **known)  # type: ignore[arg-type]
