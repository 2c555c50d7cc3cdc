"""`cockpit drift`: changes by hand stay to be seen until somebody says that they are meant."""

import json

import pytest

from tests.cli.conftest import Cockpit
from tests.databases import Database
from tests.projects import Project


@pytest.fixture
def hotfixed(project: Project, cockpit: Cockpit, fresh_database: Database) -> Cockpit:
    """One version applied, then an index made by hand."""
    project.native("1", "t", "CREATE TABLE t (a int);", "DROP TABLE t")
    project.commit()
    assert cockpit("apply", "--yes").exit_code == 0
    fresh_database.execute("CREATE INDEX hot ON t (a)")
    return cockpit


def test_it_outlasts_a_run_and_both_say_what_to_do(hotfixed: Cockpit, project: Project) -> None:
    project.native("2", "more", "CREATE TABLE more (a int);", "DROP TABLE more")
    project.commit()
    applied = hotfixed("apply", "--yes")
    assert applied.exit_code == 0
    assert "not meant after this run either: added index public.hot" in " ".join(
        applied.stdout.split()
    )
    shown = hotfixed("drift", "--exit-code")
    assert shown.exit_code == 4
    assert "+ index public.hot added" in shown.stdout
    assert 'cockpit drift --accept --reason "..." says that it is meant' in shown.stdout
    assert hotfixed("status", "--exit-code").exit_code == 4


def test_it_is_accepted_with_a_reason_that_the_ledger_keeps(
    hotfixed: Cockpit, fresh_database: Database
) -> None:
    refused = hotfixed("drift", "--accept", "--yes")
    assert (refused.exit_code, "Give a --reason" in refused.stderr) == (7, True)
    done = hotfixed("drift", "--accept", "--yes", "--reason", "INC-7, kept")
    assert done.exit_code == 0
    assert done.stdout.startswith("schema  1 object differs from what migrations left")
    assert "schema  as it was last left or accepted" in done.stdout
    assert hotfixed("drift", "--exit-code").exit_code == 0
    [(detail,)] = fresh_database.execute(
        "SELECT detail FROM cockpit.ledger WHERE event = 'schema accepted'"
    )
    assert detail["reason"] == "INC-7, kept"
    assert detail["schema_drift"] == ["added index public.hot"]
    fresh_database.execute("DROP INDEX hot")
    again = json.loads(hotfixed("drift", "--json").stdout)
    assert [(one["change"], one["name"]) for one in again["changes"]] == [("dropped", "public.hot")]
    assert hotfixed("verify").exit_code == 0
    assert "schema accepted" in hotfixed("log").stdout


def test_a_protected_target_wants_its_name(
    hotfixed: Cockpit, fresh_database: Database, environment: dict[str, str]
) -> None:
    environment["COCKPIT_ENVIRONMENT"] = "production"
    said = ("drift", "--accept", "--reason", "INC-7")
    assert hotfixed(*said, "--yes").exit_code == 7
    assert hotfixed(*said, "--confirm", "another").exit_code == 7
    assert hotfixed("drift", "--exit-code").exit_code == 4
    assert hotfixed(*said, "--confirm", fresh_database.name).exit_code == 0
    assert hotfixed("drift", "--exit-code").exit_code == 0


def test_with_nothing_to_accept_nothing_is_written(
    hotfixed: Cockpit, fresh_database: Database
) -> None:
    fresh_database.execute("DROP INDEX hot")
    before = fresh_database.execute("SELECT count(*) FROM cockpit.ledger")
    assert hotfixed("drift", "--accept", "--yes", "--reason", "x").exit_code == 0
    assert fresh_database.execute("SELECT count(*) FROM cockpit.ledger") == before
    assert hotfixed("drift", "--accept", "--write", "x").exit_code == 2
