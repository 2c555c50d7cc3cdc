"""Keys can be changed, and a key map that cannot work is refused at the start."""

import pytest

from cockpit.errors import UsageError
from cockpit.tui.actions import ACTIONS
from cockpit.tui.app import Cockpit
from cockpit.tui.keymap import checked
from cockpit.tui.start import run
from tests.tui.fake_engine import FakeEngine, HandClock
from tests.tui.screen_text import rows


def test_a_title_leaves_room_before_the_sentence_behind_it() -> None:
    """In the list of actions both are columns."""
    assert [action.title for action in ACTIONS if len(action.title) > 13] == []


def test_an_unknown_id_names_the_nearest() -> None:
    with pytest.raises(UsageError) as error:
        checked({"aply": "Z"})
    assert error.value.next_step == "The nearest is apply."


@pytest.mark.parametrize("key", ["a", "enter", "1", "ctrl+a", "f5", "B,b", ""])
def test_an_act_keeps_a_capital_letter(key: str) -> None:
    with pytest.raises(UsageError):
        checked({"apply": key})


def test_a_clash_names_both() -> None:
    with pytest.raises(UsageError, match="binds U to both apply and rollback"):
        checked({"apply": "U"})


def test_keys_may_be_swapped() -> None:
    assert checked({"apply": "U", "rollback": "A"}) == {"apply": "U", "rollback": "A"}


@pytest.mark.parametrize("written", ["?", "/", ":", "esc"])
def test_keys_are_written_as_people_write_them(written: str) -> None:
    with pytest.raises(UsageError, match="to both"):
        checked({"refresh": written})


def test_an_unknown_theme_is_refused_before_anything_is_drawn() -> None:
    with pytest.raises(UsageError) as error:
        run(FakeEngine(HandClock()), theme="neon")
    assert "cockpit-light" in error.value.next_step


async def test_a_changed_key_works_and_is_shown() -> None:
    clock = HandClock()
    app = Cockpit(FakeEngine(clock), clock=clock, keys={"arm": "Z", "help": "f4"})
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "Z arm" in rows(app)[-1]
        await pilot.press("W")
        assert type(app.screen).__name__ == "BoardScreen"
        await pilot.press("Z")
        assert type(app.screen).__name__ == "Question"
