"""Repositories that are no plain clone of one branch, and histories that went a crooked way."""

import hashlib
from pathlib import Path

import pytest

from cockpit.model.goal import Action, Goal
from cockpit.model.state import Drift, State
from tests.deploy.conftest import OpenSession, run
from tests.projects import FOLDER, Project
from tests.situations.verdicts import ONE, TWO, verdict

TO_V1 = Goal(Action.ROLLBACK, to_tag="v1.0")
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n"


@pytest.fixture
def two(project: Project, open_here: OpenSession) -> Project:
    """Two releases, both applied."""
    project.native("001", "customers", ONE, "DROP TABLE customers;")
    project.commit("Add customers", tag="v1.0")
    project.native("002", "orders", TWO, "DROP TABLE orders;")
    project.commit("Add orders", tag="v1.1")
    run(open_here())
    return project


def test_linked_worktree_on_the_old_release(two: Project, open_here: OpenSession) -> None:
    other = two.root.parent / "old"
    two.git("worktree", "add", "-q", "--detach", str(other), "v1.0")
    session = open_here(repository=other)
    assert verdict(session, "002").state is State.MISSING
    assert session.plan(TO_V1).versions == ("002",)


def test_submodule_on_the_old_release(two: Project, open_here: OpenSession, tmp_path: Path) -> None:
    outer = Project(tmp_path / "outer")
    outer.root.mkdir()
    outer.git("init", "-q", "-b", "main")
    outer.git(
        "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(two.root), "schema"
    )
    two.git("-C", str(outer.root / "schema"), "checkout", "-q", "v1.0")
    session = open_here(repository=outer.root / "schema")
    assert verdict(session, "001").state is State.APPLIED
    assert verdict(session, "002").state is State.MISSING
    assert session.plan(TO_V1).refusals == ()


def test_single_branch_clone_names_the_branches_it_lacks(
    two: Project, open_here: OpenSession
) -> None:
    two.git("checkout", "-q", "-b", "feature/items")
    two.native("003", "items", "CREATE TABLE items (id int);", "DROP TABLE items;")
    two.commit("Add items")
    run(open_here())
    clone = two.root.parent / "clone"
    two.git("clone", "-q", "--single-branch", "--branch=main", f"file://{two.root}", str(clone))
    told = verdict(open_here(repository=clone), "003")
    assert told.state is State.MISSING
    assert "git fetch --tags origin '+refs/heads/*:refs/remotes/origin/*'" in told.why


def test_detached_head(two: Project, open_here: OpenSession) -> None:
    two.git("checkout", "-q", "--detach", "v1.1")
    assert verdict(open_here(), "002").state is State.APPLIED


def test_sha256_repository(tmp_path: Path, open_here: OpenSession) -> None:
    project = Project(tmp_path / "modern")
    (project.root / FOLDER).mkdir(parents=True)
    project.git("init", "-q", "-b", "main", "--object-format=sha256")
    project.native("001", "customers", ONE, "DROP TABLE customers;")
    project.commit("Add customers")
    run(open_here(repository=project.root))
    assert verdict(open_here(repository=project.root), "001").state is State.APPLIED


def test_renamed_folder_rolls_back_to_the_release_with_the_old_one(
    two: Project, open_here: OpenSession
) -> None:
    two.git("mv", "db", "database")
    two.commit("Call it by its name", tag="v1.2")
    session = open_here(folder="database/migrations")
    assert verdict(session, "002").state is State.APPLIED
    assert session.plan(TO_V1).versions == ("002",)


def test_renamed_folder_is_found_from_the_old_release(two: Project, open_here: OpenSession) -> None:
    two.git("mv", "db", "database")
    (two.root / "database/migrations/003_items.sql").write_text(
        "-- migrate:up\nCREATE TABLE items (id int);\n-- migrate:down\nDROP TABLE items;\n"
    )
    two.commit("Call it by its name", tag="v1.2")
    run(open_here(folder="database/migrations"))
    two.git("checkout", "-q", "v1.0")
    told = verdict(open_here(), "003")
    assert told.state is State.MISSING
    assert "it is on main" in told.why
    assert open_here().plan(TO_V1).versions == ("003", "002")


def test_merge_that_edited_a_migration_while_it_settled_a_conflict(
    two: Project, open_here: OpenSession
) -> None:
    two.git("checkout", "-q", "-b", "side")
    two.native("002", "orders", f"-- side\n{TWO}", "DROP TABLE orders;")
    two.commit("Say it on the side")
    two.git("checkout", "-q", "main")
    two.native("002", "orders", f"-- main\n{TWO}", "DROP TABLE orders;")
    two.commit("Say it on main")
    two.git("merge", "-q", "-s", "ours", "--no-commit", "side")
    two.native("002", "orders", ONE.replace("customers", "orders"), "DROP TABLE orders;")
    merge = two.commit("Settle it")
    told = verdict(open_here(), "002")
    assert (told.state, told.drift) == (State.DRIFTED, Drift.MEANING)
    assert told.why == f"Applied, and edited since by Ana Author in {merge[:7]} (Settle it)."


def test_reverted_and_not_reapplied(two: Project, open_here: OpenSession) -> None:
    two.git("revert", "--no-edit", "HEAD")
    revert = two.git("rev-parse", "HEAD")
    told = verdict(open_here(), "002")
    assert told.state is State.MISSING
    assert f"Removed by Ana Author in {revert[:7]}" in told.why


def test_reverted_then_reapplied(two: Project, open_here: OpenSession) -> None:
    two.git("revert", "--no-edit", "HEAD")
    two.git("revert", "--no-edit", "HEAD")
    assert verdict(open_here(), "002").state is State.APPLIED


def test_rolled_back_and_applied_again_is_applied(two: Project, open_here: OpenSession) -> None:
    run(open_here(), TO_V1)
    assert verdict(open_here(), "002").state is State.ROLLED_BACK
    run(open_here())
    assert verdict(open_here(), "002").state is State.APPLIED


def test_tag_that_was_moved_counts_where_it_is_now(two: Project, open_here: OpenSession) -> None:
    session = open_here()
    assert session.plan(TO_V1).versions == ("002",)
    two.git("tag", "-f", "v1.0", "v1.1")
    assert session.plan(TO_V1).versions == ()


def test_commit_made_while_the_board_is_open_is_seen(two: Project, open_here: OpenSession) -> None:
    session = open_here()
    first = session.look()
    assert session.look().standings is first.standings
    two.native("003", "items", "CREATE TABLE items (id int);", "DROP TABLE items;")
    assert session.look().find("003") is not None
    commit = two.commit("Add items")
    revision = session.look().revision
    assert revision is not None
    assert revision.commit == commit


def test_branch_that_appears_while_the_board_is_open_explains_a_missing_version(
    two: Project, open_here: OpenSession
) -> None:
    two.native("003", "items", "CREATE TABLE items (id int);", "DROP TABLE items;")
    run(open_here())
    (two.root / FOLDER / "003_items.sql").unlink()
    session = open_here()
    assert "No commit on any branch or tag ever held it." in verdict(session, "003").why
    two.git("checkout", "-q", "-b", "feature/items")
    two.native("003", "items", "CREATE TABLE items (id int);", "DROP TABLE items;")
    two.commit("Add items")
    two.git("checkout", "-q", "main")
    assert "It is on branch feature/items" in verdict(session, "003").why


def test_lfs_pointer_that_was_not_fetched(two: Project, open_here: OpenSession) -> None:
    path = two.write("003_items.sql", POINTER.format("0" * 64, 10))
    two.commit("Keep it elsewhere")
    board = open_here().look()
    [problem] = [p for p in board.problems if "LFS" in p.what]
    assert (problem.path, problem.version) == (f"{FOLDER}/{path.name}", "003")
    assert problem.next_step == "Fetch it: git lfs pull"
    assert any("LFS" in refusal for refusal in open_here().plan(Goal(Action.APPLY)).refusals)


def test_lfs_content_is_no_edit_and_is_read_at_a_ref(two: Project, open_here: OpenSession) -> None:
    text = b"-- migrate:up\nCREATE TABLE items (id int);\n-- migrate:down\nDROP TABLE items;\n"
    digest = hashlib.sha256(text).hexdigest()
    path = two.write("003_items.sql", POINTER.format(digest, len(text)))
    two.commit("Keep it elsewhere")
    kept = two.root / ".git/lfs/objects" / digest[:2] / digest[2:4]
    kept.mkdir(parents=True)
    (kept / digest).write_bytes(text)
    path.write_bytes(text)
    told = verdict(open_here(), "003")
    assert told.migration is not None
    assert (told.state, told.migration.uncommitted) == (State.PENDING, False)
    run(open_here(ref="HEAD"))
    assert verdict(open_here(), "003").state is State.APPLIED


def test_symlinked_folder(two: Project, open_here: OpenSession) -> None:
    (two.root / "schema").symlink_to(FOLDER)
    two.commit("Link it")
    session = open_here(folder="schema")
    assert verdict(session, "002").state is State.APPLIED
    two.git("checkout", "-q", "v1.0")
    assert verdict(open_here(), "002").state is State.MISSING


def test_stash_is_no_branch(two: Project, open_here: OpenSession) -> None:
    two.native("003", "items", "CREATE TABLE items (id int);", "DROP TABLE items;")
    run(open_here())
    two.git("stash", "--quiet", "--include-untracked")
    assert "No commit on any branch or tag ever held it." in verdict(open_here(), "003").why
