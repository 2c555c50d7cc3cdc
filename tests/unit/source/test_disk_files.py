"""Files on the disk are read again when they were written, and only then."""

import os
import time
from pathlib import Path

import pytest

from cockpit.errors import SourceError
from cockpit.model.revision import SourceFile
from cockpit.source.worktree import DiskFiles, paths_below

LATER = 10_000_000_000


class Clock:
    """Moved by hand; begins ten seconds after everything was written."""

    def __init__(self) -> None:
        self.ahead = LATER

    def __call__(self) -> int:
        return time.time_ns() + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def disk(tmp_path: Path, clock: Clock) -> DiskFiles:
    (tmp_path / "db").mkdir()
    (tmp_path / "db/1.sql").write_text("one")
    (tmp_path / "db/2.sql").write_text("two")
    return DiskFiles(tmp_path, "sha1", clock)


def read(disk: DiskFiles) -> tuple[SourceFile, ...]:
    return disk.files("db", {}, recursive=False)


def test_unchanged_files_are_the_very_same_value(disk: DiskFiles) -> None:
    assert read(disk) is read(disk)


def test_settled_files_are_not_opened_again(disk: DiskFiles) -> None:
    before = read(disk)
    (disk.root / "db/1.sql").chmod(0)
    os.chmod(disk.root / "db/1.sql", 0o644)
    # The change of its mode is a new stamp: read anew, and the same content is the same value.
    assert read(disk) is before


def test_a_write_is_seen(disk: DiskFiles) -> None:
    before = read(disk)
    (disk.root / "db/2.sql").write_text("three")
    after = read(disk)
    assert after[0] is before[0]
    assert after[1].content == b"three"


def test_a_write_of_the_same_size_with_its_old_time_put_back_is_seen(disk: DiskFiles) -> None:
    path = disk.root / "db/1.sql"
    read(disk)
    stat = path.stat()
    path.write_text("eno")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert read(disk)[0].content == b"eno"


def test_a_file_that_is_too_young_is_never_trusted(disk: DiskFiles, clock: Clock) -> None:
    clock.ahead = 0
    path = disk.root / "db/1.sql"
    read(disk)
    stat = path.stat()
    known = disk._known["db/1.sql"]
    assert known.stamp[0] == stat.st_mtime_ns
    assert not known.settled
    clock.ahead = LATER
    read(disk)
    assert disk._known["db/1.sql"].settled


def test_files_that_come_and_go_are_seen(disk: DiskFiles) -> None:
    read(disk)
    (disk.root / "db/3.sql").write_text("three")
    assert [file.name for file in read(disk)] == ["1.sql", "2.sql", "3.sql"]
    (disk.root / "db/1.sql").unlink()
    assert [file.name for file in read(disk)] == ["2.sql", "3.sql"]


def test_another_commit_changes_what_counts_as_edited(disk: DiskFiles) -> None:
    [one, _] = read(disk)
    assert one.uncommitted
    [again, _] = disk.files("db", {"db/1.sql": one.blob}, recursive=False)
    assert not again.uncommitted


def test_paths_are_listed_without_reading_what_no_migration_needs(tmp_path: Path) -> None:
    """A link to itself, which nobody can open, is somewhere beside the project."""
    (tmp_path / "db").mkdir()
    (tmp_path / "db/1_a.sql").write_text("SELECT 1;")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").write_text("")
    assert paths_below(tmp_path) == ("db/1_a.sql", "loop")


def test_a_file_that_cannot_be_looked_at_is_named(tmp_path: Path) -> None:
    (tmp_path / "1_a.sql").symlink_to("1_a.sql")
    with pytest.raises(SourceError, match=r"1_a\.sql cannot be read: Too many levels"):
        DiskFiles(tmp_path, "sha1").files("", {}, recursive=False)
