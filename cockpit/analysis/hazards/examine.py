"""Every rule asked about every statement of a plan or file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from cockpit.analysis.hazards.course import Course
from cockpit.analysis.hazards.parts import Part, parts_of
from cockpit.analysis.hazards.placing import Placed, placed, study
from cockpit.analysis.hazards.rule import EVERY, Rule, readers
from cockpit.analysis.hazards.studied import Runner, Studied, inside
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.hazards.tables import Tables
from cockpit.errors import MigrationError
from cockpit.model.facts import CatalogFacts
from cockpit.model.hazard import Hazard, Severity
from cockpit.model.migration import Phase

_UNKNOWN_SERVER = 18
_OUTSIDE = "-- as statements of the file, in place of what the block runs:"


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
    if whole.node is None:
        return ()
    found = [*_of_parts(whole, asked)]
    found += _of_inside(whole, asked, frozenset(hazard.rule for hazard in found))
    return tuple(sorted(found, key=lambda hazard: -hazard.severity))


def _of_inside(
    whole: Subject, asked: Mapping[str, tuple[Rule, ...]], told: frozenset[str]
) -> Iterable[Hazard]:
    """What a DO block runs, as if it stood in its place; `told` is said of the block already.

    The turns of a loop are told once where they say the same.
    """
    inner = inside(whole.statement)
    if not inner:
        return ()
    before, after = whole.statements[: whole.index], whole.statements[whole.index + 1 :]
    course = Course((*before, *inner, *after))
    found = (
        _in_the_block(hazard)
        for number, one in enumerate(inner, start=whole.index)
        for hazard in _of_parts(
            Subject(
                Part("", one.node), course, number, whole.tables, whole.facts, whole.major,
                whole.runner,
            ),
            asked,
        )
        if hazard.rule not in told
    )  # fmt: skip
    first: dict[tuple[str, str], Hazard] = {}
    for hazard in found:
        first.setdefault((hazard.rule, hazard.message), hazard)
    return first.values()


def _in_the_block(hazard: Hazard) -> Hazard:
    """Its safer form cannot take the place of the whole block."""
    safer = f"{_OUTSIDE}\n{hazard.safer}" if hazard.safer else ""
    message = f"Inside the block: {hazard.message}"
    return replace(hazard, message=message, safer=safer, mechanical=False, offset=None)


def _of_parts(whole: Subject, asked: Mapping[str, tuple[Rule, ...]]) -> dict[Hazard, None]:
    node = whole.node
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
    return found


def _offset(part: Part) -> int | None:
    """Where a column or constraint stands; other parts are meant with their whole statement."""
    if part.kind not in ("ColumnDef", "Constraint"):
        return None
    return part.node.location or None


def worst_of_each(
    waiting: Sequence[Sequence[Phase]],
    facts: CatalogFacts | None = None,
    *,
    major: int = _UNKNOWN_SERVER,
) -> tuple[Severity, ...]:
    """The worst hazard of each group of phases, every group met with what those before it leave.

    A group is what is left to do of one migration, in the order they run. NONE for one that
    cannot be read: its problems say so.
    """
    groups = [_statements(phases, number) for number, phases in enumerate(waiting)]
    studied = study((s for group in groups for s in group), facts, facts.major if facts else major)
    found = iter(examine(studied, facts, major=major))
    return tuple(
        max((h.severity for _ in group for h in next(found)), default=Severity.NONE)
        for group in groups
    )


def _statements(phases: Sequence[Phase], number: int) -> tuple[Placed, ...]:
    try:
        return tuple(
            statement
            for order, phase in enumerate(phases)
            for statement in placed(phase, (number, order))
        )
    except MigrationError:
        return ()
