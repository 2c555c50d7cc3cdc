"""The headless contract on a real database."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cockpit
from tests.databases import Database
from tests.projects import Project

TABLES = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)
EVERYTHING = """
SELECT 'c', oid, relname FROM pg_class UNION ALL SELECT 'n', oid, nspname FROM pg_namespace
UNION ALL SELECT 'p', oid, proname FROM pg_proc UNION ALL SELECT 't', oid, typname FROM pg_type
"""


@pytest.fixture
def shop(project: Project) -> Project:
    """Two releases of a shop."""
    project.native("0001", "orders", "CREATE TABLE orders (id int);", "DROP TABLE orders;")
    project.commit("orders")
    project.git("tag", "v1.0")
    project.native("0002", "items", "CREATE TABLE items (id int);", "DROP TABLE items;")
    project.commit("items")
    return project


def tables(database: Database) -> set[str]:
    return {str(row[0]) for row in database.execute(TABLES)}


def status(cockpit: Cockpit) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(cockpit("status", "--json").stdout)
    return shown


def states(cockpit: Cockpit) -> dict[str, str]:
    return {row["version"]: row["state"] for row in status(cockpit)["migrations"]}


def test_looking_at_a_virgin_database_creates_nothing(
    shop: Project, cockpit: Cockpit, fresh_database: Database, tmp_path: Path
) -> None:
    before, files = fresh_database.execute(EVERYTHING), sorted(tmp_path.rglob("*"))
    looks = ["status"], ["plan", "apply"], ["log"], ["verify"], ["lock"], ["credential", "test"]
    for command in looks:
        assert cockpit(*command).exit_code == 0, command
    assert fresh_database.execute(EVERYTHING) == before
    assert sorted(tmp_path.rglob("*")) == files


def test_up_to_a_release_and_on_and_back(
    shop: Project, cockpit: Cockpit, fresh_database: Database
) -> None:
    assert cockpit("status", "--exit-code").exit_code == 3
    assert cockpit("apply", "--yes", "--to-tag", "v1.0").exit_code == 0
    assert tables(fresh_database) == {"orders"}
    assert states(cockpit) == {"0001": "applied", "0002": "pending"}
    assert cockpit("apply", "--yes").exit_code == 0
    assert tables(fresh_database) == {"orders", "items"}
    assert cockpit("status", "--exit-code").exit_code == 0
    assert cockpit("rollback", "--yes", "--to-tag", "v1.0").exit_code == 0
    assert tables(fresh_database) == {"orders"}
    assert states(cockpit) == {"0001": "applied", "0002": "rolled-back"}
    assert cockpit("verify").exit_code == 0


def test_a_rollback_after_the_checkout_moved_takes_the_script_that_was_kept(
    shop: Project, cockpit: Cockpit, fresh_database: Database
) -> None:
    cockpit("apply", "--yes")
    shop.git("checkout", "-q", "v1.0")
    assert states(cockpit) == {"0001": "applied", "0002": "missing"}
    assert cockpit("status", "--exit-code").exit_code == 4
    assert cockpit("rollback", "--yes").exit_code == 0
    assert tables(fresh_database) == {"orders"}


def test_redo_from_a_version_goes_down_to_it_and_up_again(
    shop: Project, cockpit: Cockpit, fresh_database: Database
) -> None:
    assert cockpit("apply", "--yes").exit_code == 0
    oid = "SELECT 'orders'::regclass::oid, 'items'::regclass::oid"
    before = fresh_database.execute(oid)[0]
    told = cockpit("redo", "--from", "0001", "--yes")
    assert told.exit_code == 0
    after = fresh_database.execute(oid)[0]
    assert [old != new for old, new in zip(before, after, strict=True)] == [True, True]
    assert cockpit("redo", "--from", "0002", "--yes").exit_code == 0
    assert fresh_database.execute(oid)[0][0] == after[0]
    assert cockpit("redo", "--from", "0001", "--only", "0002", "--yes").exit_code == 2


def test_redo_after_an_edit(shop: Project, cockpit: Cockpit, fresh_database: Database) -> None:
    cockpit("apply", "--yes")
    shop.native("0002", "items", "CREATE TABLE things (id int);", "DROP TABLE things;")
    assert states(cockpit)["0002"] == "drifted"
    assert cockpit("redo", "--yes").exit_code == 0
    assert tables(fresh_database) == {"orders", "things"}


def test_a_protected_target_runs_the_reviewed_plan_only(
    shop: Project,
    cockpit: Cockpit,
    environment: dict[str, str],
    fresh_database: Database,
    tmp_path: Path,
) -> None:
    del environment["COCKPIT_ENVIRONMENT"]
    path, name = str(tmp_path / "plan.json"), fresh_database.name
    assert cockpit("apply", "--yes").exit_code == 7
    assert cockpit("plan", "apply", "--out", path).exit_code == 0
    shop.native("0003", "more", "CREATE TABLE more (id int);", "DROP TABLE more;")
    shop.commit("more")
    stale = cockpit("apply", "--plan", path, "--confirm", name)
    assert stale.exit_code == 7
    assert "is not what would run now" in stale.stderr
    cockpit("plan", "apply", "--out", path)
    assert cockpit("apply", "--plan", path, "--confirm", name).exit_code == 0
    assert tables(fresh_database) == {"orders", "items", "more"}


def test_a_failing_migration_says_what_is_kept_and_exits_8(
    shop: Project, cockpit: Cockpit, fresh_database: Database
) -> None:
    shop.native("0003", "bad", "CREATE TABLE more (id int);\nSELECT 1/0;")
    shown = cockpit("apply", "--yes")
    assert shown.exit_code == 8
    assert "error   division by zero (22012)" in shown.stdout
    assert "db/migrations/0003_bad.sql:3" in shown.stdout
    assert tables(fresh_database) == {"orders", "items"}
    assert states(cockpit)["0003"] == "failed"
    shop.native("0003", "bad", "CREATE TABLE more (id int);")
    assert cockpit("resume", "--yes").exit_code == 0
    assert tables(fresh_database) == {"orders", "items", "more"}


def test_resume_goes_on_with_what_the_stopped_run_was_for(
    shop: Project, cockpit: Cockpit, fresh_database: Database
) -> None:
    """Not only with the migration that it stopped in: a pipeline believes its exit code."""
    shop.native("0003", "bad", "CREATE TABLE more (id int);\nSELECT 1/0;")
    shop.native("0004", "later", "CREATE TABLE later (id int);")
    assert cockpit("apply", "--yes").exit_code == 8
    assert cockpit("status", "--exit-code").exit_code == 3
    shop.native("0003", "bad", "CREATE TABLE more (id int);")
    assert "APPLY everything pending" in cockpit("resume", "--yes").stdout
    assert tables(fresh_database) == {"orders", "items", "more", "later"}


def test_resume_of_one_migration_tells_what_stays_pending(
    shop: Project, cockpit: Cockpit, fresh_database: Database
) -> None:
    shop.write("0003_split.sql", GATED)
    shop.native("0004", "later", "CREATE TABLE later (id int);")
    assert cockpit("apply", "--yes").exit_code == 3
    passed = cockpit("resume", "--yes", "--pass-gate", "0003:contract")
    assert passed.exit_code == 3
    assert passed.stdout.endswith("0004 is pending: cockpit apply\n")
    assert tables(fresh_database) == {"orders", "more"}


GATED = """\
-- migrate:up phase:expand
CREATE TABLE more (id int);
-- migrate:up phase:contract gate:"every app server runs v2"
DROP TABLE items;
-- migrate:down phase:contract
CREATE TABLE items (id int);
-- migrate:down phase:expand
DROP TABLE more;
"""


def test_a_gate_stops_a_run_and_resume_passes_it(
    shop: Project, cockpit: Cockpit, fresh_database: Database
) -> None:
    shop.write("0003_split.sql", GATED)
    stopped = cockpit("apply", "--yes")
    assert "cockpit resume --pass-gate 0003:contract" in stopped.stderr
    assert tables(fresh_database) == {"orders", "items", "more"}
    assert states(cockpit)["0003"] == "partial"
    assert cockpit("resume", "--yes", "--pass-gate", "0003:contract").exit_code == 0
    assert tables(fresh_database) == {"orders", "more"}


def test_somebody_elses_lock_is_named_and_exits_5(
    shop: Project, cockpit: Cockpit, fresh_database: Database
) -> None:
    import psycopg

    from cockpit.database.deployment_lock import COCKPIT_KEY

    with psycopg.connect(fresh_database.dsn, application_name="kim@bastion") as other:
        other.execute("SELECT pg_advisory_lock(%s)", (COCKPIT_KEY.key,))
        assert "kim@bastion" in cockpit("lock").stdout
        assert status(cockpit)["lock"]["application"] == "kim@bastion"
        shown = cockpit("apply", "--yes")
    assert shown.exit_code == 5
    assert "kim@bastion" in shown.stderr
    assert tables(fresh_database) == set()


def test_json_of_a_run_ends_with_how_it_ended(shop: Project, cockpit: Cockpit) -> None:
    lines = cockpit("apply", "--yes", "--json").stdout.splitlines()
    last = json.loads(lines[-1])
    assert (last["event"], last["outcome"], last["exit_code"]) == ("RunFinished", "done", 0)


def test_a_server_that_is_not_there_is_an_error_and_git_is_still_shown(
    shop: Project, cockpit: Cockpit, environment: dict[str, str]
) -> None:
    environment["COCKPIT_DSN"] = "host=127.0.0.1 port=1 dbname=orders"
    shown = cockpit("status")
    assert shown.exit_code == 1
    assert "IN GIT 2, state unknown" in shown.stdout
    assert cockpit("apply", "--yes").exit_code == 1
