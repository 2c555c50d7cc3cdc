"""All tools by name, and which of them a folder is laid out for."""

from collections.abc import Sequence

from cockpit.database.connection import Reader
from cockpit.errors import UsageError
from cockpit.model.ledger import Ledger
from cockpit.model.migration import MigrationSet
from cockpit.model.revision import SourceFile
from cockpit.tools.dbmate import Dbmate
from cockpit.tools.golang_migrate import GolangMigrate
from cockpit.tools.goose import Goose
from cockpit.tools.native import Native
from cockpit.tools.node_pg_migrate import NodePgMigrate
from cockpit.tools.protocol import Lookalike, Tool
from cockpit.tools.sql_migrate import SqlMigrate

LOOKALIKES: tuple[Lookalike, ...] = (Dbmate(),)
"""In the order in which they are asked."""
TOOLS: tuple[Tool, ...] = (
    Native(),
    GolangMigrate(),
    NodePgMigrate(),
    Goose(),
    SqlMigrate(),
    *LOOKALIKES,
)


def tool_named(name: str) -> Tool:
    """The tool of that name. Raises `UsageError` listing the known ones."""
    for tool in TOOLS:
        if tool.name == name:
            return tool
    known = ", ".join(["auto", *(tool.name for tool in TOOLS)])
    raise UsageError(f"There is no tool named {name}.", next_step=f"Known tools: {known}.")


def detect(files: Sequence[SourceFile]) -> Tool | None:
    """The one tool whose layout this is; None when no file speaks for any.

    Raises `UsageError` when two layouts are mixed in one folder.
    """
    found = [tool for tool in TOOLS if tool.recognises(files)]
    if len(found) > 1:
        names = " and ".join(tool.name for tool in found)
        raise UsageError(f"The folder holds files of {names}.", next_step="Say which with --tool.")
    return found[0] if found else None


def settle(tool: Tool, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> Tool:
    """Of all tools that lay files out like this one, the one that this database speaks for.

    The tool that the last run drove stays; else one whose own history is here; else `tool`.
    """
    alike = [other for other in LOOKALIKES if other.shares_layout_of == tool.name]
    for candidate in (tool, *alike):
        if candidate.name == ledger.tool:
            return candidate
    return next((other for other in alike if other.claims(reader, migrations)), tool)


def has_lookalikes(tool: Tool) -> bool:
    """Whether `settle` could answer with another one."""
    return any(other.shares_layout_of == tool.name for other in LOOKALIKES)
