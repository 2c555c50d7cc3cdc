"""Help says what the pane with the focus shows, and everything in it can be searched and run."""

import pytest

from cockpit.tui.actions import BY_ID
from cockpit.tui.present.prose import prose
from cockpit.tui.screens.page import Page
from tests.tui.conftest import Opened

SCREENS = {
    "board": ("escape",),
    "plan": ("p",),
    "history": ("3",),
    "activity": ("4",),
    "locks": ("l",),
}


async def test_the_pane_with_the_focus_is_explained(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("enter", "question_mark")
        assert "help · board · detail" in pilot.text
        assert "the strongest lock on each table" in pilot.text
        await pilot.press("enter")
        assert pilot.dialog == "BoardScreen"
        assert "[plan]" in pilot.text


async def test_the_first_pane_has_the_help_of_its_screen(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("question_mark")
        assert "help · board ━" in pilot.text
        assert "PENDING: in git, not applied." in pilot.text


async def test_what_is_typed_leaves_the_actions_that_it_names(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("question_mark")
        await pilot.type("incident")
        assert "PENDING: in git" not in pilot.text
        assert "no action is called that" in pilot.text


@pytest.mark.parametrize("size", [(80, 24), (60, 16)])
async def test_the_words_come_back_above_the_first_action(
    size: tuple[int, int], open_cockpit: Opened
) -> None:
    async with open_cockpit(size) as pilot:
        await pilot.press("question_mark")
        assert "enter run it" in pilot.text
        assert " W " in pilot.text
        await pilot.press(*["down"] * 20)
        assert "PENDING: in git" not in pilot.text
        await pilot.press(*["up"] * 32)
        assert "PENDING: in git" in pilot.text


@pytest.mark.parametrize("name", SCREENS)
async def test_help_is_about_panes_and_actions_that_are_there(
    name: str, open_cockpit: Opened
) -> None:
    async with open_cockpit() as pilot:
        await pilot.press(*SCREENS[name])
        page = pilot.app.screen
        assert isinstance(page, Page)
        assert page.PANES
        for pane, told in page.PANES.items():
            assert page.query_one(f"#{pane}").can_focus
            for action in told.actions:
                screens = BY_ID[action].screens
                assert not screens or name in screens, f"{action} is for {screens}"


def test_marks_become_roles() -> None:
    first, empty = prose("**A** runs, *plan* shows, `x` asks")
    assert first.spans == (
        ("A", "strong"), (" runs, ", ""), ("plan", "title"), (" shows, ", ""), ("x", "key"),
        (" asks", ""),
    )  # fmt: skip
    assert empty.plain == ""
