"""A question cannot be answered by accident."""

import re

import pytest

from cockpit.model.target import Environment
from tests.tui import canned
from tests.tui.conftest import Opened
from tests.tui.fake_engine import FakeEngine

ENVIRONMENTS = (Environment.LOCAL, Environment.DEV, Environment.STAGING)


async def test_the_opening_key_pressed_twice_does_nothing(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("W", "W", "W", "W", "W")
        assert pilot.dialog == "Question"
    assert engine.calls == []


@pytest.mark.parametrize("environment", ENVIRONMENTS)
async def test_a_held_opening_key_does_nothing(
    environment: Environment, open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit(board=canned.board(environment)) as pilot:
        for _ in range(20):
            await pilot.press("W")
            pilot.clock.move(0.04)
        assert pilot.dialog == "Question"
    assert engine.calls == []


@pytest.mark.parametrize("environment", ENVIRONMENTS)
async def test_y_does_not_count_before_its_delay(
    environment: Environment, open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit(board=canned.board(environment)) as pilot:
        await pilot.press("W", "Y")
        assert pilot.dialog == "Question"
        assert engine.calls == []
        await pilot.wait(2)
        await pilot.press("Y")
        assert pilot.dialog == "BoardScreen"
    assert engine.calls == ["arm None"]


async def test_a_held_y_never_counts(open_cockpit: Opened, engine: FakeEngine) -> None:
    async with open_cockpit(board=canned.board(Environment.STAGING)) as pilot:
        await pilot.press("W")
        for _ in range(30):
            await pilot.press("Y")
            pilot.clock.move(0.04)
        assert pilot.dialog == "Question"
    assert engine.calls == []


@pytest.mark.parametrize("environment", [*ENVIRONMENTS, Environment.PRODUCTION])
async def test_a_pasted_yes_does_nothing(
    environment: Environment, open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit(board=canned.board(environment)) as pilot:
        await pilot.press("W")
        await pilot.wait(2)
        await pilot.paste("Y\n")
        assert pilot.dialog == "Question"
    assert engine.calls == []


async def test_a_pasted_name_with_newline_and_yes_submits_nothing(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("W")
        await pilot.paste("orders-prod\nY\n")
        await pilot.press("enter")
        assert engine.calls == []


async def test_a_paste_that_arrives_as_keys_submits_nothing(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    """A terminal without bracketed paste sends the letters one after the other."""
    async with open_cockpit() as pilot:
        await pilot.press("W")
        await pilot.type("orders-prodY")
        await pilot.press("enter", "Y")
    assert engine.calls == []


@pytest.mark.parametrize("environment", ENVIRONMENTS)
async def test_enter_leaves_where_nothing_is_typed(
    environment: Environment, open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit(board=canned.board(environment)) as pilot:
        await pilot.press("W")
        await pilot.wait(2)
        await pilot.press("enter")
        assert pilot.dialog == "BoardScreen"
    assert engine.calls == []


async def test_enter_in_a_text_box_stays_and_names_the_answer(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("W")
        await pilot.type("orders-prod")
        await pilot.wait(2)
        await pilot.press("enter")
        assert pilot.dialog == "Question"
        assert "Y confirms, esc leaves" in pilot.text
        await pilot.press("tab", "enter")
        assert pilot.dialog == "Question"
    assert engine.calls == []


async def test_an_early_y_is_answered_in_words_and_the_next_one_counts(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("W")
        await pilot.type("orders-prod")
        await pilot.press("Y")
        assert "too quick: Y counts in 0.6 s" in pilot.text
        await pilot.wait(1)
        await pilot.press("Y")
    assert engine.calls == ["arm orders-prod"]


async def test_the_text_typed_a_second_time_goes_into_the_box_alone(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    """Its `n` does not leave, its `o` opens no problems, and no other key falls through."""
    async with open_cockpit() as pilot:
        await pilot.press("W")
        await pilot.type("orders-prod")
        await pilot.wait(2)
        await pilot.type("apply on orders-prodY")
        await pilot.wait(2)
        assert pilot.dialog == "Question"
        assert "20 too many: backspace" in pilot.text
    assert engine.calls == []


async def test_a_y_that_follows_other_letters_in_one_burst_does_not_count(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    """A slow line delivers them together; the box has not seen the letters when `Y` arrives."""
    async with open_cockpit() as pilot:
        await pilot.press("W")
        await pilot.type("orders-prod")
        await pilot.wait(2)
        await pilot.burst("x", "Y")
        assert pilot.dialog == "Question"
        await pilot.wait(2)
        await pilot.burst("backspace", "Y")
        assert pilot.dialog == "Question"
        assert "Y counts in" in pilot.text
    assert engine.calls == []


async def test_each_change_of_the_text_starts_the_delay_anew(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("W")
        await pilot.type("orders-prod")
        await pilot.wait(2)
        await pilot.press("x", "backspace", "Y")
        assert "too quick: Y counts in 0.6 s" in pilot.text
    assert engine.calls == []


async def test_the_wrong_name_never_counts(open_cockpit: Opened, engine: FakeEngine) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("W")
        await pilot.type("orders-staging")
        await pilot.wait(5)
        await pilot.press("Y", "tab")
        await pilot.wait(5)
        await pilot.press("Y")
        assert pilot.dialog == "Question"
    assert engine.calls == []


async def test_the_typed_name_and_y_arm(open_cockpit: Opened, engine: FakeEngine) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("W")
        await pilot.type("orders-prod")
        await pilot.wait(1)
        await pilot.press("Y")
        assert "WRITE 15:00" in pilot.rows[0]
    assert engine.calls == ["arm orders-prod"]


LABEL = re.compile(r"^[┃│]  (runs|blocks|loses|leaves|way back)  +\S", re.MULTILINE)
QUESTIONS = {
    "arm": ("W",),
    "lock": ("L",),
    "apply": ("A",),
    "rollback": ("right", "U", "enter"),
    "terminate": ("4", "T"),
}


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("environment", list(Environment))
async def test_a_question_shows_all_five_lines_at_80x24(
    name: str, environment: Environment, open_cockpit: Opened
) -> None:
    board = canned.board(environment)
    async with open_cockpit((80, 24), board=board, armed=name != "arm") as pilot:
        await pilot.press(*QUESTIONS[name])
        assert pilot.dialog == "Question"
        assert LABEL.findall(pilot.text) == ["runs", "blocks", "loses", "leaves", "way back"]
        assert "leave, nothing is changed" in pilot.text
        assert "orders@db-1" in pilot.rows[0]


@pytest.mark.parametrize("size", [(60, 9), (49, 24), (40, 10)], ids=str)
async def test_a_question_that_does_not_fit_any_more_refuses(
    size: tuple[int, int], open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit(board=canned.board(Environment.STAGING)) as pilot:
        await pilot.press("W")
        await pilot.resize(*size)
        await pilot.wait(2)
        await pilot.press("Y")
        assert pilot.dialog == "Question"
        assert "This question needs" in pilot.text
        assert engine.calls == []
        await pilot.resize(80, 24)
        await pilot.wait(2)
        await pilot.press("Y")
    assert engine.calls == ["arm None"]


async def test_a_terminal_that_changes_its_size_starts_the_delay_anew(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit(board=canned.board(Environment.STAGING)) as pilot:
        await pilot.press("W")
        await pilot.wait(2)
        await pilot.resize(90, 30)
        await pilot.press("Y")
        assert pilot.dialog == "Question"
    assert engine.calls == []
