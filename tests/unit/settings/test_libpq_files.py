"""What libpq finds by itself is found where libpq looks, and its password is not read."""

from pathlib import Path

import pytest

from cockpit.settings.dsn import parse
from cockpit.settings.libpq_files import effective, ignored_passfile, password_source

PASSFILE = """\
# comment
db-1:5432:orders:deployer:hunter2
db-2:*:*:*:hunter2
we\\:ird:5432:a\\\\b:u:hunter2
localhost:5433:*:deployer:hunter2
short:line
"""
SERVICES = """\
[other]
host=db-9
[orders]
# comment
host = db-1
dbname=orders
user=deployer
[secretive]
host=db-7
password=hunter2
"""


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment whose home has a password file and a service file."""
    (tmp_path / ".pgpass").write_text(PASSFILE)
    (tmp_path / ".pgpass").chmod(0o600)
    (tmp_path / ".pg_service.conf").write_text(SERVICES)
    return {"HOME": str(tmp_path)}


@pytest.mark.parametrize(
    ("dsn", "line"),
    [
        ("host=db-1 dbname=orders user=deployer", 2),
        ("host=db-1 dbname=orders user=other", 0),
        ("host=db-1 port=5433 dbname=orders user=deployer", 0),
        ("host=db-2 port=1 user=anyone", 3),
        ("host=we:ird dbname='a\\\\b' user=u", 4),
        ("port=5433 user=deployer", 5),
        ("host=/var/run/postgresql port=5433 user=deployer", 5),
        ("host=/elsewhere port=5433 user=deployer", 0),
        ("host=unknown,db-2 user=u", 3),
        ("service=orders", 2),
        ("service=orders user=nobody", 0),
    ],
)
def test_the_line_libpq_would_take_is_named(home: dict[str, str], dsn: str, line: int) -> None:
    found = password_source(parse(dsn), "me", home)
    assert found == (f"{home['HOME']}/.pgpass, line {line}" if line else "")
    assert "hunter2" not in found


def test_the_system_user_stands_in_for_a_missing_one(tmp_path: Path) -> None:
    (tmp_path / "pass").write_text("*:*:me:me:x\n")
    (tmp_path / "pass").chmod(0o600)
    found = password_source(parse("host=h"), "me", {"PGPASSFILE": str(tmp_path / "pass")})
    assert found == f"{tmp_path}/pass, line 1"


def test_a_file_that_others_may_read_is_not_used_and_said_to_be(home: dict[str, str]) -> None:
    path = Path(home["HOME"]) / ".pgpass"
    path.chmod(0o640)
    assert password_source(parse("host=db-2"), "me", home) == ""
    assert "chmod 600" in ignored_passfile(path)
    assert ignored_passfile(path.parent / "absent") == ""
    assert "no plain file" in ignored_passfile(path.parent)


def test_a_variable_comes_before_the_files(home: dict[str, str]) -> None:
    assert password_source(parse("host=db-2"), "me", home | {"PGPASSWORD": "x"}) == "PGPASSWORD"


def test_a_service_may_hold_a_password_of_its_own(home: dict[str, str]) -> None:
    found = password_source(parse("service=secretive"), "me", home)
    assert found == f"service secretive in {home['HOME']}/.pg_service.conf"
    assert "hunter2" not in repr(effective(parse("service=secretive"), home))


def test_parameters_are_filled_from_the_service_before_the_variables(home: dict[str, str]) -> None:
    variables = home | {"PGHOST": "db-5", "PGPORT": "6000", "PGSERVICE": "orders"}
    used = effective(parse("user=me"), variables)
    assert (used.get("host"), used.get("port"), used.get("user")) == ("db-1", "6000", "me")


def test_a_service_file_can_be_named_or_belong_to_the_system(tmp_path: Path) -> None:
    (tmp_path / "pg_service.conf").write_text("[s]\nhost=db-1\n")
    system = {"HOME": "/nonexistent", "PGSYSCONFDIR": str(tmp_path)}
    named = {"PGSERVICEFILE": str(tmp_path / "pg_service.conf")}
    assert effective(parse("service=s"), system).get("host") == "db-1"
    assert effective(parse("service=s"), named).get("host") == "db-1"
    assert effective(parse("service=absent"), named).get("host") == ""
