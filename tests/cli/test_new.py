"""`cockpit new`: where the file goes, and what it refuses."""

from tests.cli.conftest import Cockpit
from tests.projects import FOLDER, Project


def test_new_writes_a_recipe_into_the_folder_of_the_project(
    cockpit: Cockpit, project: Project
) -> None:
    options = ["--table", "orders", "--column", "number", "--type", "bigint"]
    told = cockpit("new", "Widen the number", "--recipe", "type-change", *options)
    path = project.root / FOLDER / told.stdout.strip().rpartition("/")[2]
    assert path.name.endswith("_widen_the_number.sql")
    assert "-- migrate:up phase:backfill table:orders key:id batch:5000" in path.read_text()


def test_new_refuses_a_folder_of_another_tool(cockpit: Cockpit, project: Project) -> None:
    project.pair("1", "a", "SELECT 1;", "SELECT 1;")
    told = cockpit("new", "b")
    assert told.exit_code == 2
    assert "golang-migrate" in told.stderr
    assert cockpit("new", "b", "--stdout").stdout.startswith("-- migrate:up\n")


def test_new_says_what_a_recipe_needs(cockpit: Cockpit) -> None:
    told = cockpit("new", "b", "--recipe", "rename", "--table", "orders", "--column", "mail")
    assert told.exit_code == 2
    assert "needs --to NAME" in told.stderr
