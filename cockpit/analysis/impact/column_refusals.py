"""Subcommands that a column, as the catalog has it, does not allow."""

from collections.abc import Callable, Iterator

from postgast import pg_query_pb2 as pb

from cockpit.model.facts import ColumnFacts, RelationFacts


def reasons(table: RelationFacts, command: pb.AlterTableCmd, column: ColumnFacts) -> Iterator[str]:
    """Why the server refuses it (`ATExecColumnDefault`, `ATExecAddIdentity` and their like)."""
    check = _CHECKS.get(command.subtype)
    if check is not None:
        yield from check(table, command, column)


def _default(table: RelationFacts, command: pb.AlterTableCmd, column: ColumnFacts) -> Iterator[str]:
    if column.identity:
        yield f"{column.name} of {table.name} is an identity column"
    elif column.generated:
        yield f"{column.name} of {table.name} is a generated column"


def _add_identity(
    table: RelationFacts, command: pb.AlterTableCmd, column: ColumnFacts
) -> Iterator[str]:
    if column.identity:
        yield f"{column.name} of {table.name} is an identity column already"
    elif column.default is not None:
        yield f"{column.name} of {table.name} has a default already"
    elif not column.not_null:
        yield f"{column.name} of {table.name} must be NOT NULL to become an identity column"


def _identity(
    table: RelationFacts, command: pb.AlterTableCmd, column: ColumnFacts
) -> Iterator[str]:
    if not column.identity and not command.missing_ok:
        yield f"{column.name} of {table.name} is not an identity column"


def _expression(
    table: RelationFacts, command: pb.AlterTableCmd, column: ColumnFacts
) -> Iterator[str]:
    if not column.generated and not command.missing_ok:
        yield f"{column.name} of {table.name} is not a generated column"


_CHECKS: dict[int, Callable[[RelationFacts, pb.AlterTableCmd, ColumnFacts], Iterator[str]]]
_CHECKS = {
    pb.AT_ColumnDefault: _default,
    pb.AT_AddIdentity: _add_identity,
    pb.AT_SetIdentity: _identity,
    pb.AT_DropIdentity: _identity,
    pb.AT_SetExpression: _expression,
    pb.AT_DropExpression: _expression,
}
