"""Long statements of an edit are cut so that what differs is seen."""

from dataclasses import replace

import pytest

from cockpit.model.diagnosis import Presence
from cockpit.model.edit import Change, Edit, EditedStatement
from cockpit.present.edit_text import edit_lines

HEAD = "CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name "


def shown(before: str, after: str) -> list[str]:
    """The two lines of statements."""
    one = EditedStatement(Change.REMOVED, 1, before, Presence.PRESENT, "")
    edit = Edit(
        "1", "a", "the ledger", "the file", (one, replace(one, change=Change.ADDED, sql=after))
    )
    return [line for line in edit_lines(edit) if line[:3] in ("  -", "  +")]


@pytest.mark.parametrize("rest", [");", ", " + "and_much_more_of_it text, " * 6 + "z int);"])
def test_the_place_that_differs_is_in_both_lines(rest: str) -> None:
    lines = shown(f"{HEAD}text{rest}", f"{HEAD}varchar(99){rest}")
    assert lines[0].startswith("  - CREATE TABLE customers")
    assert " text" in lines[0]
    assert "varchar(99)" in lines[1]
    assert all(len(line) <= 78 for line in lines)


def test_what_differs_at_its_beginning_is_cut_at_its_end() -> None:
    first, second = shown(f"{HEAD}text);", "DROP TABLE customers;")
    assert first == f"  - {HEAD[:71]}…"
    assert second == "  + DROP TABLE customers;"
