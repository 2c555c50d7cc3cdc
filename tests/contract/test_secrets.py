"""A planted password comes out of no command, whether it works or fails, and stays in no file."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import bare
from tests.projects import Project

PLANTED = "pl4nted-p4ssword"
WANTED = PLANTED.encode()
NOBODY = f"postgresql://deployer:{PLANTED}@127.0.0.1:1/orders"
ALWAYS = (["status"], ["apply", "--yes"], ["settings"], ["credential", "test"])
ONCE = (
    ["status", "--json"], ["plan", "apply"], ["lock"], ["log"], ["verify"],
    ["settings", "--json"], ["where"], ["status", "--dsn", NOBODY],
    ["status", "--dsn", NOBODY.replace("-", "/")],
    ["status", "--dsn", f"host=127.0.0.1 port=1 pasword={PLANTED}"],
)  # fmt: skip
SOURCES = {
    "COCKPIT_DSN": {"COCKPIT_DSN": NOBODY},
    "DATABASE_URL": {"DATABASE_URL": NOBODY},
    "PGPASSWORD": {"COCKPIT_DSN": "host=127.0.0.1 port=1", "PGPASSWORD": PLANTED},
    "dotenv": {},
    "command": {"COCKPIT_TARGET": "p"},
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A repository with one migration, and the password in its `.env` and in a command."""
    project = Project.create(tmp_path / "orders")
    project.native("0001", "orders", "CREATE TABLE orders (id int);", "DROP TABLE orders;")
    (project.root / ".env").write_text(f"DATABASE_URL='{NOBODY}'\n")
    command = json.dumps([sys.executable, "-c", f"print('{PLANTED}')"])
    (project.root / "cockpit.toml").write_text(
        '[targets.p]\ndsn = "postgresql://deployer@127.0.0.1:1/orders"\n'
        f"password_command = {command}\n[targets.q]\n"
    )
    return project


@pytest.mark.parametrize("source", SOURCES)
def test_no_command_shows_or_keeps_it(project: Project, tmp_path: Path, source: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environment = bare(HOME=str(home)) | SOURCES[source]
    for command in (*ALWAYS, *(ONCE if source == "COCKPIT_DSN" else ())):
        ended = subprocess.run(
            [sys.executable, "-m", "cockpit", *command], cwd=project.root, env=environment,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        said = ended.stdout + ended.stderr
        assert said, (command, ended.returncode)
        assert PLANTED not in said, (command, said)
        assert PLANTED.partition("-")[2] not in said, (command, said)
        assert "this is a bug" not in said, said
    kept = [path for path in home.rglob("*") if path.is_file() and WANTED in path.read_bytes()]
    assert kept == []
