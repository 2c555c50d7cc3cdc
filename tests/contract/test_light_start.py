"""What is not loaded: the parts of a command that are not needed cost nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

LOADED = """
import json, sys
from cockpit.cli import main
sys.argv = ["cockpit", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    code = end.code
sys.stderr.write("\\n" + json.dumps([code, sorted(name.partition(".")[0] for name in sys.modules)]))
"""


def loaded(folder: Path, *arguments: str) -> tuple[int, set[str]]:
    """Exit code of a command, and every top-level module that was in memory at its end."""
    ended = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        cwd=folder, capture_output=True, text=True, check=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder)},
    )  # fmt: skip
    code, names = json.loads(ended.stderr.splitlines()[-1])
    return code, set(names)


@pytest.mark.parametrize("arguments", [["--version"], ["version"], ["status", "--help"]])
def test_a_version_and_a_help_load_nothing_heavy(tmp_path: Path, arguments: list[str]) -> None:
    code, names = loaded(tmp_path, *arguments)
    assert not code
    heavy = {"textual", "rich", "psycopg", "sqlglot", "git", "keyring", "postgast", "msgspec"}
    assert names & heavy == set()


def test_status_loads_no_screens(tmp_path: Path) -> None:
    (tmp_path / "0001_a.up.sql").write_text("SELECT 1;")
    code, names = loaded(tmp_path, "status", "--dsn", "host=127.0.0.1 port=1", "--path", ".")
    assert code == 1
    assert "psycopg" in names
    assert names & {"textual", "rich"} == set()
