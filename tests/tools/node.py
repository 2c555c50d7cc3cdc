"""Programs that Node runs: they find what the tests have installed, and git does not see it."""

from psycopg.conninfo import conninfo_to_dict

from tests.databases import Database
from tests.projects import Project
from tests.tools.programs import HERE

MODULES = HERE / "node_modules"
_UNSEEN = (
    "node_modules", "knexfile.js", "source.js", "migrate.js", "prisma.config.mjs", "schema.prisma",
)  # fmt: skip


def with_modules(project: Project) -> None:
    """Link the modules into the project, once."""
    link = project.root / "node_modules"
    if not link.exists():
        link.symlink_to(MODULES)
        (project.root / ".git" / "info" / "exclude").write_text("\n".join(_UNSEEN) + "\n")


def connection(database: Database) -> dict[str, object]:
    """The database as JavaScript drivers want it."""
    parts = conninfo_to_dict(database.dsn)
    return {
        "host": str(parts.get("host", "")),
        "port": int(parts.get("port") or 5432),
        "user": str(parts.get("user", "")),
        "password": str(parts.get("password", "")),
        "database": str(parts["dbname"]),
    }
