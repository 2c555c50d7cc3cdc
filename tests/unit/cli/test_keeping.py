"""Settings, places and passwords on the command line."""

import json

import pytest

from cockpit.settings.keyring_store import KeyringStore
from cockpit.settings.secret import Secret
from tests.tui import canned
from tests.unit.cli.commands import Commands
from tests.unit.settings.keyrings import LockedKeyring

ACCOUNT = "deployer@db-1:5432/orders"


def test_settings_show_each_value_and_who_set_it(cockpit: Commands) -> None:
    cockpit.settings('tool = "dbmate"\n')
    cockpit.environment |= {"COCKPIT_LOCK_TRIES": "7"}
    rows = {line.split()[0]: line.split()[1:] for line in cockpit("settings").stdout.splitlines()}
    assert rows["tool"] == ["dbmate", "cockpit.toml:1"]
    assert rows["lock_tries"] == ["7", "COCKPIT_LOCK_TRIES"]
    assert rows["folder"] == ["-", "default"]
    assert rows["dsn"] == ["postgresql://deployer@db-1/orders", "COCKPIT_DSN"]


def test_settings_as_json(cockpit: Commands) -> None:
    found = json.loads(cockpit("settings", "--json").stdout)
    assert {"name": "tool", "value": "auto", "origin": "default", "in_force": True} in found


def test_a_mistyped_variable_is_noticed(cockpit: Commands) -> None:
    cockpit.environment |= {"COCKPIT_TRAGET": "x"}
    assert "COCKPIT_TRAGET is set but is no setting" in cockpit("settings").stderr


def test_a_faulty_file_is_a_usage_error_with_its_place(cockpit: Commands) -> None:
    cockpit.settings('\nfoldr = "x"\n')
    shown = cockpit("settings")
    assert shown.exit_code == 2
    assert shown.stderr.startswith('error: cockpit.toml:2:1: unknown setting "foldr".\n')
    assert 'next: Did you mean "folder"?' in shown.stderr


@pytest.mark.parametrize("command", ["settings", "where", "status"])
def test_no_command_prints_the_password_of_a_dsn(cockpit: Commands, command: str) -> None:
    cockpit.environment = {"DATABASE_URL": "postgres://u:hunter2@h/db?sslpassword=hunter2"}
    shown = cockpit(command, "--dsn", "postgres://u:hunter2@h/db")
    assert "hunter2" not in shown.output
    assert "--dsn was visible to every user" in shown.stderr or command == "where"


def test_where_names_every_place_and_creates_none(cockpit: Commands) -> None:
    found = json.loads(cockpit("where", "--json").stdout)
    assert found["settings"] == str(cockpit.folder / "cockpit.toml")
    assert found["target"] == "orders@db-1"
    assert found["chosen_by"] == "COCKPIT_DSN"
    assert found["journal"].endswith("state/journal")
    assert list(cockpit.folder.iterdir()) == []


def test_a_password_is_stored_from_a_pipe_and_forgotten(cockpit: Commands) -> None:
    stored = cockpit("credential", "set", typed="hunter2\n")
    assert stored.stdout == f"Stored in memory Keyring, as {ACCOUNT}.\n"
    assert cockpit.keyring.find(ACCOUNT) == Secret("hunter2")
    assert cockpit("credential", "forget").stdout == f"Forgot {ACCOUNT}.\n"
    assert cockpit("credential", "forget").stdout == f"The keyring has nothing for {ACCOUNT}.\n"


def test_a_password_is_asked_for_without_an_echo(cockpit: Commands) -> None:
    cockpit.asks = True
    stored = cockpit("credential", "set", typed="hunter2\n")
    assert stored.exit_code == 0
    assert "hunter2" not in stored.output
    assert cockpit.keyring.find(ACCOUNT) == Secret("hunter2")


def test_no_password_is_stored_when_none_is_given(cockpit: Commands) -> None:
    shown = cockpit("credential", "set", typed="\n")
    assert shown.exit_code == 1
    assert "kept: Nothing was stored." in shown.stderr


def test_a_locked_keyring_is_an_error_with_a_way_out(cockpit: Commands) -> None:
    cockpit.keyring = KeyringStore(LockedKeyring())
    shown = cockpit("credential", "set", typed="hunter2\n")
    assert shown.exit_code == 1
    assert "hunter2" not in shown.output
    assert "~/.pgpass" in shown.stderr


def test_trying_a_credential_names_its_source_and_who_answers(cockpit: Commands) -> None:
    cockpit("credential", "set", typed="hunter2\n")
    shown = cockpit("credential", "test")
    assert shown.stdout.splitlines() == [
        "password: keyring (memory Keyring)",
        "connected: orders@db-1:5432 as deployer",
    ]


def test_trying_a_credential_that_does_not_open_the_door_is_an_error(cockpit: Commands) -> None:
    cockpit.engine.board = canned.unreachable_board()
    shown = cockpit("credential", "test")
    assert shown.exit_code == 1
    assert shown.stdout.splitlines() == ["password: no password found"]
    assert "connection refused" in shown.stderr
