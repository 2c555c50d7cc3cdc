"""A fault in a settings file is told with its place, what is wrong and the nearest right thing."""

from datetime import timedelta

import pytest

from cockpit.errors import UsageError
from cockpit.model.target import Environment
from cockpit.settings.sources import load_text

EVERYTHING = """\
folder = "db/migrations"
tool = "dbmate"
target = "local"
lock_timeout = "500ms"
queue_time = "2s"
release_tags = "v*"
theme = "cockpit-light"
ascii = true

[targets.local]
dsn = "postgres://localhost/orders"
environment = "local"

[targets.production]
dsn = "host=db-1 dbname=orders user=deployer"
environment = "production"
password_command = "op read 'op://Ops/orders prod/password'"
role = "owner"
lock_tries = 10

[keys]
arm = "W"
"""


def test_a_whole_file_is_read() -> None:
    settings = load_text(EVERYTHING).settings
    production = settings.targets["production"]
    assert settings.folder == "db/migrations"
    assert settings.lock_timeout == timedelta(milliseconds=500)
    assert settings.queue_time == timedelta(seconds=2)
    assert production.environment is Environment.PRODUCTION
    assert production.password_command == ("op", "read", "op://Ops/orders prod/password")
    assert production.dsn is not None
    assert production.dsn.get("user") == "deployer"
    assert settings.keys == {"arm": "W"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('foldr = "db"', 'cockpit.toml:1:1: unknown setting "foldr". .* Did you mean "folder"'),
        (
            '\n[targets.p]\nenvironmnet = "dev"',
            'cockpit.toml:3:1: unknown setting "targets.p.environmnet". '
            '.*Did you mean "environment"',
        ),
        ('dsn = "host=x"', r"cockpit.toml:1:1: .*below \[targets.NAME\]"),
        ("zzz = 1", 'unknown setting "zzz".*Known here: lock_timeout, '),
        ('theme = "dark"', "cockpit.toml:1:1: .* none of cockpit-dark, cockpit-light"),
        ('[targets.p]\nenvironment = "prod"', "none of local, dev, staging, production"),
        ("lock_tries = 0", "cockpit.toml:1:1: lock_tries: .*>= 1"),
        ('lock_tries = "many"', "lock_tries: Expected `int`"),
        ('lock_timeout = "200"', "lock_timeout: write a number and a unit"),
        ("lock_timeout = 200", "lock_timeout is text: write it in quotes"),
        ("lock_timeout = 0", "would wait without end"),
        ('[targets.p]\nlock_timeout = "0"', "would wait without end"),
        ("folder = 3", "folder: Expected `str"),
        ("[folder]\nx = 1", "folder: Expected `str"),
        ("targets = 3", r"targets is a table: write \[targets\]"),
        ("targets.p = 3", r"targets.p is a table: write \[targets.p\]"),
        ('["targets"."a b"]\nrole = "x"', "a target's name is made of letters"),
        ('[targets.p]\ndsn = "postgres://[::1"', "no connection string"),
        ("[keys]\narm = 1", "keys.arm is text"),
        ('[targets.p]\npassword_command = "unclosed \'"', "password_command: No closing quotation"),
    ],
)
def test_a_fault_is_told_with_its_place_and_a_way_out(text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told) as error:
        load_text(text)
    assert error.value.exit_code == 2
    assert error.value.next_step


@pytest.mark.parametrize(
    "dsn",
    [
        "postgres://deployer:hunter2@db-1/orders",
        "host=db-1 password=hunter2",
        "host=db-1 pasword=hunter2",
        "postgres://deployer:hun/hunter2@db-1/orders",
        "postgres://db-1/orders?sslpassword=hunter2",
    ],
)
def test_a_secret_in_a_file_is_refused_and_not_repeated(dsn: str) -> None:
    with pytest.raises(UsageError) as error:
        load_text(f'\n[targets.production]\ndsn = "{dsn}"\n')
    assert error.value.what.startswith("cockpit.toml:3:1: targets.production.dsn")
    assert "hunter2" not in str(error.value)


def test_the_refusal_says_what_to_do_with_the_password() -> None:
    with pytest.raises(UsageError) as error:
        load_text('[targets.production]\ndsn = "postgres://u:p@db-1/orders"\n')
    assert "cockpit credential set --target production" in error.value.next_step
    assert "out of git" in error.value.next_step


def test_an_empty_target_is_a_target() -> None:
    assert list(load_text("[targets.here]\n").settings.targets) == ["here"]


def test_a_rehearsal_server_is_named_without_a_password() -> None:
    settings = load_text('rehearsal_dsn = "host=scratch user=postgres"').settings
    assert settings.rehearsal_dsn is not None
    assert settings.rehearsal_dsn.get("host") == "scratch"
    with pytest.raises(UsageError) as refused:
        load_text('rehearsal_dsn = "host=scratch password=hunter2"')
    assert "password file" in str(refused.value)
    assert "hunter2" not in str(refused.value)
