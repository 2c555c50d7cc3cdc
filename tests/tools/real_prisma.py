"""Prisma Migrate itself: its schema engine as WebAssembly, so that nothing has to be downloaded.

Its driver adapter for `pg` does not know the type `name`, which its own engine asks for; the
settings written here show such columns as text.
"""

from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from tests.databases import Database
from tests.projects import FOLDER, Project
from tests.tools.bridge import bridge
from tests.tools.node import MODULES, with_modules
from tests.tools.programs import find
from tests.tools.real_tools import CHANGES, Change, RealTool

_CONFIG = f"""
import {{ PrismaPg }} from "@prisma/adapter-pg";
import Result from "pg/lib/result.js";

const add = Result.prototype.addFields;
Result.prototype.addFields = function (fields) {{
  for (const field of fields) if (field.dataTypeID === 19) field.dataTypeID = 25;
  return add.call(this, fields);
}};
export default {{
  experimental: {{ adapter: true }},
  engine: "js",
  schema: "schema.prisma",
  migrations: {{ path: "{FOLDER}" }},
  adapter: async () => new PrismaPg({{ connectionString: process.env.DATABASE_URL }}),
}};
"""
_SCHEMA = 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n'


class Prisma(RealTool):
    """prisma.io, from npm."""

    name = "prisma"
    program = "prisma"
    table = "_prisma_migrations"
    row = (
        "migration_name, checksum, finished_at IS NOT NULL, rolled_back_at IS NOT NULL, "
        "applied_steps_count, logs"
    )
    order = "migration_name, started_at"
    verified = True
    slow = True
    keeps_failures = True

    @property
    def installed(self) -> bool:
        return find(self.program) is not None and (MODULES / "@prisma" / "adapter-pg").is_dir()

    def version_of(self, change: Change) -> str:
        return f"2026010100000{change.number}_{change.table}"

    def path_of(self, project: Project, change: Change) -> Path:
        return project.root / FOLDER / self.version_of(change) / "migration.sql"

    def write(self, project: Project, change: Change) -> None:
        path = self.path_of(project, change)
        path.parent.mkdir()
        path.write_text(f"{change.up}\n")
        path.with_name("down.sql").write_text(f"{change.down}\n")
        (project.root / FOLDER / "migration_lock.toml").write_text('provider = "postgresql"\n')

    def remove(self, project: Project, change: Change) -> None:
        path = self.path_of(project, change)
        path.unlink()
        path.with_name("down.sql").unlink()
        path.parent.rmdir()

    def up(self, project: Project, database: Database) -> str:
        with_modules(project)
        (project.root / "prisma.config.mjs").write_text(_CONFIG)
        (project.root / "schema.prisma").write_text(_SCHEMA)
        parts = conninfo_to_dict(database.dsn)
        secret = f":{parts['password']}" if parts.get("password") else ""
        # The engines that it would download are not used: it only has to find something.
        engine = str(find("true"))
        with bridge(database.dsn) as (host, port):
            return self.run(
                project, "migrate", "deploy", "--config", "prisma.config.mjs",
                DATABASE_URL=f"postgresql://{parts.get('user', '')}{secret}@{host}:{port}/"
                f"{parts['dbname']}",
                PRISMA_QUERY_ENGINE_LIBRARY=engine, PRISMA_SCHEMA_ENGINE_BINARY=engine,
                CHECKPOINT_DISABLE="1", PRISMA_HIDE_UPDATE_MESSAGE="1",
            )  # fmt: skip

    def down(self, project: Project, database: Database) -> str:
        """Prisma has no way back: by hand, as its documentation tells to."""
        applied = database.execute(
            f"SELECT max(migration_name) FROM {self.table} WHERE rolled_back_at IS NULL"
        )
        change = next(c for c in CHANGES if self.version_of(c) == applied[0][0])
        database.execute(
            f"{change.down} UPDATE {self.table} SET rolled_back_at = now() "
            f"WHERE migration_name = '{applied[0][0]}' AND rolled_back_at IS NULL"
        )
        return ""


PRISMA = Prisma()
