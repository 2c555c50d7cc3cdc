"""`cockpit settle`: evidence first, then the ceremony, then one word in two histories."""

import json

import pytest

from tests.cli.conftest import Cockpit
from tests.databases import Database
from tests.projects import Project

ROW = "SELECT version, dirty FROM schema_migrations"


@pytest.fixture
def dirty(project: Project, fresh_database: Database) -> Project:
    """golang-migrate's flag after a way up that failed and left nothing."""
    for number in "12":
        project.pair(number, "t", f"CREATE TABLE t{number} ();", f"DROP TABLE t{number};")
    project.commit()
    fresh_database.execute(
        "CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean "
        "NOT NULL); INSERT INTO schema_migrations VALUES (2, true); CREATE TABLE t1 ()"
    )
    return project


def test_a_look_at_the_evidence_writes_nothing(
    dirty: Project, cockpit: Cockpit, fresh_database: Database
) -> None:
    shown = cockpit("settle", "2", "--dry-run")
    assert shown.exit_code == 0
    assert "golang-migrate's history: version 1, clean" in shown.stdout
    assert "relation t2 is not there" in shown.stdout
    assert fresh_database.execute(ROW) == [(2, True)]
    assert fresh_database.execute("SELECT to_regnamespace('cockpit')") == [(None,)]


def test_the_refusal_of_apply_names_the_way_out_and_it_works(
    dirty: Project, cockpit: Cockpit, fresh_database: Database
) -> None:
    assert "cockpit settle 2" in cockpit("apply", "--yes").stderr
    assert cockpit("settle", "2", "--yes").exit_code == 0
    assert fresh_database.execute(ROW) == [(1, False)]
    assert cockpit("apply", "--yes").exit_code == 0
    assert fresh_database.execute(ROW) == [(2, False)]


def test_a_protected_target_wants_a_reason_its_name_and_the_evidence(
    dirty: Project, cockpit: Cockpit, environment: dict[str, str], fresh_database: Database
) -> None:
    environment["COCKPIT_ENVIRONMENT"] = "production"
    name = fresh_database.name
    seen = json.loads(cockpit("settle", "2", "--dry-run", "--json").stdout)
    answers = ["--reason", "INC-42", "--confirm", name, "--evidence-id", seen["id"][:12]]
    for left_out in ("--reason", "--confirm", "--evidence-id"):
        place = answers.index(left_out)
        result = cockpit("settle", "2", *answers[:place], *answers[place + 2 :])
        assert result.exit_code == 7, left_out
    assert cockpit("settle", "2", "--yes", "--reason", "x").exit_code == 7
    assert fresh_database.execute(ROW) == [(2, True)]
    assert cockpit("settle", "2", *answers).exit_code == 0
    assert fresh_database.execute(ROW) == [(1, False)]
    events = json.loads(cockpit("log", "--json").stdout)
    assert [e["event"] for e in events if e["version"]] == ["settled"]
    assert events[-1]["detail"]["reason"] == "INC-42"


def test_what_is_half_there_is_named_and_left_alone(
    dirty: Project, cockpit: Cockpit, fresh_database: Database
) -> None:
    dirty.pair("2", "t", "CREATE TABLE a ();\nCREATE TABLE b ();", "DROP TABLE a, b;")
    dirty.commit()
    fresh_database.execute("CREATE TABLE b ()")
    refused = cockpit("settle", "2", "--yes")
    assert refused.exit_code == 7
    assert "2 is half applied: what line 2 leaves is there, what line 1 leaves is not" in (
        refused.stderr
    )
    assert fresh_database.execute(ROW) == [(2, True)]
