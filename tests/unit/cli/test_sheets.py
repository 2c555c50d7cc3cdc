"""`cockpit plan --sheet` and the fleet of configured targets, on a fake engine."""

from dataclasses import replace
from pathlib import Path

import pytest

from cockpit.cli.choice import read_choice
from cockpit.cli.fleet import ConfiguredFleet, mask_of
from cockpit.cli.options import Request
from cockpit.cli.surroundings import Surroundings
from cockpit.deploy.engine import Engine
from cockpit.deploy.opening import Opening
from cockpit.settings.keyring_store import KeyringStore
from cockpit.settings.paths import Paths
from tests.tui.fake_engine import FakeEngine, HandClock
from tests.unit.cli.commands import Commands
from tests.unit.settings.keyrings import MemoryKeyring

TWO = """
[targets.production]
dsn = "host=db-1 dbname=orders user=deployer"
environment = "production"
[targets.staging]
dsn = "host=db-2 dbname=orders user=deployer"
environment = "staging"
password_command = ["vault", "read", "s3cret-path"]
"""


def test_a_sheet_is_markdown_or_one_page(cockpit: Commands, tmp_path: Path) -> None:
    for name, start in (("t.md", "# Apply 2 migrations"), ("t.html", "<!DOCTYPE html>")):
        shown = cockpit("plan", "apply", "--sheet", str(tmp_path / name))
        assert shown.exit_code == 0, shown.output
        assert (tmp_path / name).read_text().startswith(start)
        assert f"sheet written: {tmp_path / name}" in shown.stderr
    assert cockpit.engine.calls == ["close", "close"]


def test_both_forms_are_written_at_once(cockpit: Commands, tmp_path: Path) -> None:
    first, second = tmp_path / "s.html", tmp_path / "s.md"
    cockpit("plan", "apply", "--sheet", str(first), "--sheet", str(second))
    assert first.exists()
    assert second.exists()


def test_a_sheet_has_no_third_form(cockpit: Commands, tmp_path: Path) -> None:
    shown = cockpit("plan", "apply", "--sheet", str(tmp_path / "t.pdf"))
    assert shown.exit_code == 2
    assert "Markdown or HTML" in shown.stderr


def test_a_masked_sheet_names_nobody(cockpit: Commands, tmp_path: Path) -> None:
    path = tmp_path / "t.html"
    shown = cockpit("plan", "apply", "--mask", "--sheet", str(path))
    assert shown.exit_code == 0, shown.output
    for word in ("db-1", "deployer"):
        assert word not in path.read_text() + shown.stdout, word


def test_a_masked_plan_is_not_kept_for_running(cockpit: Commands, tmp_path: Path) -> None:
    shown = cockpit("plan", "apply", "--mask", "--out", str(tmp_path / "plan.json"))
    assert shown.exit_code == 2
    assert not (tmp_path / "plan.json").exists()


@pytest.fixture
def openings() -> list[Opening]:
    return []


@pytest.fixture
def surroundings(tmp_path: Path, openings: list[Opening]) -> Surroundings:
    """A folder with two targets, and nobody to ask."""
    (tmp_path / "cockpit.toml").write_text(TWO)
    home = tmp_path / "home"

    def opened(opening: Opening) -> Engine:
        openings.append(opening)
        return FakeEngine(HandClock())

    return Surroundings(
        environment={"HOME": str(home), "PGPASSWORD": "x"},
        folder=tmp_path,
        paths=Paths(home / "config", home / "state", home / "cache", home / "run"),
        asks=False,
        draws=True,
        open_engine=opened,
        open_keyring=lambda: KeyringStore(MemoryKeyring()),
    )


def fleet(surroundings: Surroundings, *, masked: bool = False) -> ConfiguredFleet:
    choice = read_choice(Request(), surroundings)
    hides = mask_of(choice) if masked else None
    return ConfiguredFleet(choice, Request(), surroundings, mask=hides)


def test_a_card_says_where_and_whence_the_password_but_runs_nothing(
    surroundings: Surroundings,
) -> None:
    quiet = replace(surroundings, environment={"HOME": surroundings.environment["HOME"]})
    production, staging = fleet(quiet).cards
    assert (production.name, production.where) == ("production", "orders@db-1")
    assert "asked for" in production.credential
    assert staging.credential.endswith("password_command vault")
    assert "s3cret" not in staging.credential
    assert "cockpit.toml:" in staging.origin


def test_a_masked_card_hides_its_address(surroundings: Surroundings) -> None:
    assert [card.where for card in fleet(surroundings, masked=True).cards] == [
        "database-1@host-1",
        "database-1@host-2",
    ]


def test_a_target_opens_on_its_own_address(
    surroundings: Surroundings, openings: list[Opening]
) -> None:
    opened = fleet(surroundings).open("staging")
    assert openings[0].target == "staging"
    assert str(openings[0].dsn) == "orders@db-2"
    opened.close()
    assert isinstance(opened.engine, FakeEngine)
    assert opened.engine.calls == ["close"]


def test_comparing_opens_every_target_read_only_and_closes_it(
    surroundings: Surroundings, openings: list[Opening]
) -> None:
    found = fleet(surroundings).compare(("production", "staging"))
    assert len(found.boards) == 2
    assert [opening.walkthrough for opening in openings] == [True, True]
