"""`drift`, `compare` and `branches` on real repositories and databases."""

import json
from collections.abc import Callable

import pytest

from tests.cli.conftest import Cockpit
from tests.databases import Database
from tests.projects import Project


@pytest.fixture
def applied(project: Project, cockpit: Cockpit) -> Cockpit:
    """One release, applied."""
    project.native("001", "users", "CREATE TABLE users (id int);", "DROP TABLE users;")
    project.commit("Add users", tag="v1.0")
    assert cockpit("apply", "--yes").exit_code == 0
    return cockpit


def test_status_tells_the_release_and_a_clean_schema(applied: Cockpit) -> None:
    text = applied("status", "--exit-code")
    assert text.exit_code == 0
    assert "release   v1.0" in text.stdout
    assert "schema    as it was last left or accepted" in text.stdout


def test_status_exits_four_when_the_schema_was_changed_by_hand(
    applied: Cockpit, fresh_database: Database
) -> None:
    fresh_database.execute("ALTER TABLE users ADD phone text")
    shown = applied("status", "--exit-code")
    assert shown.exit_code == 4
    assert "+ column public.users.phone added" in shown.stdout
    [change] = json.loads(applied("status", "--json").stdout)["schema_drift"]
    assert (change["change"], change["name"]) == ("added", "phone")


def test_drift_is_written_as_a_migration_that_runs(
    project: Project, applied: Cockpit, fresh_database: Database
) -> None:
    fresh_database.execute("ALTER TABLE users ADD phone text")
    written = applied("drift", "--write", "Hotfix phone", "--exit-code")
    assert written.exit_code == 4
    [path] = project.root.rglob("*_hotfix_phone.sql")
    assert "ADD COLUMN IF NOT EXISTS phone text" in path.read_text()
    assert applied("apply", "--yes").exit_code == 0
    assert applied("drift", "--exit-code").exit_code == 0


def test_drift_that_cannot_be_known_is_not_claimed(project: Project, cockpit: Cockpit) -> None:
    project.native("001", "users", "CREATE TABLE users (id int);")
    project.commit()
    shown = cockpit("drift")
    assert shown.exit_code == 1
    assert "No run has recorded the schema" in shown.stderr


def test_targets_are_compared_side_by_side(
    project: Project,
    applied: Cockpit,
    fresh_database: Database,
    new_database: Callable[[], Database],
) -> None:
    other = new_database()
    project.native("002", "orders", "CREATE TABLE orders (id int);", "DROP TABLE orders;")
    project.commit("Add orders")
    assert applied("apply", "--yes").exit_code == 0
    shown = applied("compare", fresh_database.dsn, other.dsn)
    assert shown.exit_code == 0, shown.output
    assert "would run 2 migrations: 001, 002" in shown.stdout
    assert "- table public.orders, with 1 column" in shown.stdout
    told = json.loads(applied("compare", fresh_database.dsn, other.dsn, "--json").stdout)
    [promotion] = told["promotions"]
    assert promotion["would_run"] == ["001", "002"]
    assert [row["differs"] for row in told["migrations"]] == [True, True]


def test_what_differs_reads_from_the_first_target_to_the_second(
    applied: Cockpit, fresh_database: Database, new_database: Callable[[], Database]
) -> None:
    other = new_database()
    fresh_database.execute("CREATE TABLE prices (total numeric(14,2)); CREATE TABLE here ()")
    other.execute("CREATE TABLE prices (total numeric); CREATE TABLE there ()")
    shown = applied("compare", fresh_database.dsn, other.dsn).stdout
    one, two = fresh_database.name, other.name
    assert f"FROM {one} TO {two}" in shown
    assert f"type: numeric(14,2) on {one}, numeric on {two}" in shown
    assert "- table public.here" in shown
    assert "+ table public.there" in shown
    told = json.loads(applied("compare", fresh_database.dsn, other.dsn, "--json").stdout)
    [promotion] = told["promotions"]
    [total] = [change for change in promotion["schema"] if change["name"] == "total"]
    assert total["before"]["type"] == "numeric(14,2)"
    assert total["after"]["type"] == "numeric"
    changes = {change["name"]: change["change"] for change in promotion["schema"]}
    assert changes["public.here"] == "dropped"
    assert changes["public.there"] == "added"


def test_nothing_is_claimed_of_a_target_that_cannot_be_read(
    applied: Cockpit, fresh_database: Database
) -> None:
    dead = f"{fresh_database.dsn} dbname=nowhere"
    for one, two in ((fresh_database.dsn, dead), (dead, fresh_database.dsn)):
        shown = applied("compare", one, two)
        assert shown.exit_code == 1
        assert "would run" not in shown.stdout
        assert "only on" not in shown.stdout
        assert "not known: what is applied on target could not be read" in shown.stdout
        table, below = shown.stdout.split("target is not read: ")
        assert "does not exist" in below
        assert max(map(len, table.splitlines()[:2])) < 80
        told = json.loads(applied("compare", one, two, "--json").stdout)
        [promotion] = told["promotions"]
        assert (promotion["would_run"], promotion["unknown"]) == (None, ["target"])


def test_one_target_is_no_comparison(applied: Cockpit, fresh_database: Database) -> None:
    assert applied("compare", fresh_database.dsn).exit_code == 2


def test_branches_need_no_database(
    project: Project, cockpit: Cockpit, environment: dict[str, str]
) -> None:
    del environment["COCKPIT_DSN"]
    project.native("001", "users", "CREATE TABLE users (id int);")
    project.commit()
    project.git("checkout", "-q", "-b", "feature")
    project.native("002", "phone", "ALTER TABLE users ADD phone text;")
    project.commit()
    project.git("checkout", "-q", "main")
    shown = cockpit("branches")
    assert shown.exit_code == 0, shown.output
    assert "002  phone  feature" in shown.stdout
    assert json.loads(cockpit("branches", "--json").stdout)["waiting"][0]["branch"] == "feature"


def test_the_way_back_that_is_not_used_is_shown_and_can_be_chosen(
    project: Project, applied: Cockpit
) -> None:
    project.native("001", "users", "CREATE TABLE users (id int);", "DROP TABLE users CASCADE;")
    project.commit("Cascade")
    shown = applied("plan", "rollback")
    assert "OTHER WAY BACK of 001, to use it: --down-from files" in shown.stdout
    chosen = json.loads(applied("plan", "rollback", "--down-from", "files", "--json").stdout)
    assert "CASCADE" in chosen["steps"][0]["sql"]
    assert chosen["other_ways"][0]["down_from"] == "ledger"
