"""All tools by name, and which of them a folder is laid out for."""

from collections.abc import Sequence

from cockpit.errors import UsageError
from cockpit.model.revision import SourceFile
from cockpit.tools.golang_migrate import GolangMigrate
from cockpit.tools.native import Native
from cockpit.tools.protocol import Tool

TOOLS: tuple[Tool, ...] = (Native(), GolangMigrate())


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
