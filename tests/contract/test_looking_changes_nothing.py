"""Whatever is pressed on a read-only production target, the engine is asked for looks only."""

import random

import pytest

from cockpit.tui.actions import ACTIONS
from tests.tui import canned
from tests.tui.conftest import Opened
from tests.tui.fake_engine import FakeEngine

LEAVING = {"q"}
KEYS = sorted(
    {key for action in ACTIONS for key in action.key.split(",")} - LEAVING | {"Y", "enter", "space"}
)
BOARDS = [
    canned.board(),
    canned.unreachable_board(),
    canned.locked_board(),
    canned.empty_board(),
    canned.troubled_board(),
]


@pytest.mark.parametrize("seed", range(4))
async def test_a_cat_on_the_keyboard(seed: int, open_cockpit: Opened, engine: FakeEngine) -> None:
    dice = random.Random(seed)  # noqa: S311 - which keys, not which secrets
    async with open_cockpit(dice.choice([(50, 14), (60, 16), (80, 24), (120, 32)])) as pilot:
        for _ in range(60):
            await pilot.press(dice.choice(KEYS))
            pilot.clock.move(dice.random())
            if dice.random() < 0.05:
                engine.board = dice.choice(BOARDS)
    assert engine.calls == []
