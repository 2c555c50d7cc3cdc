"""Which table a tool keeps its history in, where it is not the usual one."""

from cockpit.tools.presence import PresenceTable
from cockpit.tools.protocol import Tool


def table_words(tool: Tool) -> str:
    """The table that is read, for people: `goose_db_version`, `ops.migrations`."""
    table = getattr(tool, "table", None)
    if isinstance(table, PresenceTable):
        return f"{table.schema}.{table.name}" if table.schema else table.name
    return table if isinstance(table, str) else f"{tool.name}'s own"
