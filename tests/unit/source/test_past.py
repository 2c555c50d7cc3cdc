"""Git's past is read in pieces, and what refs hold is asked in one go."""

from pathlib import Path

import pytest

from cockpit.source.repository import open_repository
from tests.unit.source.sandbox import Sandbox


def test_refs_change_with_head_branches_tags_and_remotes(sandbox: Sandbox) -> None:
    repository = open_repository(sandbox.root)
    assert repository.refs() == {}
    first = sandbox.commit(_1="one")
    assert repository.refs() == {"HEAD": first, "refs/heads/main": first}
    sandbox.git("tag", "v1")
    assert repository.refs()["refs/tags/v1"] == first


def test_only_what_is_new_is_read(sandbox: Sandbox) -> None:
    sandbox.commit(_1="one")
    repository = open_repository(sandbox.root)
    known = repository.changes("db")
    second = sandbox.commit(_2="two")
    newer = repository.changes("db", beyond=[known[0].commit])
    assert [change.commit for change in newer] == [second]
    assert (*newer, *known) == repository.changes("db")


def test_a_commit_that_no_ref_leads_to_is_not_kept(sandbox: Sandbox) -> None:
    sandbox.commit(_1="one")
    gone = sandbox.commit(_2="two")
    repository = open_repository(sandbox.root)
    assert repository.are_kept([gone])
    sandbox.git("reset", "-q", "--hard", "HEAD~1")
    assert not repository.are_kept([gone])
    assert repository.are_kept([])


def test_a_stash_is_no_branch(sandbox: Sandbox) -> None:
    sandbox.commit(_1="one")
    sandbox.write("db/2.sql", "two")
    sandbox.git("stash", "-q", "--include-untracked")
    changes = open_repository(sandbox.root).changes("db")
    assert [change.path for change in changes] == ["db/1.sql"]


def test_releases_with_subfolders_are_read_by_trees(sandbox: Sandbox) -> None:
    sandbox.write("db/001_a/up.sql", "one")
    sandbox.commit()
    sandbox.git("tag", "v1")
    sandbox.write("db/002_b/up.sql", "two")
    sandbox.commit()
    sandbox.git("tag", "v2")
    found = open_repository(sandbox.root).release_tags("db", recursive=True)
    assert {tag.name: paths for tag, paths in found} == {
        "v1": ("db/001_a/up.sql",),
        "v2": ("db/001_a/up.sql", "db/002_b/up.sql"),
    }
    assert open_repository(sandbox.root).release_tags("db") == ()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), ""),
        (("--no-single-branch", "--depth=1"), "git fetch --unshallow --tags"),
        (
            ("--depth=1",),
            "git fetch --unshallow --tags origin '+refs/heads/*:refs/remotes/origin/*'",
        ),
        (("--single-branch",), "git fetch --tags origin '+refs/heads/*:refs/remotes/origin/*'"),
        (("--mirror",), ""),
        (("--depth=1", "--origin=upstream"),
         "git fetch --unshallow --tags upstream '+refs/heads/*:refs/remotes/upstream/*'"),
    ],
)  # fmt: skip
def test_a_clone_that_is_not_whole_names_the_fetch(
    sandbox: Sandbox, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    sandbox.commit(_1="one")
    sandbox.commit(_2="two")
    clone = tmp_path / "clone"
    sandbox.git("clone", "-q", *options, f"file://{sandbox.root}", str(clone))
    assert open_repository(clone).fetch_words() == words


def test_a_clone_is_shallow_until_the_rest_is_fetched(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.commit(_1="one")
    sandbox.commit(_2="two")
    clone = tmp_path / "clone"
    sandbox.git("clone", "-q", "--depth=1", f"file://{sandbox.root}", str(clone))
    repository = open_repository(clone)
    before = repository.refs()
    assert repository.is_shallow
    sandbox.git("-C", str(clone), "fetch", "-q", "--unshallow")
    assert not repository.is_shallow
    assert repository.refs() != before
