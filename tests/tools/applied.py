"""What a tool leaves in an empty database: made once for the same files, then copied."""

from hashlib import sha256

from tests.databases import Database, Databases
from tests.projects import Project
from tests.tools.real_tools import RealTool

_LEFT_BY_RUNNING = {".git", "__pycache__", "node_modules"}


class Applied:
    """A tool takes half a second to start, and does the same with the same files each time."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._templates: dict[tuple[RealTool, str], Database] = {}

    def __call__(self, tool: RealTool, project: Project, database: Database) -> None:
        """Leave the empty database as `tool.up` does. Sessions that are in it end."""
        key = (tool, _fingerprint(project))
        if key not in self._templates:
            template = self._databases.create()
            tool.up(project, template)
            self._templates[key] = template
        self._databases.refill(database, self._templates[key])


def _fingerprint(project: Project) -> str:
    """Of every file that the tool could read."""
    found = sha256()
    for path in sorted(project.root.rglob("*")):
        part = path.relative_to(project.root)
        if path.is_file() and not _LEFT_BY_RUNNING & set(part.parts):
            found.update(f"{part}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return found.hexdigest()
