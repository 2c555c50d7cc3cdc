"""A ledger that somebody has changed stops everything, until somebody has looked at it."""

import json

from tests.cli.conftest import Cockpit
from tests.databases import Database
from tests.projects import Project


def broken(project: Project, cockpit: Cockpit, database: Database) -> None:
    """Three versions applied, and an event of the second one deleted by force."""
    for number in ("1", "2", "3"):
        project.native(number, f"t{number}", f"CREATE TABLE t{number} ();", f"DROP TABLE t{number}")
    project.commit()
    assert cockpit("apply", "--yes").exit_code == 0
    database.execute("ALTER TABLE cockpit.ledger DISABLE TRIGGER append_only")
    database.execute("DELETE FROM cockpit.ledger WHERE event = 'phase finished' AND version = '2'")
    database.execute("ALTER TABLE cockpit.ledger ENABLE ALWAYS TRIGGER append_only")


def test_it_says_how_to_go_on_and_that_way_works(
    project: Project, cockpit: Cockpit, fresh_database: Database
) -> None:
    broken(project, cockpit, fresh_database)
    assert cockpit("status").exit_code == 0
    assert cockpit("status", "--exit-code").exit_code == 7
    refused = cockpit("rollback", "--to", "1", "--yes")
    assert refused.exit_code == 7
    assert "cockpit diagnose. Then say that it was looked at: cockpit verify --accept 3" in (
        refused.stderr
    )
    assert cockpit("verify").exit_code == 1
    assert cockpit("verify", "--accept", "2", "--yes", "--reason", "x").exit_code == 2
    assert cockpit("verify", "--accept", "3", "--yes").exit_code == 7
    done = cockpit("verify", "--accept", "3", "--yes", "--reason", "INC-42, a bad script")
    assert done.exit_code == 0
    assert cockpit("status", "--exit-code").exit_code != 7
    assert "event 3: event 3 is gone: 4 follows instead; accepted by" in done.stdout
    assert "INC-42, a bad script" in done.stdout
    settled = cockpit("settle", "2", "--yes")
    assert settled.exit_code == 0, settled.stderr
    assert cockpit("rollback", "--to", "1", "--yes").exit_code == 0
    assert fresh_database.execute("SELECT to_regclass('t2'), to_regclass('t3')") == [(None, None)]


def test_a_protected_target_wants_its_name(
    project: Project, cockpit: Cockpit, fresh_database: Database, environment: dict[str, str]
) -> None:
    broken(project, cockpit, fresh_database)
    environment["COCKPIT_ENVIRONMENT"] = "production"
    said = ("verify", "--accept", "3", "--reason", "INC-42")
    assert cockpit(*said, "--yes").exit_code == 7
    assert cockpit(*said, "--confirm", "another").exit_code == 7
    assert cockpit(*said, "--confirm", fresh_database.name).exit_code == 0
    told = json.loads(cockpit("verify", "--json").stdout)
    assert told["broken"] is None
    assert [(one["break"], one["reason"]) for one in told["accepted"]] == [(3, "INC-42")]
