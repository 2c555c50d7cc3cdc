"""One phase becomes steps: what is executed, in which transaction, with which effect."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

from postgast import PgQueryError

from cockpit.analysis.estimate import Sizes, estimate, sizes_of
from cockpit.analysis.hazards import Studied, examine
from cockpit.analysis.hazards.asking import rows_found
from cockpit.analysis.held import with_held_locks
from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.predict import predict
from cockpit.errors import MigrationError
from cockpit.model.evidence import Evidence, Verdict
from cockpit.model.facts import CatalogFacts
from cockpit.model.hazard import Hazard
from cockpit.model.impact import Impact
from cockpit.model.ledger import PhaseOpen
from cockpit.model.migration import Backfill, Direction, Phase
from cockpit.model.plan import PlannedPhase, Step, StepKind
from cockpit.sql.forbidden import forbids_transaction
from cockpit.sql.parameters import numbered
from cockpit.sql.session import set_for_session
from cockpit.sql.statements import Statement, split
from cockpit.sql.transaction import Group, groups

_MAY_COMMIT_INSIDE = ("CALL", "DO", "REINDEX TABLE", "REINDEX INDEX", "CLUSTER")
"""Bodies may end transactions, and so does work on a partitioned table, one partition at a time:
under `transaction:false` they run outside of one."""
_NEW_MIGRATION = "cockpit new"
_CLEARING = "clear what was cut off"
_ENDING = "end what was cut off"
_PLAIN_BEGIN = frozenset(
    ["BEGIN", "START", "TRANSACTION", "WORK", "ISOLATION", "LEVEL", "READ", "COMMITTED", "WRITE"]
)
"""Words of a BEGIN that asks for nothing but what our own BEGIN gives."""
_STAYS = frozenset(["search_path", "role", "session_authorization"])
"""Session settings that decide what the statements after them mean."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The steps of one phase, and why they must not be run."""

    steps: tuple[Step, ...]
    refusals: tuple[str, ...] = ()


def cut(
    phase: Phase,
    *,
    opened: PhaseOpen | None = None,
    evidence: Evidence | None = None,
    settle: str | None = None,
) -> Cut:
    """Gate, statements, checks, record; numbered within the phase.

    `opened` is what an interrupted run did of it: finished steps are kept and marked, the step in
    doubt is decided by `evidence`, and where that cannot tell by `settle` (`done`, `again`).
    Raises `MigrationError` where the SQL cannot be read.
    """
    body = _batches(phase, phase.backfill) if phase.backfill else list(_statements(phase))
    body += _checks(phase, body)
    body, refusals = _resumed(body, opened, evidence, settle)
    last = next((s.group for s in reversed(body) if not s.already_done), 0 if not body else None)
    record = Step(0, StepKind.RECORD, "", phase.path, phase.line, 0, last)
    gate = [
        Step(
            0, StepKind.GATE, phase.gate_sql, phase.path, phase.line, 0, None,
            title=phase.gate or "",
        )
    ]  # fmt: skip
    steps = [*(gate if phase.gate else []), *body, record]
    return Cut(_placed(steps), (*_misunderstood(phase, body), *refusals))


def _placed(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Count what the file says; what only mends an interruption counts as 0."""
    numbers = count(1)
    return tuple(
        replace(step, position=0 if step.title in (_CLEARING, _ENDING) else next(numbers))
        for step in steps
    )


def with_impact(
    phases: list[PlannedPhase], facts: CatalogFacts | None, server_major: int
) -> tuple[PlannedPhase, ...]:
    """Number the steps through; predict each one's effect and hazards, earlier ones in mind."""
    flat = [(place, step) for place, phase in enumerate(phases) for step in phase.steps]
    executed = [(place, step) for place, step in flat if step.sql]
    transactions = [_transaction(place, step) for place, step in executed]
    impacts = predict([step.sql for _, step in executed], facts, server_major, transactions)
    studied = [
        Studied(step.sql, impact, _transaction(place, step), _tree(step.sql))
        for (place, step), impact in zip(executed, impacts, strict=True)
    ]
    hazards = examine(studied, facts, major=server_major)
    rows = [rows_found(one.node, facts) for one in studied]
    found = iter(zip(impacts, hazards, rows, strict=True))
    sizes = sizes_of(facts)
    counted = iter(
        _with_effect(replace(step, number=index + 1), *next(found), sizes)
        if step.sql
        else replace(step, number=index + 1)
        for index, (_, step) in enumerate(flat)
    )
    return tuple(
        _with_help_that_helps(
            replace(phase, steps=tuple(with_held_locks(next(counted) for _ in phase.steps)))
        )
        for phase in phases
    )


def _with_help_that_helps(phase: PlannedPhase) -> PlannedPhase:
    """On the way back no new migration is written, and a script that was kept runs as it is."""
    if phase.direction is Direction.UP:
        return phase
    return replace(phase, steps=tuple(_less_help(step, phase.from_files) for step in phase.steps))


def _less_help(step: Step, from_files: bool) -> Step:
    """What gives lost rights back is run by hand afterwards: it helps whatever the script is."""
    hazards = tuple(
        hazard
        if hazard.loses or (from_files and _NEW_MIGRATION not in hazard.safer)
        else replace(hazard, safer="")
        for hazard in step.hazards
    )
    return replace(step, hazards=hazards)


def _with_effect(
    step: Step, impact: Impact, hazards: tuple[Hazard, ...], rows: float | None, sizes: Sizes
) -> Step:
    """A step that an earlier run has committed can hurt nobody any more."""
    if step.already_done:
        return replace(step, impact=impact)
    return replace(step, impact=impact, hazards=hazards, estimate=estimate(impact, sizes, rows))


def _transaction(place: int, step: Step) -> tuple[int, int] | None:
    return None if step.group is None else (place, step.group)


def _tree(sql: str) -> syntax.Node:
    """The statement's tree; None where PostgreSQL cannot parse it, which its impact says."""
    try:
        nodes = syntax.parse(sql)
    except PgQueryError:
        return None
    return nodes[0] if nodes else None


def _statements(phase: Phase) -> Iterator[Step]:
    statements = split(phase.script, path=phase.path, first_line=phase.line)
    group_number = 0
    for group in groups(statements, transaction=phase.transaction):
        _refuse_own_isolation(group)
        if group.transactional:
            group_number += 1
        for statement in group.statements:
            if not group.transactional and _fits_transaction(statement):
                # Its own transaction lets its ledger event commit with it, so that no
                # interruption leaves a doubt about it.
                group_number += 1
                yield _step(phase, statement, group_number)
            else:
                yield _step(phase, statement, group_number if group.transactional else None)


def _refuse_own_isolation(group: Group) -> None:
    if set(group.wrapped_by.upper().replace(",", " ").split()) <= _PLAIN_BEGIN:
        return
    first = group.statements[0]
    raise MigrationError(
        f"the transaction around this asks for {group.wrapped_by}, which a run cannot give",
        path=first.path,
        line=first.line,
        column=first.column,
        next_step="Use a plain BEGIN, or leave BEGIN and COMMIT out.",
    )


def _fits_transaction(statement: Statement) -> bool:
    return forbids_transaction(statement) is None and statement.kind not in _MAY_COMMIT_INSIDE


def _step(phase: Phase, statement: Statement, group: int | None) -> Step:
    # Of a program the framework has told the statements: their lines are those of its answer.
    line = 0 if phase.program else statement.line
    return Step(0, StepKind.SQL, statement.sql, phase.path, line, 0, group)


def _batches(phase: Phase, backfill: Backfill) -> list[Step]:
    """The statement with `$1`, `$2` where the file says `:from` and `:to`."""
    bounds = backfill.bounds
    statements = split(phase.script, path=phase.path, first_line=phase.line, parameters=bounds)
    return [
        Step(
            0, StepKind.BACKFILL, numbered(statement.sql, bounds), phase.path,
            statement.line, 0, None,
        )
        for statement in statements
    ]  # fmt: skip


def _checks(phase: Phase, body: list[Step]) -> list[Step]:
    group = body[-1].group if body else 1
    return [
        Step(0, StepKind.CHECK, check.sql, phase.path, check.line, 0, group, title=check.title)
        for check in phase.checks
    ]


def _resumed(
    body: list[Step], opened: PhaseOpen | None, evidence: Evidence | None, settle: str | None
) -> tuple[list[Step], tuple[str, ...]]:
    """Mark what is done; put the remedy of a cut-off step before it.

    A step of which the catalog shows that nothing stays may have been mended in the file.
    """
    if opened is None or opened.untouched:
        return body, ()
    done = len(opened.finished)
    ran = [step.sql for step in body[:done]] == list(opened.finished)
    same = opened.started is None or [step.sql for step in body[done : done + 1]] == [
        opened.started
    ]
    if not ran or not (same or _leaves_nothing(body[done : done + 1], evidence)):
        way_back = " Or roll back only this version." if opened.direction is Direction.UP else ""
        return body, (
            f"phase {opened.name} was interrupted and its file was edited since: the steps that "
            f"were run are not the ones that stand here. Restore the file, then resume.{way_back}",
        )
    steps = [replace(step, already_done=True) for step in body[:done]] + body[done:]
    if opened.started is None:
        return steps, ()
    return _settled(steps, done, evidence, settle)


def _leaves_nothing(mended: Sequence[Step], evidence: Evidence | None) -> bool:
    """Whether the statement that stands where one was cut off may run in its place."""
    if evidence is None or not any(step.kind is StepKind.SQL for step in mended):
        return False
    cleared = evidence.verdict is Verdict.INVALID and not evidence.completes
    return evidence.verdict is Verdict.NOT_DONE or cleared


def _settled(
    steps: list[Step], index: int, evidence: Evidence | None, settle: str | None
) -> tuple[list[Step], tuple[str, ...]]:
    step = steps[index]
    verdict = evidence.verdict if evidence else Verdict.UNKNOWN
    if verdict is Verdict.UNKNOWN and settle is not None:
        verdict = Verdict.DONE if settle == "done" else Verdict.NOT_DONE
    if verdict is Verdict.DONE:
        return [*steps[:index], replace(step, already_done=True), *steps[index + 1 :]], ()
    if verdict is Verdict.INVALID and evidence is not None:
        title = _ENDING if evidence.completes else _CLEARING
        remedy = replace(step, sql=evidence.remedy, group=None, title=title)
        rest = [replace(step, already_done=evidence.completes), *steps[index + 1 :]]
        return [*steps[:index], remedy, *rest], ()
    if verdict is Verdict.UNKNOWN:
        return steps, (
            f"nobody knows whether this step happened before the last run broke off "
            f"({step.path}:{step.line}): look at the data, then resume with "
            "--step-in-doubt done, or again.",
        )
    return steps, ()


def _misunderstood(phase: Phase, body: list[Step]) -> tuple[str, ...]:
    """What the file says and a run would not do as it stands there."""
    if phase.backfill is not None:
        steps = [step for step in body if step.kind is StepKind.BACKFILL]
        return _bad_backfill(phase, phase.backfill, steps)
    statements = [step for step in body if step.kind is StepKind.SQL]
    return tuple(
        f"{step.path}:{step.line}: {name} is set for the session, but later statements run in "
        "another transaction, where every setting begins anew. Write qualified names there, or "
        "set it for the role."
        for index, step in enumerate(statements)
        if (name := set_for_session(step.sql)) in _STAYS
        and any(_apart(step, later) for later in statements[index + 1 :])
    )


def _apart(step: Step, later: Step) -> bool:
    return later.group is None or later.group != step.group


def _bad_backfill(phase: Phase, backfill: Backfill, statements: list[Step]) -> tuple[str, ...]:
    place = f"{phase.path}:{phase.line}"
    if len(statements) != 1:
        return (f"{place}: a backfill is one statement, and here are {len(statements)}.",)
    for number, name in enumerate(backfill.bounds, start=1):
        if f"${number}" not in statements[0].sql:
            return (
                f"{place}: a backfill's statement runs between its bounds; :{name} is missing.",
            )
    return ()
