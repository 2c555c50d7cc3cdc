"""`cockpit new`: where the file goes, and what it refuses."""

from tests.cli.conftest import Cockpit
from tests.databases import Database
from tests.projects import FOLDER, Project

MISSING = ["--column", "b", "--type", "bigint"]


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


def test_a_target_that_does_not_answer_keeps_nobody_from_writing_the_file(cockpit: Cockpit) -> None:
    nowhere = ["--dsn", "postgresql://nobody@127.0.0.1:1/none", "--environment", "local"]
    options = ["--table", "orders", "--column", "number", "--type", "bigint", "--stdout"]
    told = cockpit("new", "wide", *nowhere, "--recipe", "type-change", *options)
    assert told.exit_code == 0
    assert "warning: the database could not be asked: " in told.stderr
    assert "NOT in this file, because the database could not be asked: " in told.stdout


def test_new_reads_the_column_of_a_target(cockpit: Cockpit, fresh_database: Database) -> None:
    fresh_database.execute("CREATE TABLE plain (a int CHECK (a > 0)); CREATE INDEX i ON plain (a)")
    at = ["--dsn", fresh_database.dsn, "--environment", "local", "--stdout"]
    options = ["--table", "plain", "--column", "a", "--type", "bigint"]
    told = cockpit("new", "wide", *at, "--recipe", "type-change", *options)
    assert told.exit_code == 0, told.stderr
    assert "CREATE INDEX CONCURRENTLY i_new ON public.plain USING btree (a_new);" in told.stdout
    assert "phase:backfill table:plain key:ctid" in told.stdout

    missing = cockpit("new", "wide", *at, "--recipe", "type-change", *options[:2], *MISSING)
    assert "warning: the database has no column plain.b" in missing.stderr
    assert "NOT in this file, because the database has no column plain.b:" in missing.stdout
