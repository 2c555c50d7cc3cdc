"""Every change of a file is found, on whatever branch it was made."""

from datetime import UTC, datetime

from cockpit.model.revision import FileChange
from cockpit.source.archaeology import applied_change, edits_since, last_seen
from cockpit.source.checksum import native_checksum
from cockpit.source.repository import open_repository
from tests.unit.source.sandbox import FIRST_TIME, Sandbox


def story(sandbox: Sandbox, folder: str = "db") -> list[tuple[str, str, str]]:
    changes = open_repository(sandbox.root).changes(folder)
    return [(change.status, change.path, change.subject) for change in changes]


def test_adding_editing_and_removing_are_told_newest_first(sandbox: Sandbox) -> None:
    sandbox.commit("add", _1="one")
    sandbox.commit("edit: é", _1="uno")
    (sandbox.root / "db/1.sql").unlink()
    sandbox.commit("remove")
    assert story(sandbox) == [
        ("D", "db/1.sql", "remove"),
        ("M", "db/1.sql", "edit: é"),
        ("A", "db/1.sql", "add"),
    ]


def test_a_change_carries_author_time_and_both_contents(sandbox: Sandbox) -> None:
    sandbox.commit("add", _1="one")
    before = sandbox.git("rev-parse", "HEAD:db/1.sql")
    commit = sandbox.commit("edit", _1="uno")
    after = sandbox.git("rev-parse", "HEAD:db/1.sql")
    assert open_repository(sandbox.root).changes("db")[0] == FileChange(
        commit=commit,
        author="Ana Author",
        at=datetime.fromtimestamp(FIRST_TIME + 60, UTC),
        subject="edit",
        path="db/1.sql",
        status="M",
        blob=after,
        previous_blob=before,
    )


def test_a_moved_file_is_removed_and_added(sandbox: Sandbox) -> None:
    sandbox.commit("add", _1="the same long content " * 20)
    sandbox.git("mv", "db/1.sql", "db/2.sql")
    sandbox.commit("move")
    assert sorted(story(sandbox)[:2]) == [("A", "db/2.sql", "move"), ("D", "db/1.sql", "move")]


def test_other_folders_are_left_out(sandbox: Sandbox) -> None:
    sandbox.write("db2/1.sql", "")
    sandbox.write("x/db/1.sql", "")
    sandbox.commit("elsewhere")
    assert story(sandbox) == []


def test_a_folder_with_wildcards_in_its_name_is_itself(sandbox: Sandbox) -> None:
    sandbox.write("d[ab]/1.sql", "")
    sandbox.write("da/1.sql", "")
    sandbox.commit("both")
    assert [path for _, path, _ in story(sandbox, "d[ab]")] == ["d[ab]/1.sql"]


def test_branches_that_were_never_merged_are_told(sandbox: Sandbox) -> None:
    sandbox.commit("start")
    sandbox.git("checkout", "-q", "-b", "side")
    sandbox.commit("aside", _9="nine")
    sandbox.git("checkout", "-q", "main")
    assert story(sandbox) == [("A", "db/9.sql", "aside")]


def test_an_edit_that_a_merge_threw_away_is_told(sandbox: Sandbox) -> None:
    sandbox.commit("add", _1="one")
    sandbox.git("checkout", "-q", "-b", "side")
    sandbox.commit("aside", _1="uno")
    sandbox.git("checkout", "-q", "main")
    sandbox.git("merge", "-q", "--strategy=ours", "-m", "merge", "side")
    sandbox.git("branch", "-D", "side")
    assert [subject for _, _, subject in story(sandbox)] == ["aside", "add"]


def test_a_merge_that_wrote_content_of_its_own_is_told(sandbox: Sandbox) -> None:
    sandbox.commit("add", _1="one\ntwo\n")
    sandbox.git("checkout", "-q", "-b", "side")
    sandbox.commit("aside", _1="uno\ntwo\n")
    sandbox.git("checkout", "-q", "main")
    sandbox.commit("ahead", _1="one\ndue\n")
    sandbox.git("merge", "-q", "--no-commit", "--strategy=ours", "side")
    sandbox.commit("merge", _1="uno\ndue\n")
    newest = open_repository(sandbox.root).changes("db")[0]
    assert (newest.subject, newest.status) == ("merge", "M")
    assert newest.blob == sandbox.git("rev-parse", "HEAD:db/1.sql")
    assert newest.previous_blob == sandbox.git("rev-parse", "HEAD^:db/1.sql")


def test_a_repository_without_commits_has_no_changes(sandbox: Sandbox) -> None:
    assert story(sandbox) == []


def test_the_edit_since_a_file_was_applied_is_found(sandbox: Sandbox) -> None:
    applied = sandbox.commit("add", _1="one")
    edited = sandbox.commit("edit", _1="uno")
    changes = open_repository(sandbox.root).changes("db")
    found = edits_since(changes, "db/1.sql", applied)
    assert found is not None
    assert (found.commit, found.author, found.subject) == (edited, "Ana Author", "edit")
    assert edits_since(changes, "db/1.sql", edited) is None


def test_an_edit_on_another_branch_is_not_taken_for_this_one(sandbox: Sandbox) -> None:
    applied = sandbox.commit("add", _1="one")
    edited = sandbox.commit("edit", _1="uno")
    sandbox.git("checkout", "-q", "-b", "side")
    sandbox.commit("aside", _1="ein")
    changes = open_repository(sandbox.root).changes("db")
    blob = sandbox.git("rev-parse", "main:db/1.sql")
    found = edits_since(changes, "db/1.sql", applied, blob=blob)
    assert found is not None
    assert found.commit == edited
    assert edits_since(changes, "db/1.sql", applied, blob="0" * 40) is None


def test_a_file_that_is_gone_was_last_seen_in_the_commit_that_wrote_it(sandbox: Sandbox) -> None:
    written = sandbox.commit("add", _1="one")
    (sandbox.root / "db/1.sql").unlink()
    sandbox.commit("remove")
    repository = open_repository(sandbox.root)
    found = last_seen(repository.changes("db"), "db/1.sql")
    assert found is not None
    assert found.commit == written
    assert repository.text_at(found.commit, "db/1.sql") == "one"
    assert last_seen(repository.changes("db"), "db/2.sql") is None


def test_the_content_that_was_applied_is_found_by_its_checksum(sandbox: Sandbox) -> None:
    sandbox.commit("add", _1="one")
    wanted = sandbox.commit("edit", _1="uno\r\n")
    sandbox.commit("edit again", _1="ein")
    repository = open_repository(sandbox.root)
    found = applied_change(
        repository.changes("db"),
        "db/1.sql",
        native_checksum(b"uno\n"),
        checksum_of=native_checksum,
        read=repository.contents,
    )
    assert found is not None
    assert found.commit == wanted
