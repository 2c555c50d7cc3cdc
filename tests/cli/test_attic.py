"""`--keep`, `--restore`, `cockpit attic` and `cockpit give-back`, as they are typed."""

import json

from tests.cli.conftest import Cockpit
from tests.databases import Database
from tests.projects import Project


def kept(project: Project, cockpit: Cockpit) -> None:
    """A table whose column was dropped and kept."""
    project.native(
        "001", "base", "CREATE TABLE t (id int PRIMARY KEY, a text);"
        "INSERT INTO t SELECT g, 'v' FROM generate_series(1, 9) AS g;",
    )  # fmt: skip
    project.native("002", "drop", "ALTER TABLE t DROP a;", "ALTER TABLE t ADD a text;")
    project.commit()
    assert cockpit("apply", "--to", "001", "--yes").exit_code == 0
    assert cockpit("apply", "--keep", "database", "--yes").exit_code == 0


def test_the_plan_offers_to_keep_and_says_what_that_takes(
    project: Project, cockpit: Cockpit
) -> None:
    kept(project, cockpit)
    cockpit("rollback", "--yes")
    offered = cockpit("plan", "apply").output
    assert "could keep column t.a" in offered
    assert "LOSES column t.a" in offered
    taken = cockpit("plan", "apply", "--keep", "file").output
    assert "kept in the attic: column t.a" in taken
    assert "LOSES" not in taken
    made = json.loads(cockpit("plan", "apply", "--keep", "file", "--json").stdout)
    assert made["loses"] == []
    assert made["asked"]["keep"] == "file"


def test_an_entry_is_listed_put_back_and_let_go(
    project: Project, cockpit: Cockpit, fresh_database: Database
) -> None:
    kept(project, cockpit)
    cockpit("rollback", "--yes")
    (entry,) = json.loads(cockpit("attic", "list", "--json").stdout)
    assert (entry["columns"], entry["rows"], entry["restored_at"]) == (["a"], 9, None)
    put_back = cockpit("attic", "restore", "1", "--yes")
    assert f"{entry['rows']:,} of {entry['rows']:,} rows (100 %)" in put_back.stderr
    assert "9 of 9 kept rows are put back" in put_back.output
    assert fresh_database.execute("SELECT count(a) FROM t") == [(9,)]
    assert "gone from the attic" in cockpit("attic", "drop", "1", "--yes").output
    assert "removed" in cockpit("attic", "list").output
    assert fresh_database.execute("SELECT to_regclass('cockpit_attic.e1_t') IS NULL") == [(True,)]
    assert cockpit("verify").exit_code == 0


def test_a_protected_target_wants_its_name(
    project: Project, cockpit: Cockpit, environment: dict[str, str]
) -> None:
    kept(project, cockpit)
    environment["COCKPIT_ENVIRONMENT"] = "production"
    assert cockpit("attic", "restore", "1", "--yes").exit_code == 7


def test_an_entry_that_is_not_there_is_a_slip_of_the_operator(
    project: Project, cockpit: Cockpit
) -> None:
    kept(project, cockpit)
    missing = cockpit("attic", "restore", "5", "--yes")
    assert missing.exit_code == 2
    assert "It has 1." in missing.output


def test_a_saved_plan_keeps_the_choice(project: Project, cockpit: Cockpit) -> None:
    kept(project, cockpit)
    cockpit("rollback", "--yes")
    path = str(project.root.parent / "plan.json")
    assert cockpit("plan", "apply", "--keep", "database", "--out", path).exit_code == 0
    assert cockpit("apply", "--plan", path, "--yes").exit_code == 0
    assert len(json.loads(cockpit("attic", "list", "--json").stdout)) == 2


def test_there_is_nothing_to_give_back_where_no_run_has_taken_it(cockpit: Cockpit) -> None:
    assert "Nobody is in read-only mode" in cockpit("give-back").output
