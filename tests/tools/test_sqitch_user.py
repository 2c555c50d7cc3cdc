"""Who deploys, in the order in which sqitch looks."""

from pathlib import Path

import pytest

from cockpit.tools.sqitch_user import committer, project_settings

KIM = "[core]\n\tengine = pg\n[user]\n\tname = Kim\n\temail = k@e.org\n"


@pytest.fixture
def nowhere(tmp_path: Path) -> dict[str, str]:
    """A machine on which nobody has set anything."""
    return {
        "HOME": str(tmp_path),
        "SQITCH_SYSTEM_CONFIG": str(tmp_path / "none"),
        "SQITCH_ORIG_SYSUSER": "nobody-here",
    }


def test_the_project_speaks_before_the_user_and_the_user_before_the_system(
    nowhere: dict[str, str], tmp_path: Path
) -> None:
    system, user = tmp_path / "system.conf", tmp_path / ".sqitch" / "sqitch.conf"
    system.write_text('[user]\n\tname = "All"\n\temail = all@e.org\n')
    asked = nowhere | {"SQITCH_SYSTEM_CONFIG": str(system)}
    assert committer(None, asked) == ("All", "all@e.org")
    user.parent.mkdir()
    user.write_text("[user]\n\tname = Ana\n")
    assert committer(None, asked) == ("Ana", "all@e.org")
    assert committer(KIM, asked) == ("Kim", "k@e.org")


def test_its_variables_speak_before_every_file(nowhere: dict[str, str]) -> None:
    said = {"SQITCH_FULLNAME": "Me", "SQITCH_EMAIL": "me@e.org"}
    assert committer(KIM, nowhere | said) == ("Me", "me@e.org")
    original = {"SQITCH_ORIG_FULLNAME": "Host", "SQITCH_ORIG_EMAIL": "host@e.org"}
    assert committer(KIM, nowhere | original) == ("Kim", "k@e.org")
    assert committer(None, nowhere | original) == ("Host", "host@e.org")


def test_without_settings_it_is_the_user_of_the_machine(nowhere: dict[str, str]) -> None:
    name, address = committer("[user\nbroken", nowhere)
    assert name == "nobody-here"
    assert address.startswith("nobody-here@")


def test_the_settings_are_those_beside_the_migrations_or_above() -> None:
    files = {"db/sqitch.conf": "below", "sqitch.conf": "root"}
    assert project_settings("db/changes", files.get) == "below"
    assert project_settings("", files.get) == "root"
    assert project_settings("x", lambda path: None) is None
