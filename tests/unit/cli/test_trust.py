"""A command that a cloned repository names is not run before somebody has read the file."""

import shlex
import sys
from pathlib import Path

import pytest

from cockpit.errors import Refused
from cockpit.settings.trust import Trust
from tests.unit.cli.commands import Commands

NO_PASSWORD = {"PATH": "/usr/bin:/bin"}


def naming(marker: Path, text: str = "secret") -> str:
    """Settings whose password command leaves a file behind."""
    program = f"open({str(marker)!r}, 'w').close(); print({text!r})"
    command = f"{shlex.quote(sys.executable)} -c {shlex.quote(program)}"
    return (
        f"[targets.p]\ndsn = 'host=db-1 dbname=orders user=u'\npassword_command = '''{command}'''\n"
    )


@pytest.fixture
def marker(cockpit: Commands, tmp_path: Path) -> Path:
    """Where the command leaves its trace; the settings that name it are in the repository."""
    path = tmp_path / "ran"
    cockpit.environment = dict(NO_PASSWORD)
    cockpit.settings(naming(path))
    return path


def asked_for_password(cockpit: Commands) -> str:
    """What the first connection would get, or the refusal."""
    try:
        secret = cockpit.openings[-1].password()
    except Refused as error:
        return f"{error.what} {error.next_step}"
    return secret.reveal() if secret else ""


def test_without_a_terminal_it_is_refused_where_it_would_be_run(
    cockpit: Commands, marker: Path
) -> None:
    assert cockpit("status").exit_code == 0
    words = asked_for_password(cockpit)
    assert "names a command (password_command = " in words
    assert "cockpit settings trust" in words
    assert not marker.exists()


def test_looking_at_a_credential_headless_exits_as_refused(cockpit: Commands, marker: Path) -> None:
    tried = cockpit("credential", "test")
    assert (tried.exit_code, marker.exists()) == (7, False)
    assert "cockpit settings trust" in tried.stderr


def test_trusting_the_file_shows_the_command_and_lets_it_run(
    cockpit: Commands, marker: Path
) -> None:
    trusted = cockpit("settings", "trust")
    assert trusted.exit_code == 0
    assert "targets.p.password_command = " in trusted.stderr
    assert "Trusted: " in trusted.stdout
    cockpit("status")
    assert asked_for_password(cockpit) == "secret"
    assert marker.exists()


def test_an_edit_is_asked_about_again(cockpit: Commands, marker: Path) -> None:
    cockpit("settings", "trust")
    cockpit.settings(naming(marker, "another"))
    cockpit("status")
    assert "nobody has trusted that file" in asked_for_password(cockpit)


@pytest.mark.parametrize(("answer", "given"), [("y\n", "secret"), ("n\n", ""), ("\n", "")])
def test_at_a_terminal_the_operator_is_asked_once(
    cockpit: Commands, marker: Path, answer: str, given: str
) -> None:
    cockpit.asks = True
    asked = cockpit("status", typed=answer)
    assert "Trust this file, as it is now?" in asked.stderr
    assert asked_for_password(cockpit).startswith(given or f"{cockpit.folder}")
    if given:
        assert "Trust" not in cockpit("status").stderr


def test_the_operators_own_file_needs_no_question(
    cockpit: Commands, marker: Path, tmp_path: Path
) -> None:
    own = cockpit.folder / "home" / "config" / "cockpit.toml"
    own.parent.mkdir(parents=True)
    own.write_text((cockpit.folder / "cockpit.toml").read_text())
    (cockpit.folder / "cockpit.toml").unlink()
    cockpit.asks = True
    assert "Trust" not in cockpit("status").stderr
    assert asked_for_password(cockpit) == "secret"


def test_a_repository_that_names_no_command_is_never_asked_about(cockpit: Commands) -> None:
    cockpit.settings("folder = 'db'\n")
    cockpit.asks = True
    assert "Trust" not in cockpit("status").stderr
    assert "names a command" in cockpit("settings", "trust").stdout


def test_the_same_text_in_another_clone_is_another_file(tmp_path: Path) -> None:
    trust = Trust(tmp_path / "state" / "trusted")
    clones = [tmp_path / name / "cockpit.toml" for name in ("one", "two")]
    for file in clones:
        file.parent.mkdir()
        file.write_text("x")
    trust.keep(clones[0])
    assert [trust.knows(file) for file in clones] == [True, False]


def test_a_file_that_is_gone_is_not_trusted(tmp_path: Path) -> None:
    assert not Trust(tmp_path).knows(tmp_path / "cockpit.toml")
