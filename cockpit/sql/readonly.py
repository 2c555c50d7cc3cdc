"""The statements that put a role or a database in read-only mode, and give it back."""

from cockpit.model.readonly import SETTING
from cockpit.sql.names import quoted


def set_statement(subject: str | None, database: str, value: str | None) -> str:
    """Set the default of new sessions; None takes it back to what nobody has set."""
    whom = f"DATABASE {quoted(database)}"
    alter = f"ALTER ROLE {quoted(subject)} IN {whom}" if subject is not None else f"ALTER {whom}"
    return f"{alter} RESET {SETTING}" if value is None else f"{alter} SET {SETTING} = {value}"
