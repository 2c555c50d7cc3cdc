"""How long an application waits while a column is added behind somebody's open transaction.

    python -m tests.benchmarks.harm [--runner-python PYTHON] [--dbmate PROGRAM] [--seconds 10]

Steady reads and writes go on against one table; a forgotten session keeps ACCESS SHARE on it, until
some seconds after the runner began to wait; meanwhile a migration runner is told to
`ALTER TABLE ... ADD COLUMN`. Each runner gets a fresh database on one server, one after the other,
in one run. PYTHON has alembic, django and psycopg; runners that are absent are named as such and
left out.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tests import databases
from tests.benchmarks.load import Application
from tests.databases import Database, Databases
from tests.projects import FOLDER, Project

ADD = "ALTER TABLE orders ADD COLUMN note text"
ROWS = 10_000
Runner = Callable[[Database, Path], list[str]]


@dataclass(frozen=True)
class Result:
    """What one runner did to the application."""

    runner: str
    longest: float
    over_a_second: int
    statements: int
    median: float
    after_blocker: float
    """Seconds from the end of the forgotten transaction to the new column."""


def measure(name: str, runner: Runner, server: Databases, seconds: float) -> Result:
    """One runner against one fresh database."""
    with server.fresh() as database, tempfile.TemporaryDirectory() as folder:
        database.execute("CREATE TABLE orders (id int PRIMARY KEY, total int NOT NULL DEFAULT 0)")
        database.execute(f"INSERT INTO orders SELECT generate_series(1, {ROWS})")
        command = runner(database, Path(folder))
        application = Application(database.dsn, ROWS)
        time.sleep(1.5)
        released: list[float] = []
        blocker = threading.Thread(target=_forgotten, args=(database.dsn, seconds, released))
        blocker.start()
        time.sleep(1)
        with subprocess.Popen(
            command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as process:
            added = _until_added(database)
            complaint = process.communicate(timeout=120)[1]
            if process.returncode:
                raise SystemExit(f"{name} failed: {complaint}")
        blocker.join()
        time.sleep(0.5)
        waits = application.waits()
        return Result(
            name,
            max(waits),
            sum(wait > 1 for wait in waits),
            len(waits),
            statistics.median(waits),
            added - released[0],
        )


def _forgotten(dsn: str, seconds: float, released: list[float]) -> None:
    """Holds its lock from now on, and so many seconds after somebody wanted the table for itself.

    So what is counted does not hang on how long a runner takes to start.
    """
    waiting = (
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'orders'::regclass "
        "AND mode = 'AccessExclusiveLock'"
    )
    with (
        psycopg.connect(dsn, application_name="forgotten") as connection,
        psycopg.connect(dsn, autocommit=True) as other,
    ):
        connection.execute("SELECT 1 FROM orders LIMIT 1")
        until = time.monotonic() + 60
        while other.execute(waiting).fetchone() == (0,) and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(seconds)
    released.append(time.monotonic())


def _until_added(database: Database) -> float:
    """When the column was first seen; the catalog is asked, never the table."""
    sql = (
        "SELECT count(*) FROM pg_attribute "
        "WHERE attrelid = 'orders'::regclass AND attname = 'note' AND NOT attisdropped"
    )
    with psycopg.connect(database.dsn, autocommit=True) as connection:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            row = connection.execute(sql).fetchone()
            if row and row[0]:
                return time.monotonic()
            time.sleep(0.02)
    raise SystemExit("the column never came")


def psql(database: Database, folder: Path) -> list[str]:
    """No runner at all: the statement typed by hand."""
    return [str(databases.chosen_programs().program("psql")), "-X", "-d", database.dsn, "-c", ADD]


def cockpit(database: Database, folder: Path) -> list[str]:
    """This project, with its default settings."""
    project = Project.create(folder / "project")
    project.native("001", "note", f"{ADD};", "ALTER TABLE orders DROP COLUMN note;")
    project.commit()
    return [
        sys.executable, "-m", "cockpit", "apply", "--repo", str(project.root), "--path", FOLDER,
        "--dsn", database.dsn, "--environment", "local", "--yes",
    ]  # fmt: skip


def dbmate(program: str) -> Runner:
    """dbmate as it comes."""

    def prepare(database: Database, folder: Path) -> list[str]:
        migrations = folder / "db" / "migrations"
        migrations.mkdir(parents=True)
        (migrations / "001_note.sql").write_text(f"-- migrate:up\n{ADD};\n-- migrate:down\n")
        parts = conninfo_to_dict(database.dsn)
        url = (
            f"postgres://{parts['user']}@/{parts['dbname']}?socket={parts['host']}&sslmode=disable"
        )
        return [program, "--no-dump-schema", "--url", url, "migrate"]

    return prepare


def alembic(python: str) -> Runner:
    """Alembic as `alembic init` sets it up."""

    def prepare(database: Database, folder: Path) -> list[str]:
        parts = conninfo_to_dict(database.dsn)
        url = f"postgresql+psycopg://{parts['user']}@/{parts['dbname']}?host={parts['host']}"
        subprocess.run(
            [python, "-m", "alembic", "init", "migrations"],
            cwd=folder, check=True, capture_output=True,
        )  # fmt: skip
        ini = folder / "alembic.ini"
        text = ini.read_text().replace("driver://user:pass@localhost/dbname", url)
        ini.write_text(text)
        (folder / "migrations" / "versions" / "note.py").write_text(
            'revision = "001"\ndown_revision = None\nfrom alembic import op\n'
            f'def upgrade():\n    op.execute("{ADD}")\ndef downgrade():\n    pass\n'
        )
        return [python, "-m", "alembic", "upgrade", "head"]

    return prepare


def django(python: str) -> Runner:
    """Django as `startproject` and `startapp` set it up."""

    def prepare(database: Database, folder: Path) -> list[str]:
        parts = conninfo_to_dict(database.dsn)
        package = folder / "shop" / "migrations"
        package.mkdir(parents=True)
        for path in (folder / "shop", package):
            (path / "__init__.py").write_text("")
        (package / "0001_note.py").write_text(
            "from django.db import migrations\n"
            "class Migration(migrations.Migration):\n    dependencies = []\n"
            f'    operations = [migrations.RunSQL("{ADD}")]\n'
        )
        (folder / "settings.py").write_text(
            f"INSTALLED_APPS = ['shop']\nUSE_TZ = True\nDATABASES = {{'default': {{"
            f"'ENGINE': 'django.db.backends.postgresql', 'NAME': '{parts['dbname']}', "
            f"'USER': '{parts['user']}', 'HOST': '{parts['host']}'}}}}\n"
        )
        return [python, "-m", "django", "migrate", "--settings", "settings", "--pythonpath", "."]

    return prepare


def _has(python: str, module: str) -> bool:
    done = subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False)
    return done.returncode == 0


def runners(options: argparse.Namespace) -> dict[str, Runner]:
    """Those that are here; the others are named on standard error."""
    found: dict[str, Runner] = {"psql": psql}
    found_program = shutil.which(options.dbmate)
    program = str(Path(found_program).absolute()) if found_program else None
    absent = [] if program else ["dbmate"]
    if program:
        found["dbmate"] = dbmate(program)
    for module, make in (("alembic", alembic), ("django", django)):
        if _has(options.runner_python, module):
            found[module] = make(options.runner_python)
        else:
            absent.append(module)
    if absent:
        sys.stderr.write(f"not here, left out: {', '.join(absent)}\n")
    return found | {"cockpit": cockpit}


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runner-python", default=sys.executable)
    parser.add_argument("--dbmate", default="dbmate")
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    os.environ["PYTHONPATH"] = str(Path(__file__).parents[2])
    out = sys.stdout.write
    with databases.server() as dsn:
        server = Databases(dsn)
        out("| runner | longest wait | statements over 1 s | of | column after blocker |\n")
        out("|---|---:|---:|---:|---:|\n")
        for name, runner in runners(options).items():
            r = measure(name, runner, server, options.seconds)
            out(
                f"| {r.runner} | {r.longest:.2f} s | {r.over_a_second} | {r.statements} | "
                f"{r.after_blocker:.2f} s |\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main()
