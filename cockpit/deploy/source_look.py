"""What one look at git gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cockpit.model.migration import MigrationSet
from cockpit.model.revision import Revision, SourceFile
from cockpit.tools.protocol import Tool


@dataclass(frozen=True, slots=True)
class SourceLook:
    """A revision of a folder, as a tool reads it."""

    revision: Revision
    tool: Tool
    folder: str
    migrations: MigrationSet
    files: tuple[SourceFile, ...] = ()
    refs: Mapping[str, str] = field(default_factory=dict)
    """Every ref at that moment: what git's past is asked about holds as long as they stand."""

    def same_as(self, other: "SourceLook | None") -> bool:
        """Nothing has changed since the other look. Cheap: files are told by identity."""
        return (
            other is not None
            and self.files is other.files
            and self.migrations is other.migrations
            and (self.revision, self.tool, self.folder, self.refs)
            == (other.revision, other.tool, other.folder, other.refs)
        )
