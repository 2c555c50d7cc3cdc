"""Versions that are applied and not in the ref."""

import pytest

from cockpit.analysis.consequences import five_lines
from cockpit.model.goal import Action, Goal
from cockpit.model.state import State
from tests.deploy.conftest import OpenSession, run
from tests.projects import FOLDER, Project
from tests.situations.verdicts import ONE, TWO, verdict


@pytest.fixture
def first(project: Project) -> Project:
    """One migration on main, released as v1.0."""
    project.native("001", "customers", ONE, "DROP TABLE customers;")
    project.commit("Add customers", tag="v1.0")
    return project


def second(project: Project, version: str = "002") -> str:
    """A second migration where the work tree is now; its commit."""
    project.native(version, "orders", TWO, "DROP TABLE orders;")
    return project.commit("Add orders")


def test_old_release_deployed(first: Project, open_here: OpenSession) -> None:
    commit = second(first)
    run(open_here())
    first.git("checkout", "-q", "v1.0")
    told = verdict(open_here(), "002")
    assert told.state is State.MISSING
    assert told.reversible
    assert told.why == (
        "Applied, and not in this ref. This ref is older than it: it is on main, last seen in "
        f"{commit[:7]} by Ana Author."
    )


def test_applied_from_unmerged_branch(first: Project, open_here: OpenSession) -> None:
    first.git("checkout", "-q", "-b", "feature/orders")
    commit = second(first)
    run(open_here())
    first.git("checkout", "-q", "main")
    told = verdict(open_here(), "002")
    assert told.state is State.MISSING
    assert told.trace is not None
    assert told.trace.branch == "feature/orders"
    assert (
        f"It is on branch feature/orders, which was never merged into main, last seen in "
        f"{commit[:7]} by Ana Author." in told.why
    )


def test_applied_from_a_branch_that_was_deleted(first: Project, open_here: OpenSession) -> None:
    first.git("checkout", "-q", "-b", "feature/orders")
    second(first)
    run(open_here())
    first.git("checkout", "-q", "main")
    first.git("branch", "-q", "-D", "feature/orders")
    told = verdict(open_here(), "002")
    assert told.state is State.MISSING
    assert told.reversible
    assert "No commit on any branch or tag ever held it." in told.why
    assert "is on no branch any more" in told.why


def test_applied_from_a_deleted_branch_that_a_tag_keeps(
    first: Project, open_here: OpenSession
) -> None:
    first.git("checkout", "-q", "-b", "feature/orders")
    second(first)
    first.git("tag", "rc1")
    run(open_here())
    first.git("checkout", "-q", "main")
    first.git("branch", "-q", "-D", "feature/orders")
    assert "It is on no branch any more" in verdict(open_here(), "002").why


def test_merged_branch_is_not_missing(first: Project, open_here: OpenSession) -> None:
    first.git("checkout", "-q", "-b", "feature/orders")
    second(first)
    run(open_here())
    first.git("checkout", "-q", "main")
    first.git("merge", "-q", "--no-ff", "-m", "Merge", "feature/orders")
    assert verdict(open_here(), "002").state is State.APPLIED


def test_squash_merged_branch_is_not_missing(first: Project, open_here: OpenSession) -> None:
    first.git("checkout", "-q", "-b", "feature/orders")
    second(first)
    run(open_here())
    first.git("checkout", "-q", "main")
    first.git("merge", "-q", "--squash", "feature/orders")
    first.commit("Orders (#12)")
    assert verdict(open_here(), "002").state is State.APPLIED


def test_removed_from_main(first: Project, open_here: OpenSession) -> None:
    second(first)
    run(open_here())
    first.git("rm", "-q", "db/migrations/002_orders.sql")
    removal = first.commit("Drop the idea")
    told = verdict(open_here(), "002")
    assert told.state is State.MISSING
    assert f"Removed by Ana Author in {removal[:7]} (Drop the idea)." in told.why


def test_squashed(first: Project, open_here: OpenSession) -> None:
    second(first)
    run(open_here())
    first.git("rm", "-q", "-r", "db/migrations")
    (first.root / "db/migrations").mkdir(parents=True)
    first.native("100", "baseline", ONE + TWO, "DROP TABLE orders, customers;")
    commit = first.commit("Squash")
    session = open_here()
    for version in ("001", "002"):
        told = verdict(session, version)
        assert told.state is State.MISSING
        assert (
            f"Removed by Ana Author in {commit[:7]} (Squash), which squashed 2 migrations "
            "into 100." in told.why
        )
    assert verdict(session, "100").state is State.PENDING


def test_renumbered(first: Project, open_here: OpenSession) -> None:
    second(first)
    run(open_here())
    first.git("mv", "db/migrations/002_orders.sql", "db/migrations/007_orders.sql")
    first.commit("Make room")
    session = open_here()
    old, new = verdict(session, "002"), verdict(session, "007")
    assert (old.state, new.state) == (State.MISSING, State.PENDING)
    assert "The same text waits here as 007 orders: it was renumbered" in old.why
    assert "The same text is applied already, as 002" in new.why
    assert "run it a second time" in new.why


def test_rebased_history(first: Project, open_here: OpenSession) -> None:
    first.git("checkout", "-q", "-b", "feature/orders")
    old = second(first)
    run(open_here())
    first.git("commit", "-q", "--amend", "-m", "Add orders, properly")
    first.git("checkout", "-q", "main")
    told = verdict(open_here(), "002")
    assert told.state is State.MISSING
    assert "never merged into main" in told.why
    assert f"The commit it was applied from, {old[:7]}, is on no branch any more." in told.why


def test_rebased_and_merged_history_is_what_was_applied(
    first: Project, open_here: OpenSession
) -> None:
    second(first)
    run(open_here())
    first.git("commit", "-q", "--amend", "-m", "Add orders, properly")
    assert verdict(open_here(), "002").state is State.APPLIED


def test_never_committed(first: Project, open_here: OpenSession) -> None:
    path = first.root / "db/migrations/002_orders.sql"
    first.native("002", "orders", TWO, "DROP TABLE orders;")
    run(open_here())
    path.unlink()
    told = verdict(open_here(), "002")
    assert told.state is State.MISSING
    assert "No commit on any branch or tag ever held it." in told.why
    assert told.reversible


def test_shallow_clone_says_what_to_fetch(first: Project, open_here: OpenSession) -> None:
    second(first)
    run(open_here())
    first.git("rm", "-q", "db/migrations/002_orders.sql")
    first.commit("Drop the idea")
    clone = first.root.parent / "clone"
    first.git("clone", "-q", "--depth=1", f"file://{first.root}", str(clone))
    told = verdict(open_here(repository=clone), "002")
    assert told.state is State.MISSING
    assert told.why.endswith(
        "`git fetch --unshallow --tags origin '+refs/heads/*:refs/remotes/origin/*'`."
    )


def test_bare_mirror(first: Project, open_here: OpenSession) -> None:
    second(first)
    run(open_here())
    mirror = first.root.parent / "mirror.git"
    first.git("clone", "-q", "--mirror", str(first.root), str(mirror))
    told = verdict(open_here(repository=mirror, ref="v1.0"), "002")
    assert told.state is State.MISSING
    assert "it is on main" in told.why


def test_applied_uncommitted_and_deleted_has_no_way_back_from_its_rollback(
    first: Project, open_here: OpenSession
) -> None:
    first.native("002", "orders", TWO, "DROP TABLE orders;")
    run(open_here())
    (first.root / FOLDER / "002_orders.sql").unlink()
    session = open_here()
    assert "No commit on any branch or tag ever held it." in verdict(session, "002").why
    lines = five_lines(session.plan(Goal(Action.ROLLBACK, only="002")))
    assert lines.way_back == "none for 002: no commit has its file"


def test_applied_and_not_in_this_ref_comes_back_from_another_one(
    first: Project, open_here: OpenSession
) -> None:
    second(first)
    run(open_here())
    first.git("checkout", "-q", "v1.0")
    lines = five_lines(open_here().plan(Goal(Action.ROLLBACK, only="002")))
    assert lines.way_back == "apply 002 again, from a ref that has the files"
