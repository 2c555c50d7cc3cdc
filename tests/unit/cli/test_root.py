"""The program as a whole: names, help, defaults, and what a bug looks like."""

import pytest

from cockpit import __version__
from cockpit.cli.root import command_first, root
from cockpit.errors import Unreachable
from cockpit.model.goal import Goal
from cockpit.model.plan import Plan
from tests.unit.cli.commands import Commands

NAMES = root.list_commands(None)  # type: ignore[arg-type]


def test_the_version_is_told_in_both_ways(cockpit: Commands) -> None:
    assert cockpit("--version").stdout == cockpit("version").stdout == f"cockpit {__version__}\n"


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself(cockpit: Commands, name: str) -> None:
    shown = cockpit(name, "--help")
    assert shown.exit_code == 0
    words = shown.stdout.split("Usage:")[1].split("\n\n")[1].strip()
    assert words.endswith(".") or "." in words


def test_the_help_lists_every_command_and_exit_code(cockpit: Commands) -> None:
    shown = cockpit("-h").stdout
    assert [name for name in NAMES if f"\n  {name} " not in shown] == []
    assert "8 stopped midway" in " ".join(shown.split())


@pytest.mark.parametrize("arguments", [[], ["--target", "p"], ["--walkthrough"], ["open"]])
def test_without_a_command_the_screens_open_and_need_a_terminal(
    cockpit: Commands, arguments: list[str]
) -> None:
    shown = cockpit(*arguments)
    assert shown.exit_code == 2
    assert "The screens need a terminal." in shown.stderr
    assert "cockpit status" in shown.stderr


def test_an_unknown_command_is_a_usage_error(cockpit: Commands) -> None:
    shown = cockpit("aply")
    assert shown.exit_code == 2
    assert "No such command" in shown.stderr


TARGETS = '[targets.production]\ndsn = "postgresql://u@db-1/orders"\nenvironment = "production"\n'


def test_a_target_of_the_settings_opens_by_its_name_alone(cockpit: Commands) -> None:
    cockpit.settings(TARGETS)
    assert "The screens need a terminal." in cockpit("production").stderr
    assert "The screens need a terminal." in cockpit("production", "--walkthrough").stderr
    assert "No such command 'prodaction'" in cockpit("prodaction").stderr


def test_every_command_for_one_target_takes_its_name_alone(cockpit: Commands) -> None:
    cockpit.settings(TARGETS)
    cockpit.environment = {}
    for act in ("set", "forget"):
        shown = cockpit("credential", act, "production", typed="geheim\n")
        assert (shown.exit_code, shown.stderr) == (0, ""), act
        assert "u@db-1:5432/orders" in shown.stdout
    cockpit("credential", "test", "production")
    assert [opening.target for opening in cockpit.openings] == ["production"]
    assert "Name the target once" in cockpit("credential", "test", "a", "--target", "b").stderr


def test_of_a_rule_that_stands_twice_the_one_in_force_is_told(cockpit: Commands) -> None:
    cockpit.settings(f'{TARGETS}lock_timeout = "150ms"\n')
    cockpit.environment = {}

    def aside() -> list[str]:
        lines = cockpit("settings", "--target", "production").stdout.splitlines()
        return [line.split()[0] for line in lines if "not in force" in line]

    assert aside() == ["lock_timeout"]
    cockpit.environment = {"COCKPIT_LOCK_TIMEOUT": "90ms"}
    assert aside() == ["targets.production.lock_timeout"]


class Bug(Exception):
    """Something nobody foresaw."""


def test_a_bug_is_told_without_messages_and_locals(cockpit: Commands) -> None:
    planted = "pl4nted-p4ssword"

    def planned(goal: Goal) -> Plan:
        password = planted
        try:
            raise Unreachable(f"no way to postgres://u:{password}@h/db")
        except Unreachable as error:
            raise Bug(f"host=h password={password}") from error

    cockpit.engine.planned = planned
    shown = cockpit("plan", "apply")
    assert shown.exit_code == 1
    assert "this is a bug in the cockpit" in shown.stderr
    assert "test_root.py" in shown.stderr
    assert "tests.unit.cli.test_root.Bug" in shown.stderr
    assert "cockpit.errors.Unreachable" in shown.stderr
    assert planted not in shown.output


def test_the_engine_is_closed_after_a_bug(cockpit: Commands) -> None:
    def planned(goal: Goal) -> Plan:
        raise Bug

    cockpit.engine.planned = planned
    cockpit("plan", "apply")
    assert cockpit.engine.calls == ["close"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["--dsn", "D", "status", "--json"], ["status", "--dsn", "D", "--json"]),
        (["--target", "demo"], None),
        (["--repo", "status"], None),
        (["--json", "--dsn", "D", "plan", "apply"], ["plan", "--json", "--dsn", "D", "apply"]),
    ],
)
def test_options_may_stand_before_the_command(typed: list[str], meant: list[str] | None) -> None:
    assert command_first(typed) == meant
