"""The sample repository holds what the demo promises, and nothing of the user's git."""

import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from cockpit.demo import sample
from cockpit.demo.sample import SampleRepository, make_repository
from cockpit.errors import SourceError
from cockpit.model.revision import SourceFile
from cockpit.source.directives import read_migration


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> SampleRepository:
    return make_repository(tmp_path_factory.mktemp("sample") / "orders")


def git(repository: SampleRepository, *arguments: str) -> str:
    return subprocess.check_output(["git", *arguments], cwd=repository.path, text=True).strip()


def versions(repository: SampleRepository, ref: str) -> list[str]:
    listed = git(repository, "ls-tree", "--name-only", f"{ref}:{repository.folder}").split()
    return [name.split("_")[0] for name in listed]


def blob(repository: SampleRepository, ref: str, version: str) -> str:
    return git(repository, "show", f"{ref}:{path_of(repository, version)}")


def path_of(repository: SampleRepository, version: str) -> Path:
    (path,) = repository.path.glob(f"{repository.folder}/{version}_*.sql")
    return path.relative_to(repository.path)


def test_the_work_tree_is_clean_and_at_the_last_release(repository: SampleRepository) -> None:
    assert git(repository, "status", "--porcelain") == ""
    assert git(repository, "describe", "--exact-match") == repository.releases[-1]
    assert git(repository, "branch", "--show-current") == repository.main


def test_git_finds_no_fault_in_it(repository: SampleRepository) -> None:
    assert "error" not in git(repository, "fsck", "--full", "--strict")


def test_every_release_holds_the_one_before(repository: SampleRepository) -> None:
    tags = git(repository, "tag", "--sort=creatordate").split()
    assert tuple(tags) == repository.releases
    held = [set(versions(repository, tag)) for tag in tags]
    assert all(older < newer for older, newer in pairwise(held))


def test_it_is_the_same_every_time_whatever_the_users_git_says(
    repository: SampleRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".gitconfig").write_text("[commit]\n gpgsign = true\n[core]\n autocrlf = true\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody Else")
    again = make_repository(tmp_path / "again")
    monkeypatch.undo()
    assert git(again, "show-ref") == git(repository, "show-ref")
    assert git(again, "status", "--porcelain") == ""


def test_one_migration_is_late_on_main(repository: SampleRepository) -> None:
    deployed = versions(repository, repository.deployed)
    assert sample.LATE_VERSION in versions(repository, repository.main)
    assert sample.LATE_VERSION not in deployed
    assert max(deployed) > sample.LATE_VERSION


def test_the_hotfix_is_in_no_release(repository: SampleRepository) -> None:
    assert sample.HOTFIX_VERSION in versions(repository, repository.hotfix)
    assert sample.HOTFIX_VERSION not in versions(repository, repository.main)


@pytest.mark.parametrize("version", [sample.DRIFTED_VERSION, sample.COMMENTED_VERSION])
def test_an_applied_file_was_edited_later_by_somebody_else(
    repository: SampleRepository, version: str
) -> None:
    authors = git(repository, "log", "--format=%an", "--", str(path_of(repository, version)))
    assert len(set(authors.split("\n"))) == 2
    before = blob(repository, repository.deployed, version)
    assert before != blob(repository, repository.main, version)


def test_one_edit_is_in_comments_only(repository: SampleRepository) -> None:
    texts = [
        blob(repository, ref, sample.COMMENTED_VERSION)
        for ref in (repository.deployed, repository.main)
    ]
    before, after = (
        [line for line in text.split("\n") if not line.startswith("-- ")] for text in texts
    )
    assert before == after


def test_every_file_is_read_without_a_problem(repository: SampleRepository) -> None:
    for path in sorted((repository.path / repository.folder).iterdir()):
        file = SourceFile(f"{repository.folder}/{path.name}", "0" * 40, path.read_bytes())
        migration, problems = read_migration(file)
        assert migration is not None
        assert problems == ()
        assert migration.reversible or migration.irreversible


def test_a_folder_that_git_cannot_write_is_a_source_error(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("not a git directory")
    with pytest.raises(SourceError, match="git init fails"):
        make_repository(tmp_path)
