"""`cockpit rehearse` on a real repository and a real database."""

import json
from pathlib import Path

from tests.cli.conftest import Cockpit
from tests.databases import Database
from tests.projects import Project


def test_a_way_back_that_holds_exits_0_and_is_kept(
    project: Project, cockpit: Cockpit, tmp_path: Path
) -> None:
    project.native("1", "orders", "CREATE TABLE orders (id int);", "DROP TABLE orders;")
    result = cockpit("rehearse", "apply")
    assert result.exit_code == 0, result.output
    head = result.stdout.splitlines()[:2]
    assert head[0].startswith("REHEARSED on a copy, ")
    assert head[1] == "apply everything pending: reversible"
    assert "2 steps observed, 2 as predicted" in result.stdout
    assert len(list((tmp_path / "state" / "rehearsals").glob("*.json"))) == 1


def test_a_way_back_that_does_not_hold_exits_1_and_says_why(
    project: Project, cockpit: Cockpit
) -> None:
    project.native("1", "orders", "CREATE TABLE orders (id int);", "SELECT 1;")
    result = cockpit("rehearse", "apply")
    assert result.exit_code == 1
    assert "1 does not restore:" in result.stdout
    assert "  table public.orders is left behind" in result.stdout


def test_json_holds_prediction_and_observation_side_by_side(
    project: Project, cockpit: Cockpit, fresh_database: Database
) -> None:
    fresh_database.execute("CREATE TABLE orders (id int)")
    project.native("1", "v", "ALTER TABLE orders ADD v int;", "ALTER TABLE orders DROP v;")
    said = json.loads(cockpit("rehearse", "apply", "--rows", "3", "--json").stdout)
    assert (said["verdict"], said["rows"], said["missing"]) == ("reversible", 3, [])
    assert [step["direction"] for step in said["steps"]] == ["up", "down"]
    for step in said["steps"]:
        assert step["predicted"]["source"] == "predicted"
        assert step["observed"]["source"] == "observed"
        assert step["observed"]["locks"] == {"public.orders": "AccessExclusiveLock"}
        assert step["differences"] == []


def test_a_rehearsal_server_that_is_the_target_is_refused(
    project: Project, cockpit: Cockpit, environment: dict[str, str], server_dsn: str
) -> None:
    project.native("1", "v", "CREATE TABLE v ();", "DROP TABLE v;")
    environment["COCKPIT_REHEARSAL_DSN"] = server_dsn
    result = cockpit("rehearse", "apply")
    assert result.exit_code == 7
    assert "belongs to the target's own cluster" in result.stderr


def test_nothing_pending_is_a_usage_error(project: Project, cockpit: Cockpit) -> None:
    project.native("1", "v", "CREATE TABLE v ();", "DROP TABLE v;")
    assert cockpit("apply", "--yes").exit_code == 0
    result = cockpit("rehearse", "apply")
    assert result.exit_code == 2
    assert "nothing to rehearse" in result.stderr
