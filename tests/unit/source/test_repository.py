"""Files are read at any revision, out of any shape of repository, and nothing is touched."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cockpit.errors import SourceError
from cockpit.model.revision import SourceFile
from cockpit.source.repository import Repository, open_repository
from tests.unit.source.sandbox import FIRST_TIME, Sandbox


def read(repository: Repository, folder: str = "db", ref: str | None = None) -> dict[str, str]:
    files = repository.files(folder, repository.revision(ref))
    return {file.path: file.content.decode() for file in files}


def test_a_commit_is_read_whatever_is_checked_out(sandbox: Sandbox) -> None:
    first = sandbox.commit(_1="one")
    sandbox.commit(_1="uno", _2="due")
    repository = open_repository(sandbox.root)
    assert read(repository, ref=first) == {"db/1.sql": "one"}
    assert read(repository, ref="main") == {"db/1.sql": "uno", "db/2.sql": "due"}


def test_without_a_ref_the_work_tree_is_read_as_it_is(sandbox: Sandbox) -> None:
    commit = sandbox.commit(_1="one", _2="two", _3="three")
    sandbox.write("db/2.sql", "edited")
    sandbox.write("db/4.sql", "untracked")
    (sandbox.root / "db/3.sql").unlink()
    repository = open_repository(sandbox.root)
    revision = repository.revision(None)
    files = repository.files("db", revision)
    assert (revision.commit, revision.worktree, revision.branch) == (commit, True, "main")
    assert [(f.name, f.content, f.uncommitted) for f in files] == [
        ("1.sql", b"one", False),
        ("2.sql", b"edited", True),
        ("4.sql", b"untracked", True),
    ]


def test_blob_ids_are_gits_own_also_for_uncommitted_content(sandbox: Sandbox) -> None:
    sandbox.commit(_1="one")
    sandbox.write("db/2.sql", "never added é")
    repository = open_repository(sandbox.root)
    for file in repository.files("db", repository.revision(None)):
        assert file.blob == sandbox.git("hash-object", "--no-filters", file.path)


def test_a_staged_edit_is_uncommitted_too(sandbox: Sandbox) -> None:
    sandbox.commit(_1="one")
    sandbox.write("db/1.sql", "staged")
    sandbox.git("add", "-A")
    repository = open_repository(sandbox.root)
    [file] = repository.files("db", repository.revision(None))
    assert file.uncommitted


def test_an_ignored_file_counts_because_it_lies_there(sandbox: Sandbox) -> None:
    sandbox.write(".gitignore", "db/9*\n")
    sandbox.commit(_1="one")
    sandbox.write("db/9.sql", "local")
    repository = open_repository(sandbox.root)
    assert [f.uncommitted for f in repository.files("db", repository.revision(None))] == [
        False,
        True,
    ]


def test_a_checkout_with_other_line_endings_is_no_edit(sandbox: Sandbox) -> None:
    sandbox.commit(_1="a\nb\n")
    sandbox.write("db/1.sql", "a\r\nb\r\n")
    repository = open_repository(sandbox.root)
    [file] = repository.files("db", repository.revision(None))
    assert (file.uncommitted, file.content) == (False, b"a\r\nb\r\n")
    assert file.blob == sandbox.git("rev-parse", "HEAD:db/1.sql")


def test_a_repository_before_its_first_commit_shows_its_files(sandbox: Sandbox) -> None:
    sandbox.write("db/1.sql", "one")
    repository = open_repository(sandbox.root)
    revision = repository.revision(None)
    assert (revision.commit, revision.branch) == (None, "main")
    assert [f.uncommitted for f in repository.files("db", revision)] == [True]


def test_a_bare_repository_means_head(sandbox: Sandbox, tmp_path: Path) -> None:
    commit = sandbox.commit(_1="one")
    sandbox.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    repository = open_repository(tmp_path / "bare.git")
    revision = repository.revision(None)
    assert (revision.commit, revision.worktree, revision.branch) == (commit, False, "main")
    assert read(repository) == {"db/1.sql": "one"}


def test_a_bare_copy_without_a_config_file_is_still_bare(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.commit(_1="one")
    sandbox.git("clone", "-q", "--bare", ".", str(tmp_path / "copies/repo"))
    (tmp_path / "copies/repo/config").unlink()
    assert read(open_repository(tmp_path / "copies/repo")) == {"db/1.sql": "one"}


def test_any_folder_inside_opens_the_repository_at_its_root(sandbox: Sandbox) -> None:
    sandbox.commit(_1="one")
    for inside in ("db", ".git"):
        repository = open_repository(sandbox.root / inside)
        assert repository.root == sandbox.root.resolve()
        assert read(repository) == {"db/1.sql": "one"}


def test_a_linked_worktree_is_read_as_itself(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.commit(_1="one")
    sandbox.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    (tmp_path / "linked/db/2.sql").write_text("two")
    repository = open_repository(tmp_path / "linked")
    assert repository.revision(None).branch == "side"
    assert list(read(repository)) == ["db/1.sql", "db/2.sql"]
    assert list(read(repository, ref="main")) == ["db/1.sql"]


def test_a_submodule_is_a_repository_of_its_own(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.commit(_1="inner")
    outer = Sandbox(tmp_path / "outer")
    outer.git(
        "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(sandbox.root), "sub"
    )
    outer.commit(_1="outer")
    assert read(open_repository(outer.root / "sub")) == {"db/1.sql": "inner"}
    assert read(open_repository(outer.root)) == {"db/1.sql": "outer"}


def test_a_repository_with_sha256_ids_is_read(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path / "sha256", "--object-format=sha256")
    commit = sandbox.commit(_1="one")
    sandbox.git("tag", "v1")
    sandbox.write("db/2.sql", "two")
    repository = open_repository(sandbox.root)
    files = repository.files("db", repository.revision(None))
    assert len(commit) == 64
    assert [(len(f.blob), f.uncommitted) for f in files] == [(64, False), (64, True)]
    assert read(repository, ref="v1") == {"db/1.sql": "one"}
    assert [c.blob for c in repository.changes("db")] == [files[0].blob]
    [(_, paths)] = repository.release_tags("db")
    assert paths == ("db/1.sql",)


@pytest.mark.parametrize("folder", ["db", "./db/", "db//.", "other/../db"])
def test_a_folder_may_be_written_in_many_ways(sandbox: Sandbox, folder: str) -> None:
    sandbox.commit(_1="one")
    sandbox.write("other/x", "")
    assert list(read(open_repository(sandbox.root), folder)) == ["db/1.sql"]
    assert list(read(open_repository(sandbox.root), folder, "HEAD")) == ["db/1.sql"]


@pytest.mark.parametrize("folder", ["..", "../x", "/etc", "db/../../x"])
def test_a_folder_outside_is_refused(sandbox: Sandbox, folder: str) -> None:
    sandbox.commit(_1="one")
    repository = open_repository(sandbox.root)
    for ref in (None, "HEAD"):
        with pytest.raises(SourceError, match="outside of the repository"):
            repository.files(folder, repository.revision(ref))


def test_a_missing_folder_is_told_with_the_revision(sandbox: Sandbox) -> None:
    sandbox.commit(_1="one")
    repository = open_repository(sandbox.root)
    with pytest.raises(SourceError, match="no folder sql at main"):
        repository.files("sql", repository.revision("main"))
    with pytest.raises(SourceError, match="sql cannot be read"):
        repository.files("sql", repository.revision(None))


def test_names_may_hold_spaces_accents_and_newlines(sandbox: Sandbox) -> None:
    for name in ("1 é.sql", "2 ü/ü.sql", "3\n.sql", "4'\"\\t.sql", ":5.sql", "*.sql"):
        sandbox.write(f"db é/{name}", name)
    sandbox.commit()
    repository = open_repository(sandbox.root)
    for ref in (None, "HEAD"):
        found = repository.files("db é", repository.revision(ref), recursive=True)
        assert {f.path: f.content.decode() for f in found} == {
            f"db é/{name}": name
            for name in ("1 é.sql", "2 ü/ü.sql", "3\n.sql", "4'\"\\t.sql", ":5.sql", "*.sql")
        }
        assert not any(file.uncommitted for file in found)


def test_subfolders_are_read_only_when_asked_for(sandbox: Sandbox) -> None:
    sandbox.write("db/1/up.sql", "up")
    sandbox.commit(_1="one")
    repository = open_repository(sandbox.root)
    for ref in (None, "HEAD"):
        revision = repository.revision(ref)
        assert [f.path for f in repository.files("db", revision)] == ["db/1.sql"]
        deep = repository.files("db", revision, recursive=True)
        assert [f.path for f in deep] == ["db/1.sql", "db/1/up.sql"]


def test_the_root_itself_may_hold_the_migrations(sandbox: Sandbox) -> None:
    sandbox.write("1.sql", "one")
    sandbox.commit()
    repository = open_repository(sandbox.root)
    for ref in (None, "HEAD"):
        assert [f.path for f in repository.files(".", repository.revision(ref))] == ["1.sql"]


def test_a_linked_folder_is_read_where_it_points(sandbox: Sandbox) -> None:
    (sandbox.root / "service").mkdir()
    (sandbox.root / "service/migrations").symlink_to("../db")
    sandbox.commit(_1="one")
    repository = open_repository(sandbox.root)
    for ref in (None, "HEAD"):
        assert read(repository, "service/migrations", ref) == {"db/1.sql": "one"}
    assert [c.path for c in repository.changes("service/migrations")] == ["db/1.sql"]
    sandbox.git("tag", "v1")
    assert repository.release_tags("service/migrations")[0][1] == ("db/1.sql",)


def test_links_in_a_circle_end_as_a_missing_folder(sandbox: Sandbox) -> None:
    (sandbox.root / "a").symlink_to("b")
    (sandbox.root / "b").symlink_to("a")
    sandbox.commit()
    repository = open_repository(sandbox.root)
    with pytest.raises(SourceError, match="no folder a"):
        repository.files("a", repository.revision("HEAD"))


def test_a_linked_file_counts_as_what_it_points_at(sandbox: Sandbox) -> None:
    sandbox.write("shared.sql", "shared")
    sandbox.write("db/1.sql", "one")
    (sandbox.root / "db/2.sql").symlink_to("../shared.sql")
    (sandbox.root / "db/3.sql").symlink_to("../gone.sql")
    sandbox.commit()
    repository = open_repository(sandbox.root)
    for ref in (None, "HEAD"):
        files = repository.files("db", repository.revision(ref))
        assert [(f.content, f.uncommitted) for f in files] == [(b"one", False), (b"shared", False)]


def test_a_file_is_read_at_one_commit(sandbox: Sandbox) -> None:
    commit = sandbox.commit(_1="\ufeffone é")
    sandbox.write("db/2.sql", b"\xff")
    later = sandbox.commit(_1="two")
    repository = open_repository(sandbox.root)
    assert repository.text_at(commit, "db/1.sql") == "one é"
    assert repository.text_at(later, "db/2.sql") == "\ufffd"
    assert repository.text_at(commit, "db/2.sql") is None
    assert repository.text_at(commit, "db") is None
    blob = sandbox.git("rev-parse", f"{commit}:db/1.sql")
    expected = SourceFile("db/1.sql", blob, "\ufeffone é".encode())
    assert repository.file_at(commit, "db/1.sql") == expected


def test_paths_at_a_commit_without_the_folder_are_none(sandbox: Sandbox) -> None:
    empty = sandbox.commit()
    full = sandbox.commit(_1="one")
    repository = open_repository(sandbox.root)
    assert repository.paths_at(empty, "db") == ()
    assert repository.paths_at(full, "db") == ("db/1.sql",)


def test_contents_come_by_blob_and_strangers_are_left_out(sandbox: Sandbox) -> None:
    sandbox.commit(_1="one")
    blob = sandbox.git("rev-parse", "HEAD:db/1.sql")
    repository = open_repository(sandbox.root)
    assert repository.contents([blob, "0" * 40]) == {blob: b"one"}
    assert repository.contents([]) == {}


def test_a_commits_time_is_the_committers_in_utc(sandbox: Sandbox) -> None:
    commit = sandbox.commit()
    time = open_repository(sandbox.root).commit_time(commit)
    assert time == datetime.fromtimestamp(FIRST_TIME, UTC)
    assert time.tzinfo is UTC


def test_reading_leaves_no_trace(sandbox: Sandbox) -> None:
    sandbox.commit(_1="one")
    sandbox.git("tag", "-a", "v1", "-m", "v1")
    os.utime(sandbox.root / "db/1.sql", (0, 0))
    before = everything(sandbox.root)
    repository = open_repository(sandbox.root)
    for ref in (None, "v1"):
        repository.files("db", repository.revision(ref))
    repository.release_tags("db")
    repository.changes("db")
    repository.branch_of(repository.revision("v1").commit or "")
    assert everything(sandbox.root) == before


def everything(root: Path) -> dict[str, tuple[int, bytes]]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_a_folder_outside_of_git_is_read_as_uncommitted(tmp_path: Path) -> None:
    (tmp_path / "db").mkdir()
    (tmp_path / "db/1.sql").write_text("one")
    repository = open_repository(tmp_path)
    revision = repository.revision(None)
    [file] = repository.files("db", revision)
    assert (revision.commit, revision.worktree, file.uncommitted) == (None, True, True)
    assert (
        file.blob
        == subprocess.check_output(
            ["git", "hash-object", str(tmp_path / "db/1.sql")], text=True
        ).strip()
    )
    assert (repository.tags(), repository.changes("db")) == ((), ())
    with pytest.raises(SourceError, match="in no git repository"):
        repository.revision("main")


def test_a_path_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="There is no folder"):
        open_repository(tmp_path / "nowhere")
