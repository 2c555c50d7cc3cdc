"""A plan of which it is known beforehand that it stops half-way does not start by itself."""

from tests.cli.conftest import Cockpit
from tests.databases import Database
from tests.projects import Project

VIEW = "CREATE TABLE items (name text, title text); CREATE VIEW cheap AS SELECT name FROM items;"
DROP = "ALTER TABLE items DROP COLUMN name;"


def two_migrations(project: Project, second: str) -> None:
    project.native("001", "note", "ALTER TABLE items ADD COLUMN note text;")
    project.native("002", "drop", second)
    project.commit()


def test_a_plan_that_is_known_to_stop_half_way_says_so_and_is_refused(
    project: Project, cockpit: Cockpit, fresh_database: Database
) -> None:
    fresh_database.execute(VIEW)
    two_migrations(project, DROP)
    shown = cockpit("plan", "apply").stdout
    assert "half done: step 3 fails: other objects depend on it: view cheap; phase 1 stays" in shown
    refused = cockpit("apply", "--yes")
    assert refused.exit_code == 7, refused.output
    assert "This plan is known to stop half-way: step 3 fails" in refused.stderr
    assert cockpit("status", "--exit-code").exit_code == 3
    asked_for = cockpit("apply", "--yes", "--reason", "the first one has to be out")
    assert asked_for.exit_code == 8


def test_what_an_earlier_step_prevents_is_no_failure(
    project: Project, cockpit: Cockpit, fresh_database: Database
) -> None:
    fresh_database.execute(VIEW)
    two_migrations(project, f"DROP VIEW cheap; {DROP}")
    assert " fails: " not in cockpit("plan", "apply").stdout
    assert cockpit("apply", "--yes").exit_code == 0


def test_a_failure_that_undoes_everything_is_told_and_not_refused(
    project: Project, cockpit: Cockpit, fresh_database: Database
) -> None:
    fresh_database.execute(VIEW)
    project.native("001", "drop", f"ALTER TABLE items ADD COLUMN note text; {DROP}")
    project.commit()
    shown = cockpit("plan", "apply").stdout
    assert "everything as it is: step 2 fails: other objects depend on it: view cheap" in shown
    assert cockpit("apply", "--yes").exit_code == 8


def test_a_failure_behind_a_gate_is_told_and_not_refused(
    project: Project, cockpit: Cockpit, fresh_database: Database
) -> None:
    fresh_database.execute(VIEW)
    project.write(
        "001_drop.sql",
        "-- migrate:up phase:expand\nALTER TABLE items ADD COLUMN note text;\n"
        f'-- migrate:up phase:contract gate:"cheap was changed"\n{DROP}\n',
    )
    project.commit()
    assert "half done: step " in cockpit("plan", "apply").stdout
    assert "known to stop" not in cockpit("apply", "--yes").stderr
