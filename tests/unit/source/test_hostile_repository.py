"""A repository is data: nothing that it brings along is run, and trouble is told in words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cockpit.errors import SourceError
from cockpit.source.git_process import GitProcess
from cockpit.source.repository import open_repository
from tests.unit.source.sandbox import Sandbox


def look_everywhere(root: Path) -> None:
    repository = open_repository(root)
    for ref in (None, "HEAD"):
        repository.files("db", repository.revision(ref))
    commit = repository.revision("HEAD").commit or ""
    repository.tags()
    repository.release_tags("db")
    repository.changes("db")
    repository.branch_of(commit)
    repository.commit_time(commit)
    repository.text_at(commit, "db/1.sql")


def test_no_program_of_the_repository_is_run(sandbox: Sandbox) -> None:
    trap = sandbox.root / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch '{sandbox.root}/sprung'\nexit 0\n")
    trap.chmod(0o755)
    sandbox.write(".gitattributes", "*.sql filter=evil diff=evil\n")
    sandbox.commit(_1="one")
    sandbox.git("tag", "v1")
    hook = sandbox.root / ".git/hooks/post-index-change"
    hook.parent.mkdir(exist_ok=True)
    hook.write_bytes(trap.read_bytes())
    hook.chmod(0o755)
    for key in (
        "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "gpg.program",
        "diff.external", "diff.evil.textconv", "diff.evil.command", "filter.evil.clean",
        "filter.evil.smudge", "filter.evil.process", "core.askPass", "alias.log", "pager.log",
    ):  # fmt: skip
        sandbox.git("config", key, str(trap))
    for key in ("log.showSignature", "tag.gpgSign", "core.untrackedCache"):
        sandbox.git("config", key, "true")
    sandbox.write("db/1.sql", "edited")
    look_everywhere(sandbox.root)
    assert not (sandbox.root / "sprung").exists()
    sandbox.git("status")
    assert (sandbox.root / "sprung").exists(), "the trap was never set"


def test_a_partial_clone_fetches_nothing_and_says_what_to_do(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.commit(_1="one")
    sandbox.git("config", "uploadpack.allowFilter", "true")
    sandbox.git(
        "clone", "-q", "--bare", "--filter=blob:none", f"file://{sandbox.root}",
        str(tmp_path / "partial"),
    )  # fmt: skip
    repository = open_repository(tmp_path / "partial")
    with pytest.raises(SourceError) as caught:
        repository.files("db", repository.revision(None))
    assert "does not hold the content" in caught.value.what
    assert "git fetch --refetch --no-filter" in caught.value.next_step


def test_a_replaced_object_does_not_change_what_a_commit_holds(sandbox: Sandbox) -> None:
    sandbox.commit(_1="one")
    one = sandbox.git("rev-parse", "HEAD:db/1.sql")
    sandbox.commit(_1="two")
    sandbox.git("replace", "-f", sandbox.git("rev-parse", "HEAD:db/1.sql"), one)
    repository = open_repository(sandbox.root)
    [file] = repository.files("db", repository.revision("HEAD"))
    assert file.content == b"two"


def test_the_repository_that_is_named_wins_over_the_environment(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.commit(_1="one")
    other = Sandbox(tmp_path / "other")
    other.commit(_1="other")
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    repository = open_repository(sandbox.root)
    [file] = repository.files("db", repository.revision("HEAD"))
    assert (repository.root, file.content) == (sandbox.root.resolve(), b"one")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root to give away")
def test_a_repository_of_somebody_else_is_told_as_such(sandbox: Sandbox) -> None:
    sandbox.commit(_1="one")
    for path in [sandbox.root, *sandbox.root.rglob("*")]:
        os.chown(path, 12345, 12345)
    with pytest.raises(SourceError) as caught:
        open_repository(sandbox.root)
    assert "belongs to another user" in caught.value.what
    assert "safe.directory" in caught.value.next_step


def test_a_machine_without_git_says_so(sandbox: Sandbox) -> None:
    sandbox.commit(_1="one")
    code = (
        "from pathlib import Path; import sys\n"
        "from cockpit.source.repository import open_repository\n"
        "from cockpit.errors import SourceError\n"
        "try: open_repository(Path(sys.argv[1]))\n"
        "except SourceError as error: print(error.what)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(sandbox.root)],
        env={**os.environ, "PATH": "/nowhere", "PYTHONPATH": os.getcwd()},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "The program git is not installed, or not on PATH.\n"


@pytest.mark.parametrize("bare", [True, False])
def test_a_configuration_that_cannot_be_read_is_told(tmp_path: Path, bare: bool) -> None:
    sandbox = Sandbox(tmp_path, *(["--bare"] if bare else []))
    (sandbox.root / ("config" if bare else ".git/config")).write_text("no section [[[\n")
    with pytest.raises(SourceError, match="config"):
        open_repository(sandbox.root)


def test_a_work_tree_that_lost_its_repository_is_told(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: /nowhere\n")
    (tmp_path / "db").mkdir()
    with pytest.raises(SourceError, match="points at a repository that is not there"):
        open_repository(tmp_path / "db")


def test_a_failing_command_is_told_in_gits_words(sandbox: Sandbox) -> None:
    with pytest.raises(SourceError, match=r"git log failed: .*does not have any commits"):
        GitProcess(sandbox.root).run("log")


def test_a_damaged_repository_is_told(sandbox: Sandbox) -> None:
    sandbox.commit(_1="one")
    blob = sandbox.git("rev-parse", "HEAD:db/1.sql")
    (sandbox.root / f".git/objects/{blob[:2]}/{blob[2:]}").unlink()
    repository = open_repository(sandbox.root)
    with pytest.raises(SourceError, match=r"does not hold the content of db/1\.sql\."):
        repository.files("db", repository.revision("HEAD"))
