"""The attic and the read-only windows are folds of the ledger: what was kept, what became of it."""

from typing import Any

import pytest

from cockpit.model.attic import (
    Holding,
    KeepAsked,
    KeptColumn,
    Place,
    Restored,
    Weight,
    attic_of,
    keep_asked,
    restored_detail,
)
from cockpit.model.ledger import EventKind
from cockpit.model.migration import ReadOnly
from cockpit.model.readonly import open_windows, opened_detail
from tests.unit.model.events import Story

ID = KeptColumn("id", "pg_catalog", "int8")
NAME = KeptColumn("Full Name", "pg_catalog", "text")
MOOD = KeptColumn("mood", "public", "mood")
COLUMNS = Holding(1, "public", "users", (NAME, MOOD), (ID,), False, Place.DATABASE, "e1_users")


def kept(story: Story, holding: Holding = COLUMNS) -> Story:
    return story.add(EventKind.KEPT, "7", detail=holding.as_detail() | {"rows": 5, "bytes": 80})


def test_what_was_kept_is_read_back_as_it_was() -> None:
    (entry,) = attic_of(kept(Story()).events)
    assert entry.holding == COLUMNS
    assert (entry.rows, entry.bytes, entry.version, entry.waiting) == (5, 80, "7", (NAME, MOOD))


def test_a_part_that_was_put_back_waits_no_more() -> None:
    done = restored_detail(COLUMNS.only([NAME]), Restored(5, 4, 0, 0, 0, 1, 0))
    (entry,) = attic_of(kept(Story()).add(EventKind.RESTORED, detail=done).events)
    assert entry.waiting == (MOOD,)
    assert entry.restored_rows == 4


def test_what_was_removed_waits_no_more() -> None:
    story = kept(Story()).add(EventKind.ATTIC_REMOVED, detail={"number": 1})
    (entry,) = attic_of(story.events)
    assert entry.waiting == ()


@pytest.mark.parametrize("detail", [{}, {"number": "x"}, {"number": 9}], ids=str)
def test_an_event_that_no_cockpit_wrote_is_passed_over(detail: dict[str, Any]) -> None:
    story = kept(Story()).add(EventKind.KEPT, detail=detail).add(EventKind.RESTORED, detail=detail)
    assert [entry.holding.number for entry in attic_of(story.events)] == [1]


def test_types_of_users_are_kept_as_text() -> None:
    assert (NAME.as_text, MOOD.as_text) == (False, True)


def test_sizes_are_told_only_when_they_were_counted() -> None:
    assert Weight(100, 8192, {"id": 8, "mood": 4}).of([ID, MOOD]) == 100 * (28 + 12)
    assert Weight(100, 8192, {"id": 8}).of([ID, MOOD]) is None
    assert Weight(-1, 8192, {"id": 8}).of([ID]) is None


def test_a_run_that_broke_off_is_remembered_with_what_it_was_to_keep() -> None:
    asked = {"place": "file", "action": "rollback", "versions": ["7"]}
    story = Story().add(EventKind.RUN_STARTED, detail={"keep": asked})
    assert keep_asked(story.events) == KeepAsked(Place.FILE, "rollback", frozenset(["7"]))
    assert keep_asked(story.add(EventKind.RUN_FINISHED).events) is None
    assert keep_asked(Story().add(EventKind.RUN_STARTED, detail={"keep": "file"}).events) is None


def test_a_window_is_open_until_somebody_says_that_it_was_given_back() -> None:
    detail = opened_detail(ReadOnly(("app",), 5), {"app": "off"})
    story = Story("run-a").add(EventKind.WINDOW_OPENED, "7", phase="up", detail=detail)
    (window,) = open_windows(story.events)
    assert (window.scope, window.before) == (ReadOnly(("app",), 5), {"app": "off"})
    assert window.words.startswith("role app is read-only since")
    story.run = "run-b"
    story.add(EventKind.WINDOW_CLOSED, detail={"opened_by": "run-a"})
    assert open_windows(story.events) == ()
