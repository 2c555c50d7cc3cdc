"""Settings that a statement makes for the whole session."""

from cockpit.sql.tree import enum_name


def set_for_session(sql: str) -> str | None:
    """`search_path` of `SET search_path = ...`; None for SET LOCAL and every other statement."""
    if sql[:3].upper() != "SET":
        return None
    from postgast import PgQueryError, parse

    try:
        statements = parse(sql).stmts
    except PgQueryError:
        return None
    if len(statements) != 1 or statements[0].stmt.WhichOneof("node") != "variable_set_stmt":
        return None
    statement = statements[0].stmt.variable_set_stmt
    if statement.is_local or enum_name(statement, "kind") not in (
        "VAR_SET_VALUE",
        "VAR_SET_CURRENT",
    ):
        return None
    return str(statement.name)
