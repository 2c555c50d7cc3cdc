"""Every rule asked about every statement of a plan or file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from cockpit.analysis.hazards.course import Course
from cockpit.analysis.hazards.parts import Part, parts_of
from cockpit.analysis.hazards.placing import placed, study
from cockpit.analysis.hazards.rule import EVERY, Rule, readers
from cockpit.analysis.hazards.studied import Runner, Studied
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.hazards.tables import Tables
from cockpit.errors import MigrationError
from cockpit.model.facts import CatalogFacts
from cockpit.model.hazard import Hazard, Severity
from cockpit.model.migration import Migration

_UNKNOWN_SERVER = 18


def examine(
    statements: Sequence[Studied],
    facts: CatalogFacts | None = None,
    *,
    major: int = _UNKNOWN_SERVER,
    runner: Runner | None = None,
    optional: frozenset[str] = frozenset(),
) -> tuple[tuple[Hazard, ...], ...]:
    """The hazards of each statement, worst first. Pure: the same input gives the same answer.

    `facts` are those `Impact` was predicted with; without them every table counts as large.
    `optional` names rules that are only asked when somebody wants them.
    """
    course = Course(statements)
    tables = Tables(facts)
    major, runner = facts.major if facts else major, runner or Runner()
    return tuple(
        _of_statement(
            Subject(Part("", statement.node), course, index, tables, facts, major, runner),
            readers(optional),
        )
        for index, statement in enumerate(course.statements)
    )


def _of_statement(whole: Subject, asked: Mapping[str, tuple[Rule, ...]]) -> tuple[Hazard, ...]:
    node = whole.statement.node
    if node is None:
        return ()
    found: dict[Hazard, None] = {}
    for part in (Part(EVERY, node), *parts_of(node)):
        known = asked.get(part.kind, ())
        if not known:
            continue
        subject = Subject(
            part, whole.course, whole.index, whole.tables, whole.facts, whole.major,
            whole.runner,
        )  # fmt: skip
        for rule in known:
            hazard = rule.check(subject)
            if hazard is not None:
                found[replace(hazard, offset=_offset(part))] = None
    return tuple(sorted(found, key=lambda hazard: -hazard.severity))


def _offset(part: Part) -> int | None:
    """Where a column or constraint stands; other parts are meant with their whole statement."""
    if part.kind not in ("ColumnDef", "Constraint"):
        return None
    return part.node.location or None


def worst(
    migration: Migration,
    facts: CatalogFacts | None = None,
    *,
    phases: Iterable[str] = (),
    major: int = _UNKNOWN_SERVER,
) -> Severity:
    """The worst hazard of applying a migration, or only the named phases of it.

    NONE for a migration that cannot be read: its problems say so.
    """
    wanted = frozenset(phases) or frozenset(migration.phase_names)
    try:
        statements = [
            statement
            for number, phase in enumerate(migration.up)
            if phase.name in wanted
            for statement in placed(phase, number)
        ]
    except MigrationError:
        return Severity.NONE
    studied = study(statements, facts, facts.major if facts else major)
    found = examine(studied, facts, major=major)
    return max((h.severity for hazards in found for h in hazards), default=Severity.NONE)
