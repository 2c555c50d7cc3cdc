"""Alembic and Django as programs: small projects whose settings leave the address to libpq."""

import sys
from pathlib import Path
from typing import Any

from tests.databases import Database
from tests.projects import Project
from tests.tools.programs import find
from tests.tools.real_tools import Change, RealTool, libpq, run

_ALEMBIC_INI = "[alembic]\nscript_location = db\n"
_ENV = """
from alembic import context
from sqlalchemy import create_engine, pool

URL = "postgresql+psycopg://"
if context.is_offline_mode():
    context.configure(url=URL, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(URL, poolclass=pool.NullPool).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""
_REVISION = '''"""Add {table}

Revision ID: {revision}
Create Date: 2026-01-0{number} 00:00:00
"""
from alembic import op

revision: str = "{revision}"
down_revision = {before!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("{up}")


def downgrade() -> None:
    op.execute("{down}")
'''
_SETTINGS = """
import os
SECRET_KEY = "x"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["shop"]
DATABASES = {"default": {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": os.environ.get("PGDATABASE"), "HOST": os.environ.get("PGHOST", ""),
    "PORT": os.environ.get("PGPORT", ""), "USER": os.environ.get("PGUSER", ""),
}}
"""
_MANAGE = """
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
"""
_MIGRATION = """from django.db import migrations


class Migration(migrations.Migration):
    dependencies = {dependencies!r}
    operations = [migrations.RunSQL("{up}", "{down}")]
"""


class FrameworkTool(RealTool):
    """A tool that the cockpit runs by its own command."""

    programs = True

    def command(self) -> tuple[str, ...]:
        """As `tool_command` names it."""
        raise NotImplementedError

    @property
    def opening(self) -> dict[str, Any]:
        return {"tool_command": self.command()}

    def say(self, project: Project, database: Database, *arguments: str) -> str:
        """Run the very command, with the database in libpq's variables."""
        program, *first = self.command()
        return run(Path(program), [*first, *arguments], project.root, libpq(database))


class Alembic(FrameworkTool):
    """github.com/sqlalchemy/alembic, from PyPI."""

    name = "alembic"
    program = "alembic"
    table = "alembic_version"
    folder = "db/versions"

    def command(self) -> tuple[str, ...]:
        return (str(find("alembic")),)

    def version_of(self, change: Change) -> str:
        return f"{change.number:012x}"

    def path_of(self, project: Project, change: Change) -> Path:
        return project.root / self.folder / f"{self.version_of(change)}_{change.table}.py"

    def write(self, project: Project, change: Change) -> None:
        before = f"{change.number - 1:012x}" if change.number > 1 else None
        self.revision(project, self.version_of(change), before, change)

    def revision(
        self, project: Project, revision: str, before: Any, change: Change, **text: str
    ) -> Path:
        """One file; `text` replaces the statements."""
        path = project.root / self.folder / f"{revision}_{change.table}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        (project.root / "alembic.ini").write_text(_ALEMBIC_INI)
        (project.root / "db" / "env.py").write_text(_ENV)
        said = {"up": change.up, "down": change.down} | text
        path.write_text(
            _REVISION.format(
                table=change.table, revision=revision, before=before, number=change.number, **said
            )
        )
        return path

    def up(self, project: Project, database: Database) -> str:
        return self.say(project, database, "upgrade", "heads")

    def down(self, project: Project, database: Database) -> str:
        return self.say(project, database, "downgrade", "-1")


class Django(FrameworkTool):
    """github.com/django/django, from PyPI."""

    name = "django"
    program = "django-admin"
    table = "django_migrations"
    row = "id, app, name"
    folder = "site"

    def command(self) -> tuple[str, ...]:
        program = find(self.program)
        python = program.parent / "python" if program else Path(sys.executable)
        return (str(python), "-W", "ignore", "site/manage.py")

    def name_of(self, change: Change) -> str:
        return f"{change.number:04}_{change.table}"

    def version_of(self, change: Change) -> str:
        return f"shop.{self.name_of(change)}"

    def path_of(self, project: Project, change: Change) -> Path:
        return project.root / "site/shop/migrations" / f"{self.name_of(change)}.py"

    def write(self, project: Project, change: Change) -> None:
        before = {2: "0001_customers", 3: "0002_orders"}.get(change.number)
        dependencies = [("shop", before)] if before else []
        path = self.path_of(project, change)
        self.lay_out(project)
        path.write_text(
            _MIGRATION.format(dependencies=dependencies, up=change.up, down=change.down)
        )

    def lay_out(self, project: Project) -> None:
        """Everything but the migrations."""
        folder = project.root / "site" / "shop" / "migrations"
        folder.mkdir(parents=True, exist_ok=True)
        (project.root / "site" / "manage.py").write_text(_MANAGE)
        (project.root / "site" / "settings.py").write_text(_SETTINGS)
        for package in (folder, folder.parent):
            (package / "__init__.py").write_text("")

    def up(self, project: Project, database: Database) -> str:
        return self.say(project, database, "migrate", "--no-input")

    def down(self, project: Project, database: Database) -> str:
        done = self.say(project, database, "showmigrations", "shop", "--no-color")
        applied = [line.split()[-1] for line in done.splitlines() if "[X]" in line]
        target = applied[-2] if len(applied) > 1 else "zero"
        return self.say(project, database, "migrate", "shop", target, "--no-input")


FRAMEWORKS: tuple[FrameworkTool, ...] = (Alembic(), Django())
