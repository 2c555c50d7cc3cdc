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
