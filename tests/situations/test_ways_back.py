"""Rolling back when ledger, commit and ref do not say the same."""

import pytest

from cockpit.errors import UsageError
from cockpit.model.goal import Action, Goal
from cockpit.present.plan_text import plan_text
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import FOLDER, Project
from tests.situations.verdicts import ONE, TWO

BACK = Goal(Action.ROLLBACK)


@pytest.fixture
def two(project: Project, open_here: OpenSession) -> Project:
    """Two releases, both applied."""
    project.native("001", "customers", ONE, "DROP TABLE customers;")
    project.commit("Add customers", tag="v1.0")
    project.native("002", "orders", TWO, "DROP TABLE orders;")
    project.commit("Add orders", tag="v1.1")
    run(open_here())
    return project


@pytest.fixture
def by_another(project: Project, fresh_database: Database) -> Project:
    """Two releases that dbmate has applied: nothing is kept of them but their versions."""
    project.native("001", "customers", ONE, "DROP TABLE customers;")
    project.commit("Add customers", tag="v1.0")
    project.native("002", "orders", TWO, "DROP TABLE orders;")
    project.commit("Add orders", tag="v1.1")
    fresh_database.execute(
        "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY);"
        f"INSERT INTO schema_migrations VALUES ('001'), ('002'); {ONE} {TWO}"
    )
    return project


def test_old_release_deployed_rolls_back_by_the_ledger(
    two: Project, open_here: OpenSession
) -> None:
    two.git("checkout", "-q", "v1.0")
    plan = open_here().plan(Goal(Action.ROLLBACK, to_tag="v1.0"))
    assert [phase.origin for phase in plan.phases] == ["the ledger"]
    assert plan.other_ways == ()
    assert run(open_here(), Goal(Action.ROLLBACK, to_tag="v1.0")).outcome == "done"


def test_old_release_deployed_and_nothing_in_the_ledger_rolls_back_by_git(
    by_another: Project, open_here: OpenSession
) -> None:
    commit = by_another.git("rev-parse", "v1.1")
    by_another.git("checkout", "-q", "v1.0")
    plan = open_here(tool="dbmate").plan(Goal(Action.ROLLBACK, to_tag="v1.0"))
    assert [phase.origin for phase in plan.phases] == [f"commit {commit[:10]}"]
    assert run(open_here(tool="dbmate"), Goal(Action.ROLLBACK, to_tag="v1.0")).outcome == "done"


def test_way_back_edited_since_shows_the_difference(two: Project, open_here: OpenSession) -> None:
    two.native("002", "orders", TWO, "DROP TABLE orders CASCADE;")
    two.commit("Cascade")
    plan = open_here().plan(BACK)
    [way] = plan.other_ways
    assert (way.version, way.used, way.kind) == ("002", "the ledger", "files")
    text = plan_text(plan)
    assert "OTHER WAY BACK of 002, to use it: --down-from files" in text
    assert "-DROP TABLE orders;" in text
    assert "+DROP TABLE orders CASCADE;" in text


@pytest.mark.parametrize(
    ("source", "script"),
    [("ledger", "orders;"), ("commit", "orders;"), ("files", "orders CASCADE;")],
)
def test_the_operator_chooses_the_way_back(
    two: Project, open_here: OpenSession, source: str, script: str
) -> None:
    two.native("002", "orders", TWO, "DROP TABLE orders CASCADE;")
    two.commit("Cascade")
    plan = open_here().plan(Goal(Action.ROLLBACK, down_from=source))
    assert plan.phases[0].script.strip() == f"DROP TABLE {script}"
    assert plan.other_ways != ()


def test_a_shallow_clone_without_the_way_back_says_what_to_fetch(
    by_another: Project, open_here: OpenSession
) -> None:
    by_another.git("rm", "-q", f"{FOLDER}/002_orders.sql")
    by_another.commit("Drop the idea")
    clone = by_another.root.parent / "clone"
    by_another.git("clone", "-q", "--depth=1", f"file://{by_another.root}", str(clone))
    refusals = " ".join(open_here(repository=clone, tool="dbmate").plan(BACK).refusals)
    assert "this clone is shallow" in refusals
    assert "git fetch --unshallow --tags" in refusals
    by_another.git("-C", str(clone), "fetch", "-q", "--unshallow", "--tags")
    assert open_here(repository=clone, tool="dbmate").plan(BACK).refusals == ()


def test_bare_mirror_rolls_back(by_another: Project, open_here: OpenSession) -> None:
    mirror = by_another.root.parent / "mirror.git"
    by_another.git("clone", "-q", "--mirror", str(by_another.root), str(mirror))
    session = open_here(repository=mirror, ref="v1.0", tool="dbmate")
    plan = session.plan(Goal(Action.ROLLBACK, to_tag="v1.0"))
    assert plan.refusals == ()
    assert len(plan.versions) == 1


def test_deleted_branch_rolls_back_by_the_ledger(project: Project, open_here: OpenSession) -> None:
    project.native("001", "customers", ONE, "DROP TABLE customers;")
    project.commit("Add customers")
    project.git("checkout", "-q", "-b", "feature")
    project.native("002", "orders", TWO, "DROP TABLE orders;")
    project.commit("Add orders")
    run(open_here())
    project.git("checkout", "-q", "main")
    project.git("branch", "-q", "-D", "feature")
    assert open_here().plan(BACK).phases[0].origin == "the ledger"
    assert run(open_here(), BACK).outcome == "done"


def test_way_down_that_was_mended_later_in_a_file_of_its_own(
    project: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    project.pair("000001", "customers", ONE, "DROP TABLE customers;")
    project.commit("Add customers", tag="v1.0")
    project.git("checkout", "-q", "-b", "feature")
    project.pair("000002", "orders", TWO, "DROP TABLE oders;")
    project.commit("Add orders")
    project.write("000002_orders.down.sql", "DROP TABLE orders;")
    mended = project.commit("Mend the way down")
    fresh_database.execute(
        "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL);"
        f"INSERT INTO schema_migrations VALUES (2, false); {ONE} {TWO}"
    )
    project.git("checkout", "-q", "main")
    plan = open_here().plan(Goal(Action.ROLLBACK, to_tag="v1.0"))
    assert [phase.script for phase in plan.phases] == ["DROP TABLE orders;"]
    assert plan.phases[0].origin == f"commit {mended[:10]}"


@pytest.mark.parametrize(
    ("source", "script"), [(None, "DROP TABLE orders;"), ("latest", "DROP TABLE orders CASCADE;")]
)
def test_release_and_main_differ_in_the_way_down_and_the_operator_chooses(
    by_another: Project, open_here: OpenSession, source: str | None, script: str
) -> None:
    by_another.native("002", "orders", TWO, "DROP TABLE orders CASCADE;")
    by_another.commit("Cascade")
    by_another.git("checkout", "-q", "v1.0")
    session = open_here(tool="dbmate")
    plan = session.plan(Goal(Action.ROLLBACK, to_tag="v1.0", down_from=source))
    assert plan.phases[0].script.strip() == script
    [way] = plan.other_ways
    assert way.kind == ("commit" if source else "latest")
    assert any("CASCADE" in line for line in way.diff)


def test_unknown_release_names_near_ones(two: Project, open_here: OpenSession) -> None:
    with pytest.raises(UsageError) as caught:
        open_here().plan(Goal(Action.ROLLBACK, to_tag="v1.00"))
    assert caught.value.next_step.startswith("Nearest: v1.0")
