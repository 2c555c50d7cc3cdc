"""Groups of statements as a text that psql runs the same way."""

from collections.abc import Iterable

from cockpit.sql.transaction import Group


def psql_script(groups: Iterable[Group]) -> str:
    """Every group in its own transaction, if it has one; psql stops at the first error."""
    return "\n".join([r"\set ON_ERROR_STOP on", *map(_block, groups), ""])


def _block(group: Group) -> str:
    statements = [f"{statement.sql};" for statement in group.statements]
    if group.transactional:
        statements = [f"{group.wrapped_by or 'BEGIN'};", *statements, "COMMIT;"]
    return "\n".join(statements)
