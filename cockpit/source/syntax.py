"""Whether the SQL of a migration is SQL at all. Apart from the markers, because it takes longer."""

from collections.abc import Iterator

from cockpit.errors import MigrationError
from cockpit.model.migration import Backfill, Check, Migration, Phase
from cockpit.model.problem import Problem
from cockpit.sql.statements import Statement, split
from cockpit.sql.transaction import groups


def check_sql(migration: Migration) -> tuple[Problem, ...]:
    """Every phase and check that PostgreSQL's grammar or the transactions refuse."""
    phases = (*migration.up, *migration.down)
    found = (error for phase in phases for error in _errors(phase))
    return tuple(_problem(error, migration.version) for error in found)


def _errors(phase: Phase) -> Iterator[MigrationError]:
    try:
        if phase.backfill:
            _require_batches(phase, phase.backfill)
        else:
            statements = split(phase.script, path=phase.path, first_line=phase.line)
            groups(statements, transaction=phase.transaction)
    except MigrationError as error:
        yield error
    for check in phase.checks:
        try:
            _require_query(check, phase.path)
        except MigrationError as error:
            yield error


def _require_batches(phase: Phase, backfill: Backfill) -> None:
    statements = split(
        phase.script, path=phase.path, first_line=phase.line, parameters=backfill.bounds
    )
    if len(statements) != 1:
        raise _refusal(
            f"a backfill is one statement, this phase has {len(statements)}",
            statements[1] if statements else None,
            phase,
            "Put the others into a phase of their own.",
        )
    missing = [name for name in backfill.bounds if f":{name}" not in statements[0].sql]
    if missing:
        raise _refusal(
            f"the statement does not use :{missing[0]}, so every batch would touch the same rows",
            statements[0],
            phase,
            f"Restrict it: {_restriction(backfill)}.",
        )


def _require_query(check: Check, path: str) -> None:
    statements = split(check.sql, path=path, first_line=check.line)
    if len(statements) != 1 or statements[0].kind != "SELECT":
        raise MigrationError(
            f"the check {check.title!r} is not one query",
            path=path,
            line=statements[1].line if len(statements) > 1 else check.line,
            next_step="Write one SELECT that returns true.",
        )


def _restriction(backfill: Backfill) -> str:
    if len(backfill.bounds) == 2:
        return f"WHERE {backfill.key} BETWEEN :from AND :to"
    names = [f":{name}" for name in backfill.bounds]
    half = len(names) // 2
    lower, upper = ", ".join(names[:half]), ", ".join(names[half:])
    return f"WHERE ({backfill.key}) BETWEEN ({lower}) AND ({upper})"


def _refusal(what: str, at: Statement | None, phase: Phase, next_step: str) -> MigrationError:
    line, column = (at.line, at.column) if at else (phase.line, 1)
    return MigrationError(what, path=phase.path, line=line, column=column, next_step=next_step)


def _problem(error: MigrationError, version: str) -> Problem:
    return Problem(
        error.what.removeprefix(f"{error.path}:{error.line}:{error.column}: "),
        path=error.path,
        line=error.line,
        column=error.column,
        version=version,
        next_step=error.next_step,
    )
