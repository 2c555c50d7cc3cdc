"""Tools that are only looked at, as programs: what they do, the cockpit must see."""

import json
import subprocess
from functools import cache
from pathlib import Path

from tests.databases import Database
from tests.projects import FOLDER, Project
from tests.tools.node import MODULES, connection, with_modules
from tests.tools.programs import find
from tests.tools.real_tools import CHANGES, Change, RealTool, run


class ObservedTool(RealTool):
    """One whose migrations the cockpit never runs."""

    package: str = ""
    """Of npm, for those that Node runs."""

    @property
    def installed(self) -> bool:
        return find(self.program) is not None and (MODULES / self.package).is_dir()

    def lock(self, database: Database) -> None:
        """Take its deployment lock as a run that was killed would leave it."""
        raise NotImplementedError

    def spoil(self, project: Project, change: Change) -> None:
        """Make a migration fail after it has done something."""
        path = self.path_of(project, change)
        path.write_text(path.read_text().replace("PRIMARY KEY);", "PRIMARY KEY); SELECT 1/0;"))


class Knex(ObservedTool):
    """knexjs.org, from npm."""

    name = "knex"
    program = "knex"
    package = "knex"
    table = "knex_migrations"
    row = "id, name, batch"

    def version_of(self, change: Change) -> str:
        return f"2026010100000{change.number}_{change.table}.js"

    def path_of(self, project: Project, change: Change) -> Path:
        return project.root / FOLDER / self.version_of(change)

    def write(self, project: Project, change: Change) -> None:
        self.path_of(project, change).write_text(
            f"exports.up = (knex) => knex.raw({json.dumps(change.up)});\n"
            f"exports.down = (knex) => knex.raw({json.dumps(change.down)});\n"
        )

    def up(self, project: Project, database: Database) -> str:
        return self._say(project, database, "migrate:latest")

    def down(self, project: Project, database: Database) -> str:
        return self._say(project, database, "migrate:down")

    def lock(self, database: Database) -> None:
        database.execute("UPDATE knex_migrations_lock SET is_locked = 1")

    def _say(self, project: Project, database: Database, command: str) -> str:
        with_modules(project)
        settings = {
            "client": "pg",
            "connection": connection(database),
            "migrations": {"directory": str(project.root / FOLDER)},
        }
        (project.root / "knexfile.js").write_text(f"module.exports = {json.dumps(settings)};\n")
        return self.run(project, command)


class TypeOrm(ObservedTool):
    """typeorm.io, from npm."""

    name = "typeorm"
    program = "typeorm"
    package = "typeorm"
    table = "migrations"
    row = 'id, "timestamp", name'

    def version_of(self, change: Change) -> str:
        return str(1700000000000 + change.number)

    def path_of(self, project: Project, change: Change) -> Path:
        name = f"{self.version_of(change)}-{change.table.title()}.js"
        return project.root / FOLDER / name

    def write(self, project: Project, change: Change) -> None:
        name = f"{change.table.title()}{self.version_of(change)}"
        self.path_of(project, change).write_text(
            f"module.exports = class {name} {{\n"
            f"  async up(queryRunner) {{ await queryRunner.query({json.dumps(change.up)}); }}\n"
            f"  async down(queryRunner) {{ await queryRunner.query({json.dumps(change.down)}); }}\n"
            "};\n"
        )

    def up(self, project: Project, database: Database) -> str:
        return self._say(project, database, "migration:run")

    def down(self, project: Project, database: Database) -> str:
        return self._say(project, database, "migration:revert")

    def _say(self, project: Project, database: Database, command: str) -> str:
        with_modules(project)
        there = connection(database)
        settings = {
            "type": "postgres",
            "host": there["host"],
            "port": there["port"],
            "username": there["user"],
            "password": there["password"],
            "database": there["database"],
            "migrations": [str(project.root / FOLDER / "*.js")],
        }
        (project.root / "source.js").write_text(
            'const { DataSource } = require("typeorm");\n'
            f"module.exports = new DataSource({json.dumps(settings)});\n"
        )
        return self.run(project, command, "-d", "source.js")


class Drizzle(ObservedTool):
    """orm.drizzle.team, from npm; drizzle-kit migrate calls the same function."""

    name = "drizzle"
    program = "node"
    package = "drizzle-orm"
    table = "drizzle.__drizzle_migrations"
    row = "id, hash, created_at"
    verified = True

    def version_of(self, change: Change) -> str:
        return f"{change.number:04}_{change.table}"

    def path_of(self, project: Project, change: Change) -> Path:
        return project.root / FOLDER / f"{self.version_of(change)}.sql"

    def write(self, project: Project, change: Change) -> None:
        self.path_of(project, change).write_text(change.up)
        self._journal(project, [*self._entries(project), self._entry(change)])

    def remove(self, project: Project, change: Change) -> None:
        self.path_of(project, change).unlink()
        tag = self.version_of(change)
        self._journal(project, [e for e in self._entries(project) if e["tag"] != tag])

    def up(self, project: Project, database: Database) -> str:
        with_modules(project)
        (project.root / "migrate.js").write_text(_DRIZZLE)
        there = json.dumps(connection(database))
        return run(find("node"), ["migrate.js", there, FOLDER], project.root, {})

    def down(self, project: Project, database: Database) -> str:
        """There is no way back: by hand, as everybody does."""
        newest = f"SELECT max(created_at) - 1700000000000 FROM {self.table}"
        (number,) = database.execute(newest)[0]
        change = CHANGES[int(number) - 1]
        database.execute(
            f"{change.down} DELETE FROM {self.table} "
            f"WHERE created_at = {1700000000000 + change.number}"
        )
        return ""

    def _entry(self, change: Change) -> dict[str, object]:
        return {
            "idx": change.number - 1,
            "version": "7",
            "when": 1700000000000 + change.number,
            "tag": self.version_of(change),
            "breakpoints": True,
        }

    def _entries(self, project: Project) -> list[dict[str, object]]:
        path = project.root / FOLDER / "meta" / "_journal.json"
        return list(json.loads(path.read_text())["entries"]) if path.exists() else []

    def _journal(self, project: Project, entries: list[dict[str, object]]) -> None:
        path = project.root / FOLDER / "meta" / "_journal.json"
        path.parent.mkdir(exist_ok=True)
        text = {"version": "7", "dialect": "postgresql", "entries": entries}
        path.write_text(json.dumps(text))


class Rails(ObservedTool):
    """Active Record's own migrations, from Debian."""

    name = "rails"
    program = "ruby"
    table = "schema_migrations"
    folder = "db"

    @property
    def installed(self) -> bool:
        return find("ruby") is not None and _active_record()

    def version_of(self, change: Change) -> str:
        return f"2026010100000{change.number}"

    def path_of(self, project: Project, change: Change) -> Path:
        place = "post_migrate" if change.number == 3 else "migrate"
        name = f"{self.version_of(change)}_add_{change.table}.rb"
        return project.root / "db" / place / name

    def write(self, project: Project, change: Change) -> None:
        path = self.path_of(project, change)
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            f"class Add{change.table.title()} < ActiveRecord::Migration[6.1]\n"
            f"  def up\n    execute {json.dumps(change.up)}\n  end\n"
            f"  def down\n    execute {json.dumps(change.down)}\n  end\nend\n"
        )

    def up(self, project: Project, database: Database) -> str:
        return self._say(project, database, "migrate")

    def down(self, project: Project, database: Database) -> str:
        return self._say(project, database, "rollback")

    def _say(self, project: Project, database: Database, command: str) -> str:
        paths = [str(project.root / "db" / name) for name in ("migrate", "post_migrate")]
        there = connection(database)
        script = _RAILS.format(
            host=there["host"],
            port=there["port"],
            user=there["user"],
            password=there["password"],
            database=there["database"],
            paths=json.dumps(paths),
            command=command,
        )
        return run(find("ruby"), ["-W0", "-e", script], project.root, {})


_DRIZZLE = """
const { Client } = require("pg");
const { drizzle } = require("drizzle-orm/node-postgres");
const { migrate } = require("drizzle-orm/node-postgres/migrator");
(async () => {
  const client = new Client(JSON.parse(process.argv[2]));
  await client.connect();
  try {
    await migrate(drizzle(client), { migrationsFolder: process.argv[3] });
  } finally {
    await client.end();
  }
})().catch((error) => { console.error(error); process.exit(1); });
"""
_RAILS = """
require "active_record"
ActiveRecord::Base.establish_connection(
  adapter: "postgresql", host: "{host}", port: {port}, username: "{user}",
  password: "{password}", database: "{database}")
ActiveRecord::Migrator.migrations_paths = {paths}
ActiveRecord::Base.connection.migration_context.{command}
"""


@cache
def _active_record() -> bool:
    probe = [str(find("ruby")), "-W0", "-e", 'require "active_record"; require "pg"']
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


OBSERVED_TOOLS: tuple[ObservedTool, ...] = (Knex(), TypeOrm(), Drizzle(), Rails())
