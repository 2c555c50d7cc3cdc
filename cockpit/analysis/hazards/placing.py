"""The statements of a phase, each with the transaction it will share."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from cockpit.analysis.hazards.studied import Studied
from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.predict import predict
from cockpit.errors import MigrationError
from cockpit.model.facts import CatalogFacts
from cockpit.model.migration import Phase
from cockpit.sql.statements import Statement, split
from cockpit.sql.transaction import groups, transaction_control


@dataclass(frozen=True, slots=True)
class Placed:
    """One statement where it stands, and with which others it succeeds or fails."""

    statement: Statement
    transaction: Hashable | None


def placed(phase: Phase, number: Hashable = 0, *, one_string: bool = False) -> tuple[Placed, ...]:
    """Every statement of a phase, the file's own BEGIN and COMMIT included.

    `number` tells the transactions of two phases apart. `one_string` is for tools that send a
    file in one go, which makes one transaction of it. Raises `MigrationError` where the SQL
    cannot be read; a statement that must not stand in a transaction is no error here.
    """
    parameters = phase.backfill.bounds if phase.backfill else ()
    statements = split(phase.script, path=phase.path, first_line=phase.line, parameters=parameters)
    if phase.backfill:
        return tuple(Placed(statement, None) for statement in statements)
    if one_string and len(statements) > 1 and not any(map(transaction_control, statements)):
        return tuple(Placed(statement, (number, 0)) for statement in statements)
    shared = _shared(statements, phase.transaction)
    return tuple(
        Placed(statement, (number, group) if (group := shared[_place(statement)]) else None)
        for statement in statements
    )


def study(
    statements: Iterable[Placed], facts: CatalogFacts | None, major: int
) -> tuple[Studied, ...]:
    """The same statements with the impact of each, earlier ones in mind."""
    known = tuple(statements)
    impacts = predict([item.statement.node for item in known], facts, major)
    return tuple(
        Studied(item.statement.sql, impact, item.transaction, syntax.unwrap(item.statement.node))
        for item, impact in zip(known, impacts, strict=True)
    )


def _place(statement: Statement) -> tuple[int, int]:
    return statement.line, statement.column


def _shared(statements: Sequence[Statement], transaction: bool) -> dict[tuple[int, int], int]:
    """A number from 1 for each statement's transaction; 0 for none."""
    shared = dict.fromkeys(map(_place, statements), 0)
    try:
        cut = groups(statements, transaction=transaction)
    except MigrationError:
        return _as_written(statements)
    for number, group in enumerate(cut, start=1):
        for statement in group.statements:
            shared[_place(statement)] = number if group.transactional else 0
    return shared


def _as_written(statements: Sequence[Statement]) -> dict[tuple[int, int], int]:
    """By the file's own BEGIN and COMMIT alone, however wrong they are."""
    shared: dict[tuple[int, int], int] = {}
    number = open_block = 0
    for statement in statements:
        control = transaction_control(statement)
        if control == "begin":
            number += 1
            open_block = number
        shared[_place(statement)] = open_block
        if control in ("commit", "rollback", "prepare"):
            open_block = 0
    return shared
