"""What must be typed: the text first, a reason below it; what is missing stands in words."""

from dataclasses import replace

import pytest
from textual.widgets import Input

from cockpit.analysis.ceremony import Act, ceremony
from cockpit.model.goal import Action, Goal
from cockpit.tui.dialogs.answer import missing
from cockpit.tui.dialogs.question import Question
from tests.tui import canned
from tests.tui.conftest import Opened
from tests.tui.fake_engine import FakeEngine
from tests.tui.pilot import CockpitPilot

NAME = "orders-prod"


async def open_lossy_question(pilot: CockpitPilot) -> None:
    await pilot.press("right", "U", "enter")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Y counts after the text"),
        ("orders-pro", "Y after 1 letter more"),
        ("orders", "Y after 5 letters more"),
        ("ordres", "letter 4 differs: backspace"),
        ("orders-prodY", "1 too many: backspace"),
        ("orders-prod", ""),
    ],
)
def test_a_text_says_what_is_missing_in_it(typed: str, words: str) -> None:
    assert missing(NAME, typed) == words


async def test_a_wrong_text_is_told_while_it_is_typed(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("W")
        await pilot.type("ordres")
        assert "letter 4 differs: backspace" in pilot.text
    assert engine.calls == []


async def test_a_y_that_is_too_early_is_no_letter_of_the_text(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("W")
        await pilot.type("ordersY")
        assert "Y after 5 letters more" in pilot.text
        await pilot.type("-prod")
        await pilot.wait(1)
        await pilot.press("Y")
    assert engine.calls == ["arm orders-prod"]


async def test_the_name_comes_first_whether_a_reason_is_asked_or_not(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit() as pilot:
        await open_lossy_question(pilot)
        await pilot.type(NAME)
        assert "enter, then the reason" in pilot.text
        await pilot.press("Y")
        assert pilot.dialog == "Question"
        await pilot.press("enter")
        assert "Y counts after the reason" in pilot.text
        await pilot.type("Yak release")
        assert "enter, then Y" in pilot.text
        await pilot.press("enter")
        await pilot.wait(1)
        await pilot.press("Y")
    assert engine.calls[-1].endswith("reason=Yak release")


@pytest.mark.parametrize("onward", ["enter", "tab"])
async def test_a_fast_hand_types_into_the_box_that_the_key_went_to(
    open_cockpit: Opened, engine: FakeEngine, onward: str
) -> None:
    async with open_cockpit() as pilot:
        await open_lossy_question(pilot)
        await pilot.burst("o", onward, "b", "a", "d", "shift+tab", "end", "r")
        assert [box.value for box in pilot.app.screen.query(Input)] == ["or", "bad"]


async def test_a_fast_enter_comes_behind_the_letters_and_the_next_ones_go_nowhere(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit() as pilot:
        await open_lossy_question(pilot)
        await pilot.burst(*NAME, "enter", *"bad", "enter", "x", "Y")
        assert [box.value for box in pilot.app.screen.query(Input)] == [NAME, "bad"]
        assert pilot.dialog == "Question"


async def test_a_fast_hand_opens_the_filter_types_and_closes_it(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        await pilot.burst("slash", *"drift", "enter", "3")
        assert pilot.app.board_screen.query_one(Input).value == "drift"
        assert type(pilot.app.page).__name__ == "HistoryScreen"


async def test_a_fast_hand_finds_an_action_by_its_name(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        await pilot.burst("colon", *"view.activity", "enter", "r")
        assert type(pilot.app.page).__name__ == "ActivityScreen"
        assert pilot.dialog == "ActivityScreen"


async def test_a_fast_esc_closes_the_dialog_behind_its_letters_and_before_the_next_key(
    open_cockpit: Opened,
) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("colon")
        await pilot.burst(*"act", "down", "escape", "4")
        assert pilot.dialog == "ActivityScreen"


async def test_the_whole_question_is_one_key_away_at_60x16(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    """Its first danger stands there, with the key that shows them all; esc comes back."""
    found = tuple(f"the reason number {n} why this is dangerous to everybody" for n in range(4))
    plan = canned.plan(Goal(Action.ROLLBACK, last_run=True))
    asked = replace(ceremony(Act.ROLLBACK, canned.standpoint(), plan), dangers=found)
    async with open_cockpit((60, 16)) as pilot:
        pilot.app.push_screen(Question(asked, pilot.app.desk.subject("ROLL BACK 0042, 0041")))
        await pilot.settle()
        assert "the reason number 0" in pilot.text
        assert "and 3 more: pgdn" in pilot.text
        assert "This question needs" not in pilot.text
        await pilot.press("pagedown")
        assert pilot.dialog == "Reading"
        await pilot.press("G", "pagedown")
        assert "the reason number 3" in " ".join(pilot.text.split())
        await pilot.press("escape")
        assert pilot.dialog == "Question"
