"""Refs are found, and where they are not, the nearest names are."""

from pathlib import Path

import pytest

from cockpit.errors import SourceError
from cockpit.source.repository import open_repository
from tests.unit.source.sandbox import Sandbox


def complaint(sandbox: Sandbox, ref: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        open_repository(sandbox.root).revision(ref)
    return caught.value


@pytest.mark.parametrize("ref", ["v1.0", "side", "main~1", "HEAD^", "refs/tags/v1.0"])
def test_everything_that_git_calls_a_commit_may_be_asked_for(sandbox: Sandbox, ref: str) -> None:
    first = sandbox.commit("first")
    sandbox.git("tag", "-a", "v1.0", "-m", "release")
    sandbox.git("branch", "side")
    sandbox.commit("second")
    revision = open_repository(sandbox.root).revision(ref)
    assert (revision.asked, revision.commit, revision.worktree) == (ref, first, False)


def test_a_short_id_is_made_long(sandbox: Sandbox) -> None:
    commit = sandbox.commit()
    assert open_repository(sandbox.root).revision(commit[:8]).commit == commit


def test_a_detached_head_has_no_branch(sandbox: Sandbox) -> None:
    commit = sandbox.commit()
    sandbox.git("checkout", "-q", "--detach")
    revision = open_repository(sandbox.root).revision(None)
    assert (revision.commit, revision.branch) == (commit, None)


def test_an_unknown_ref_is_told_with_the_nearest_names(sandbox: Sandbox) -> None:
    sandbox.commit()
    for name in ("v1.4", "v1.5", "x"):
        sandbox.git("tag", name)
    error = complaint(sandbox, "v1.6")
    assert error.what == "There is no commit called v1.6 here."
    assert "v1.4" in error.next_step
    assert "x" not in error.next_step.split(": ")[1].rstrip(".").split(", ")


def test_a_branch_that_only_the_remote_has_is_named(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.commit()
    sandbox.git("branch", "feature")
    sandbox.git("clone", "-q", ".", str(tmp_path / "clone"))
    with pytest.raises(SourceError) as caught:
        open_repository(tmp_path / "clone").revision("feature")
    assert "origin/feature" in caught.value.next_step


@pytest.mark.parametrize("ref", ["--all", "-x", "a..b", "", "HEAD:db", "no such"])
def test_what_is_no_ref_is_no_option_either(sandbox: Sandbox, ref: str) -> None:
    sandbox.commit(_1="one")
    assert complaint(sandbox, ref).next_step


def test_a_name_that_a_branch_and_a_tag_share_is_ambiguous(sandbox: Sandbox) -> None:
    sandbox.commit()
    sandbox.git("tag", "both")
    sandbox.commit()
    sandbox.git("branch", "both")
    error = complaint(sandbox, "both")
    assert error.what == "both names more than one thing."
    assert error.next_step == "Write refs/heads/both or refs/tags/both."


def test_a_tag_that_is_no_commit_is_refused(sandbox: Sandbox) -> None:
    sandbox.commit(_1="one")
    sandbox.git("tag", "blob", "HEAD:db/1.sql")
    assert "no commit called blob" in complaint(sandbox, "blob").what


def test_a_shallow_clone_says_what_to_fetch(sandbox: Sandbox, tmp_path: Path) -> None:
    old = sandbox.commit()
    sandbox.commit()
    sandbox.git("clone", "-q", "--depth=1", f"file://{sandbox.root}", str(tmp_path / "shallow"))
    repository = open_repository(tmp_path / "shallow")
    assert repository.is_shallow
    with pytest.raises(SourceError) as caught:
        repository.revision(old)
    assert "git fetch --unshallow" in caught.value.next_step


def test_a_whole_clone_is_not_shallow(sandbox: Sandbox) -> None:
    sandbox.commit()
    assert not open_repository(sandbox.root).is_shallow


def test_tags_come_oldest_commit_first_and_peeled(sandbox: Sandbox) -> None:
    first = sandbox.commit()
    for name in ("v1.10", "v1.9"):
        sandbox.git("tag", name)
    second = sandbox.commit(_1="one")
    sandbox.git("tag", "-a", "v0", "-m", "annotated")
    sandbox.git("tag", "-a", "nested", "-m", "tag of a tag", "v0")
    sandbox.git("tag", "tree", "HEAD^{tree}")
    found = open_repository(sandbox.root).tags()
    assert [(tag.name, tag.commit) for tag in found] == [
        ("v1.9", first),
        ("v1.10", first),
        ("nested", second),
        ("v0", second),
    ]
    assert found[0].at < found[-1].at


def test_release_tags_hold_the_folders_files(sandbox: Sandbox) -> None:
    sandbox.commit()
    sandbox.git("tag", "v0")
    sandbox.commit(_1="one")
    sandbox.git("tag", "v1")
    sandbox.git("tag", "nightly")
    sandbox.commit(_2="two")
    sandbox.git("tag", "v2")
    found = open_repository(sandbox.root).release_tags("db", "v*")
    assert [(tag.name, paths) for tag, paths in found] == [
        ("v1", ("db/1.sql",)),
        ("v2", ("db/1.sql", "db/2.sql")),
    ]


def test_a_commits_branch_is_the_checked_out_one_if_it_may_be(sandbox: Sandbox) -> None:
    shared = sandbox.commit()
    sandbox.git("checkout", "-q", "-b", "side")
    aside = sandbox.commit()
    repository = open_repository(sandbox.root)
    assert (repository.branch_of(shared), repository.branch_of(aside)) == ("side", "side")
    sandbox.git("checkout", "-q", "main")
    assert (repository.branch_of(shared), repository.branch_of(aside)) == ("main", "side")
    assert repository.branch_of("0" * 40) is None


def test_a_file_is_found_on_the_branch_that_still_has_it(sandbox: Sandbox) -> None:
    sandbox.commit()
    sandbox.git("checkout", "-q", "-b", "side")
    sandbox.commit(_1="one")
    sandbox.git("checkout", "-q", "main")
    repository = open_repository(sandbox.root)
    assert repository.branch_with("db/1.sql") == "side"
    assert repository.branch_with("db/2.sql") is None
