"""golang-migrate's history is one row: what stands before it is known to git alone."""

import shlex

import pytest

from cockpit.deploy.session import Session
from cockpit.model.goal import Action, Goal
from cockpit.model.state import State
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project
from tests.situations.layouts import GolangMigrate, releases
from tests.tools.real_tools import CHANGES

TO_V1 = Goal(Action.ROLLBACK, to_tag="v1")


@pytest.fixture
def row(project: Project, fresh_database: Database) -> Project:
    """Three releases; golang-migrate has applied all of them and no cockpit was ever here."""
    releases(project, GolangMigrate())
    set_row(fresh_database, 3)
    for change in CHANGES:
        fresh_database.execute(change.up)
    return project


def set_row(database: Database, version: int) -> None:
    """The table as golang-migrate keeps it."""
    database.execute(
        "CREATE TABLE IF NOT EXISTS schema_migrations "
        "(version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL);"
        "TRUNCATE schema_migrations"
    )
    database.execute("INSERT INTO schema_migrations VALUES (%s, false)", version)


def look(session: Session) -> dict[str, State]:
    return {standing.version: standing.state for standing in session.look().standings}


def test_versions_between_come_from_the_release_that_ends_there(
    row: Project, open_here: OpenSession
) -> None:
    row.git("checkout", "-q", "v1")
    session = open_here()
    assert look(session) == {
        "000001": State.UNVERIFIED,
        "000002": State.MISSING,
        "000003": State.MISSING,
    }
    [problem] = session.look().problems
    assert problem.what == (
        "golang-migrate names only version 000003, which this ref does not have: what was applied "
        "before it is read from v3"
    )
    assert not problem.blocks_writing


def test_versions_between_come_from_a_branch_where_no_release_has_them(
    row: Project, open_here: OpenSession
) -> None:
    commit = row.git("rev-parse", "v3")
    row.git("checkout", "-q", "v1")
    row.git("tag", "-d", "v3")
    session = open_here()
    assert look(session)["000002"] is State.MISSING
    assert f"commit {commit[:10]}" in session.look().problems[0].what
    plan = session.plan(TO_V1)
    assert (plan.refusals, plan.versions) == ((), ("000003", "000002"))


def test_the_row_ends_as_golang_migrate_would_leave_it(
    row: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    row.git("checkout", "-q", "v1")
    assert run(open_here(), TO_V1).outcome == "done"
    assert fresh_database.execute("SELECT * FROM schema_migrations") == [(1, False)]
    row.git("checkout", "-q", "main")
    assert run(open_here()).outcome == "done"
    assert fresh_database.execute("SELECT * FROM schema_migrations") == [(3, False)]


def test_bare_mirror(row: Project, open_here: OpenSession) -> None:
    mirror = row.root.parent / "mirror.git"
    row.git("clone", "-q", "--mirror", str(row.root), str(mirror))
    plan = open_here(repository=mirror, ref="v1").plan(TO_V1)
    assert (plan.refusals, plan.versions) == ((), ("000003", "000002"))


def test_shallow_clone_of_the_old_release_says_what_to_fetch(
    row: Project, open_here: OpenSession
) -> None:
    clone = row.root.parent / "clone"
    row.git("clone", "-q", "--depth=1", "--branch=v1", f"file://{row.root}", str(clone))
    session = open_here(repository=clone)
    refusals = " ".join(session.plan(TO_V1).refusals)
    assert "no file of this ref has" in refusals
    fetch = "git fetch --unshallow --tags origin '+refs/heads/*:refs/remotes/origin/*'"
    assert fetch in refusals
    row.git("-C", str(clone), *shlex.split(fetch)[1:])
    plan = session.plan(TO_V1)
    assert (plan.refusals, plan.versions) == ((), ("000003", "000002"))


def test_a_version_that_only_this_branch_has_is_not_taken_for_applied(
    project: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    project.pair("1", "customers", "CREATE TABLE customers (id int);", "DROP TABLE customers;")
    project.commit("Begin", tag="v1")
    project.pair("5", "orders", "CREATE TABLE orders (id int);", "DROP TABLE orders;")
    project.commit("Orders", tag="v5")
    project.git("checkout", "-q", "-b", "feature", "v1")
    project.pair("3", "baskets", "CREATE TABLE baskets (id int);", "DROP TABLE baskets;")
    project.commit("Baskets")
    set_row(fresh_database, 5)
    session = open_here()
    assert look(session) == {
        "1": State.UNVERIFIED, "3": State.UNKNOWN, "5": State.MISSING,
    }  # fmt: skip
    told = session.look().find("3")
    assert told is not None
    assert told.why == (
        "v5, which ends at version 5, does not have it: whether it was ever run, a history of one "
        "row cannot say."
    )
    assert session.plan(Goal(Action.ROLLBACK, to_tag="v1")).versions == ("5",)


def test_a_version_that_no_commit_ever_had_is_refused(
    row: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    set_row(fresh_database, 9)
    refusals = " ".join(open_here().plan(TO_V1).refusals)
    assert "the row says version 9, which no file of this ref has" in refusals
