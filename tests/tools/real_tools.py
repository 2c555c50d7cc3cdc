"""Other migration tools as programs, so that tests can put the cockpit beside them."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from psycopg.conninfo import conninfo_to_dict

from tests.databases import Database
from tests.projects import FOLDER, Project
from tests.tools.bridge import bridge
from tests.tools.programs import find


@dataclass(frozen=True, slots=True)
class Change:
    """One migration: how a table comes and goes."""

    number: int
    table: str

    @property
    def up(self) -> str:
        return f"CREATE TABLE {self.table} (id integer PRIMARY KEY);"

    @property
    def down(self) -> str:
        return f"DROP TABLE {self.table};"


CHANGES = (Change(1, "customers"), Change(2, "orders"), Change(3, "items"))


class RealTool:
    """One program and how it is driven. Every command runs in the project's root."""

    name: ClassVar[str]
    program: ClassVar[str]
    """Of the executable."""
    table: ClassVar[str]
    """Its history."""
    row: ClassVar[str] = "*"
    """What two histories must agree in: everything but moments and durations."""
    order: ClassVar[str] = "1"
    verified: ClassVar[bool] = False
    """It keeps a checksum."""
    folder: ClassVar[str] = FOLDER
    """Of its files, within the project."""
    slow: ClassVar[bool] = False
    """Every start of it takes seconds."""
    keeps_failures: ClassVar[bool] = False
    """A failure of its own leaves a row that stops it until somebody resolves it; ours does not."""
    programs: ClassVar[bool] = False
    """Its migrations are code, which only its own command runs."""

    @property
    def opening(self) -> dict[str, Any]:
        """What a session is opened with beside the tool and the folder."""
        return {}

    @property
    def installed(self) -> bool:
        return find(self.program) is not None

    def version_of(self, change: Change) -> str:
        """As the cockpit spells it."""
        raise NotImplementedError

    def write(self, project: Project, change: Change) -> None:
        """Put the migration into the project."""
        raise NotImplementedError

    def up(self, project: Project, database: Database) -> str:
        """Apply everything that is pending; what it said."""
        raise NotImplementedError

    def down(self, project: Project, database: Database) -> str:
        """Roll the newest migration back."""
        raise NotImplementedError

    def edit(self, project: Project, change: Change) -> None:
        """The same migration, with another text that means the same."""
        path = self.path_of(project, change)
        path.write_text(path.read_text().replace("integer", "int"))

    def path_of(self, project: Project, change: Change) -> Path:
        """The file with the way up."""
        raise NotImplementedError

    def remove(self, project: Project, change: Change) -> None:
        """Take the migration out of the project."""
        self.path_of(project, change).unlink()

    def history(self, database: Database) -> list[tuple[object, ...]]:
        """Its rows, without what differs from run to run."""
        return database.execute(f"SELECT {self.row} FROM {self.table} ORDER BY {self.order}")

    def shape(self, database: Database) -> list[tuple[object, ...]]:
        """Columns and constraints of its table."""
        return database.execute(_SHAPE.replace("{table}", self.table))

    def run(self, project: Project, *arguments: str, **environment: str) -> str:
        """Run the program; its output. Raises with the output where it fails."""
        return run(find(self.program), arguments, project.root, environment)


_SHAPE = """
SELECT 'column', attname::text, format_type(atttypid, atttypmod), attnotnull::text,
       attidentity::text, pg_get_expr(adbin, adrelid)
  FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
 WHERE attrelid = '{table}'::regclass AND attnum > 0
UNION ALL
SELECT 'constraint', conname, pg_get_constraintdef(oid), '', '', ''
  FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype <> 'n'
UNION ALL
SELECT 'index', indexrelid::regclass::text, pg_get_indexdef(indexrelid), '', '', ''
  FROM pg_index WHERE indrelid = '{table}'::regclass
ORDER BY 1, 2
"""


def run(
    program: Path | None, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> str:
    """Run one program of somebody else's; its output. Raises with the output where it fails."""
    done = subprocess.run(
        [str(program), *arguments],
        cwd=folder,
        env=os.environ | dict(environment),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = done.stdout + done.stderr
    if done.returncode:
        raise AssertionError(f"{program} {' '.join(arguments)} failed:\n{said}")
    return said


def libpq(database: Database) -> dict[str, str]:
    """PGHOST and its like, for programs that read them."""
    parts = conninfo_to_dict(database.dsn)
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE"}
    found = {name: str(parts[key]) for key, name in names.items() if parts.get(key)}
    if parts.get("password"):
        found["PGPASSWORD"] = str(parts["password"])
    return found


def url(database: Database) -> str:
    """The database as a URL whose host is a parameter, so that a socket's folder fits in."""
    parts = conninfo_to_dict(database.dsn)
    secret = f":{parts['password']}" if parts.get("password") else ""
    user = f"{parts.get('user', '')}{secret}@" if parts.get("user") else ""
    return (
        f"postgres://{user}/{parts['dbname']}"
        f"?host={parts.get('host', '')}&port={parts.get('port', 5432)}&sslmode=disable"
    )


class Dbmate(RealTool):
    """github.com/amacneil/dbmate, from npm."""

    name = "dbmate"
    program = "dbmate"
    table = "schema_migrations"

    def version_of(self, change: Change) -> str:
        return f"{change.number:03}"

    def path_of(self, project: Project, change: Change) -> Path:
        return project.root / FOLDER / f"{change.number:03}_{change.table}.sql"

    def write(self, project: Project, change: Change) -> None:
        project.native(self.version_of(change), change.table, change.up, change.down)

    def up(self, project: Project, database: Database) -> str:
        return self._say(project, database, "migrate")

    def down(self, project: Project, database: Database) -> str:
        return self._say(project, database, "rollback")

    def _say(self, project: Project, database: Database, command: str) -> str:
        folder = ("--migrations-dir", FOLDER, "--no-dump-schema", "--url", url(database))
        return self.run(project, *folder, command)


class NodePgMigrate(RealTool):
    """github.com/salsita/node-pg-migrate, from npm, with SQL files."""

    name = "node-pg-migrate"
    program = "node-pg-migrate"
    table = "pgmigrations"
    row = "id, name"

    def version_of(self, change: Change) -> str:
        return f"{1700000000000 + change.number}_{change.table}"

    def path_of(self, project: Project, change: Change) -> Path:
        return project.root / FOLDER / f"{self.version_of(change)}.sql"

    def write(self, project: Project, change: Change) -> None:
        text = f"-- Up Migration\n{change.up}\n\n-- Down Migration\n{change.down}\n"
        self.path_of(project, change).write_text(text)

    def up(self, project: Project, database: Database) -> str:
        return self._say(project, database, "up")

    def down(self, project: Project, database: Database) -> str:
        return self._say(project, database, "down")

    def _say(self, project: Project, database: Database, command: str) -> str:
        address = url(database).replace("&sslmode=disable", "")
        return self.run(project, command, "-m", FOLDER, DATABASE_URL=address)


class SqlMigrate(RealTool):
    """github.com/rubenv/sql-migrate, from Debian."""

    name = "sql-migrate"
    program = "sql-migrate"
    table = "gorp_migrations"
    row = "id"

    def version_of(self, change: Change) -> str:
        return f"{change.number:03}-{change.table}"

    def path_of(self, project: Project, change: Change) -> Path:
        return project.root / FOLDER / f"{self.version_of(change)}.sql"

    def write(self, project: Project, change: Change) -> None:
        text = f"-- +migrate Up\n{change.up}\n-- +migrate Down\n{change.down}\n"
        self.path_of(project, change).write_text(text)

    def up(self, project: Project, database: Database) -> str:
        return self._say(project, database, "up")

    def down(self, project: Project, database: Database) -> str:
        return self._say(project, database, "down", "-limit=1")

    def _say(self, project: Project, database: Database, command: str, *more: str) -> str:
        (project.root / "dbconfig.yml").write_text(
            f"development:\n  dialect: postgres\n  dir: {FOLDER}\n"
            f"  datasource: {url(database)}\n  table: gorp_migrations\n"
        )
        return self.run(project, command, *more)


class Sqitch(RealTool):
    """sqitch.org, from Debian."""

    name = "sqitch"
    program = "sqitch"
    table = "sqitch.changes"
    row = "change_id, script_hash, change, project, note, planned_at, planner_name, planner_email"
    order = "planned_at"
    verified = True
    folder = "db"

    def version_of(self, change: Change) -> str:
        return change.table

    def path_of(self, project: Project, change: Change) -> Path:
        return project.root / self.folder / "deploy" / f"{change.table}.sql"

    def write(self, project: Project, change: Change) -> None:
        """With a requirement, a conflict and a tag here and there, so that all tables are used."""
        plan = project.root / self.folder / "sqitch.plan"
        before = {1: "", 2: " [customers]", 3: " [orders !other:carts]"}[change.number]
        lines = plan.read_text() if plan.exists() else "%syntax-version=1.0.0\n%project=shop\n\n"
        stamp = f"2026-01-0{change.number}T00:00:00Z Ana <ana@example.org> # Add {change.table}"
        lines += f"{change.table}{before} {stamp}\n"
        if change.number == 2:
            lines += f"@v1 {stamp}\n"
        plan.write_text(lines)
        (plan.parent / "sqitch.conf").write_text("[core]\n\tengine = pg\n")
        for folder, script in (("deploy", change.up), ("revert", change.down)):
            (plan.parent / folder).mkdir(exist_ok=True)
            (plan.parent / folder / f"{change.table}.sql").write_text(
                f"BEGIN;\n{script}\nCOMMIT;\n"
            )

    def remove(self, project: Project, change: Change) -> None:
        plan = project.root / self.folder / "sqitch.plan"
        lines = plan.read_text().splitlines(keepends=True)
        mine = (change.table, "@v1") if change.number == 2 else change.table
        plan.write_text("".join(line for line in lines if not line.startswith(mine)))
        self.path_of(project, change).unlink()
        (plan.parent / "revert" / f"{change.table}.sql").unlink()

    def up(self, project: Project, database: Database) -> str:
        return self._say(project, database, "deploy")

    def down(self, project: Project, database: Database) -> str:
        return self._say(project, database, "revert", "-y", "--to", "@HEAD^")

    def history(self, database: Database) -> list[tuple[object, ...]]:
        """All of the registry: changes, dependencies, tags, projects, releases, events."""
        return [
            *super().history(database),
            *database.execute("SELECT * FROM sqitch.dependencies ORDER BY 1, 3"),
            *database.execute("SELECT tag_id, tag, change_id, note, planned_at FROM sqitch.tags"),
            *database.execute("SELECT project, uri FROM sqitch.projects"),
            *database.execute("SELECT version FROM sqitch.releases"),
            *database.execute(
                "SELECT event, change_id, change, note, requires, conflicts, tags, planner_name "
                "FROM sqitch.events ORDER BY committed_at"
            ),
        ]

    def _say(self, project: Project, database: Database, command: str, *more: str) -> str:
        environment = libpq(database)
        target = f"db:pg:{environment['PGDATABASE']}"
        return run(
            find(self.program), [command, *more, target], project.root / self.folder, environment
        )


class Liquibase(RealTool):
    """liquibase.com 4.28 from npm, with Debian's JDBC driver, on formatted SQL."""

    name = "liquibase"
    program = "liquibase"
    table = "databasechangelog"
    row = "id, author, filename, orderexecuted, exectype, md5sum, description, comments, contexts"
    order = "orderexecuted"
    verified = True
    slow = True
    driver = Path("/usr/share/java/postgresql.jar")

    @property
    def installed(self) -> bool:
        return bool(find(self.program) and find("java")) and self.driver.exists()

    def version_of(self, change: Change) -> str:
        return f"ana:{change.number}"

    def path_of(self, project: Project, change: Change) -> Path:
        return project.root / FOLDER / "changelog.sql"

    def write(self, project: Project, change: Change) -> None:
        path = self.path_of(project, change)
        before = path.read_text() if path.exists() else "--liquibase formatted sql\n"
        path.write_text(
            f"{before}\n--changeset ana:{change.number}\n--comment: Add {change.table}\n"
            f"-- ordinary words\n{change.up}\n--rollback {change.down}\n"
        )

    def edit(self, project: Project, change: Change) -> None:
        path = self.path_of(project, change)
        text = path.read_text()
        path.write_text(text.replace(change.up, change.up.replace("integer", "int")))

    def remove(self, project: Project, change: Change) -> None:
        path = self.path_of(project, change)
        path.write_text(path.read_text().partition(f"\n--changeset ana:{change.number}")[0])

    def up(self, project: Project, database: Database) -> str:
        return self._say(project, database, "update")

    def down(self, project: Project, database: Database) -> str:
        return self._say(project, database, "rollback-count", "--count=1")

    def _say(self, project: Project, database: Database, command: str, *more: str) -> str:
        parts = conninfo_to_dict(database.dsn)
        with bridge(database.dsn) as (host, port):
            return self.run(
                project,
                f"--classpath={self.driver}",
                command,
                f"--url=jdbc:postgresql://{host}:{port}/{parts['dbname']}",
                f"--username={parts.get('user', '')}",
                f"--password={parts.get('password', 'none')}",
                f"--changelog-file={FOLDER}/changelog.sql",
                *more,
            )


REAL_TOOLS: tuple[RealTool, ...] = (
    Dbmate(), NodePgMigrate(), SqlMigrate(), Sqitch(), Liquibase(),
)  # fmt: skip
