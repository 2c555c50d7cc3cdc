"""How `pg_dump` is called."""

from pathlib import Path

import pytest

from cockpit.errors import DatabaseError
from cockpit.rehearsal.dump import dump_schema
from cockpit.settings.dsn import parse
from cockpit.settings.secret import Secret


def program(folder: Path, *lines: str) -> Path:
    """A stand-in that writes down how it was called."""
    path = folder / "pg_dump"
    path.write_text("\n".join(["#!/bin/sh", 'echo "$@" > "$0.called"', *lines, ""]))
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("dsn", "password"),
    [
        ("host=db user=ana dbname=orders", Secret("hunter2")),
        ("postgresql://ana:hunter2@db/orders", None),
    ],
)
def test_the_password_travels_in_the_environment_alone(
    tmp_path: Path, dsn: str, password: Secret | None
) -> None:
    fake = program(tmp_path, 'printf %s "$PGPASSWORD"')
    assert dump_schema(fake, parse(dsn), password) == "hunter2"
    called = (tmp_path / "pg_dump.called").read_text()
    assert "hunter2" not in called
    assert "--schema-only" in called
    assert "--exclude-schema=cockpit " in called


def test_what_pg_dump_says_is_told(tmp_path: Path) -> None:
    fake = program(tmp_path, "echo 'permission denied for table orders' >&2", "exit 1")
    with pytest.raises(DatabaseError, match="permission denied for table orders"):
        dump_schema(fake, parse("dbname=orders"), None)
