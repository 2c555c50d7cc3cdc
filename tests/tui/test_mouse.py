"""What keys reach, clicks reach too; and none of them confirms anything."""

import pytest
from textual import events

from cockpit.tui.dialogs.hint_row import clicked_key
from cockpit.tui.screens.plan import PlanScreen
from cockpit.tui.widgets.row_list import RowList
from tests.tui.conftest import Opened
from tests.tui.pilot import CockpitPilot

WAYS = {
    "Chooser": ("y",),
    "ActionList": ("question_mark",),
    "Reading": ("i",),
}
"""A dialog of each kind, and the key that opens it on the board."""


async def click_words(pilot: CockpitPilot, selector: str, words: str) -> None:
    """Click in the middle of these words, wherever in that widget they stand."""
    rows = [row.plain for row in pilot.app.screen.query_one(selector).rows]  # type: ignore[attr-defined]
    row = next(number for number, text in enumerate(rows) if words in text)
    await pilot.click(selector, rows[row].index(words) + len(words) // 2, row)


@pytest.mark.parametrize("dialog", WAYS)
async def test_every_dialog_that_is_no_question_is_left_by_a_click(
    open_cockpit: Opened, dialog: str
) -> None:
    async with open_cockpit() as pilot:
        await pilot.press(*WAYS[dialog])
        assert pilot.dialog == dialog
        await click_words(pilot, "#hints", "esc")
        assert pilot.dialog == "BoardScreen"


async def test_a_click_on_choose_takes_the_option_under_the_cursor(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("u")
        await click_words(pilot, "#hints", "choose")
        assert pilot.dialog == "PlanScreen"
        assert pilot.engine.calls == []


async def test_an_act_of_the_palette_is_asked_about_however_it_is_clicked(
    open_cockpit: Opened,
) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("colon")
        await pilot.type("allow writing")
        await pilot.click("#actions", 4, 0, times=2)
        assert pilot.dialog == "Question"
        for selector in ("#accept", "#box", "#answers"):
            await pilot.click(selector, 2, 0, times=2)
        assert pilot.dialog == "Question"
        assert pilot.engine.calls == []


async def test_a_click_on_the_lines_of_a_question_shows_all_of_it_and_answers_nothing(
    open_cockpit: Opened,
) -> None:
    async with open_cockpit(armed=True) as pilot:
        await pilot.press("U", "enter")
        assert pilot.dialog == "Question"
        await pilot.click("#lines", 4, 1)
        assert pilot.dialog == "Reading"
        await click_words(pilot, "#hints", "esc")
        assert pilot.dialog == "Question"
        assert pilot.engine.calls == []


async def test_a_click_on_a_tab_shows_it(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        await click_words(pilot, "#detail-title", "history")
        assert "[history]" in pilot.text
        await click_words(pilot, "#detail-title", "SQL")
        assert "[SQL]" in pilot.text


async def test_the_list_of_a_plan_goes_by_click_and_by_wheel(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("a", "enter")
        assert isinstance(pilot.app.screen, PlanScreen)
        steps = pilot.app.screen.query_one("#steps", RowList)
        await pilot.click("#steps", 8, 2)
        assert steps.selected == "2"
        assert "step 2 of" in str(pilot.app.screen.query_one("#step").border_title)


async def test_the_wheel_scrolls_and_leaves_the_cursor(open_cockpit: Opened) -> None:
    async with open_cockpit(size=(80, 20)) as pilot:
        await pilot.press("question_mark")
        rows = pilot.app.screen.query_one("#actions", RowList)
        before = rows.selected
        for _ in range(5):
            rows.post_message(
                events.MouseScrollDown(rows, 1, 1, 0, 0, 0, False, False, False, 1, 1)
            )
        await pilot.settle()
        assert rows.scroll_offset.y > 0
        assert rows.selected == before


async def test_a_click_on_a_dimmed_act_says_why(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("4")
        assert await pilot.click_hint("terminate")
        assert "there is nothing to end" in pilot.notice or "Read-only" in pilot.notice
        assert pilot.dialog == "ActivityScreen"


async def test_two_clicks_on_a_run_open_it(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("3")
        await pilot.click("#runs", 4, 0, times=2)
        focused = pilot.app.screen.focused
        assert focused is not None
        assert focused.id == "events"


@pytest.mark.parametrize(
    ("column", "key"), [(0, "enter"), (7, "enter"), (13, ""), (15, "esc"), (25, "esc"), (60, "")]
)
def test_the_key_and_its_words_are_one_place(column: int, key: str) -> None:
    spans = (("enter", "key"), (" choose", ""), ("   ", ""), ("esc", "key"), (" leave it", ""))
    assert clicked_key(spans, column) == key
