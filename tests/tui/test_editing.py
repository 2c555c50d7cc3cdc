"""The editor gets the file itself, or a copy that cannot be mistaken for it."""

from dataclasses import replace
from pathlib import Path

import pytest

from cockpit.model.revision import Revision
from cockpit.tui.editing import edit, editor, work_file
from tests.tui import canned

MIGRATION = canned.migration("0043")
TAG = replace(canned.board(), revision=Revision("v1.4", canned.COMMIT, False))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A work tree that has the file."""
    (tmp_path / ".git").mkdir()
    path = tmp_path / MIGRATION.path
    path.parent.mkdir(parents=True)
    path.write_text("SELECT 1;")
    return tmp_path


@pytest.fixture
def seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the editor was given: a line with name and mode, then the content."""
    record = tmp_path / "seen"
    script = tmp_path / "editor.sh"
    script.write_text(f'#!/bin/sh\nls -l "$1" > {record}\ncat "$1" >> {record}\n')
    script.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(script))
    return record


def test_the_work_tree_is_found_from_a_folder_below(checkout: Path) -> None:
    found = work_file(canned.board(), MIGRATION, checkout / "db")
    assert found == checkout / MIGRATION.path


def test_another_revision_is_not_the_work_tree(checkout: Path) -> None:
    assert work_file(TAG, MIGRATION, checkout) is None


def test_the_file_itself_is_opened(checkout: Path, seen: Path) -> None:
    assert "r reads it again" in edit(canned.board(), MIGRATION, checkout)
    assert str(checkout / MIGRATION.path) in seen.read_text()


def test_another_revision_is_opened_as_a_read_only_copy(checkout: Path, seen: Path) -> None:
    assert "read-only copy" in edit(TAG, MIGRATION, checkout)
    assert seen.read_text().startswith("-r--------")
    assert MIGRATION.up[0].script in seen.read_text()


def test_an_editor_that_is_not_there_is_told(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", "/nowhere/editor -w")
    assert editor() == ["/nowhere/editor", "-w"]
    assert "cannot be started" in edit(canned.board(), MIGRATION, checkout)
