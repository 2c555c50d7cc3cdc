"""The table of actions keeps its promises: slips of a finger do not act."""

import re

import pytest

from cockpit.tui.actions import ACTIONS, Action

ACTS = [action for action in ACTIONS if action.acts]
TITLES = re.compile(r"[a-z][a-z ]*")


@pytest.mark.parametrize("action", ACTS, ids=lambda a: a.id)
def test_an_act_is_one_capital_letter(action: Action) -> None:
    assert re.fullmatch("[A-Z]", action.key)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda a: a.id)
def test_an_action_explains_itself(action: Action) -> None:
    assert action.help.endswith(".")
    assert "!" not in action.help.replace("!text", "")
    assert TITLES.fullmatch(action.title)


def test_no_key_does_two_things() -> None:
    keys = [key for action in ACTIONS for key in action.key.split(",")]
    assert sorted(keys) == sorted(set(keys))


def test_ids_are_unique() -> None:
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)


def test_no_act_sits_on_y() -> None:
    """`Y` answers questions: it must never be the key that opened one."""
    assert all(action.key != "Y" for action in ACTIONS)
