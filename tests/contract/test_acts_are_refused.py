"""Every act is refused when it must be, through key, palette and mouse alike."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from cockpit.tui.actions import ACTIONS, BY_ID, Action
from cockpit.tui.dialogs.dialog import Dialog
from cockpit.tui.situation import Situation
from tests.tui import canned
from tests.tui.conftest import Opened
from tests.tui.fake_engine import FakeEngine, HandClock
from tests.tui.pilot import CockpitPilot, opened

ACTS = [action for action in ACTIONS if action.acts]
Way = Callable[[CockpitPilot, Action], Awaitable[bool]]


async def by_key(pilot: CockpitPilot, action: Action) -> bool:
    """Press it."""
    await pilot.press(action.key)
    return True


async def by_palette(pilot: CockpitPilot, action: Action) -> bool:
    """Open the palette, type as much of its sentence as tells it apart, press enter."""
    await pilot.press("colon")
    await pilot.type(telling(action))
    await pilot.press("enter")
    return True


def telling(action: Action) -> str:
    """The shortest beginning of its help that no other action answers to; most of it else."""
    sentence = action.help.lower()
    for length in range(3, 30):
        words = sentence[:length].split()
        if sum(all(word in searched(a) for word in words) for a in ACTIONS) == 1:
            return sentence[:length]
    return sentence[:30]


def searched(action: Action) -> str:
    """What the palette looks through."""
    return f"{action.id} {action.title} {action.help} {action.group}".lower()


async def by_mouse(pilot: CockpitPilot, action: Action) -> bool:
    """Click its hint, where the screen shows one."""
    return await pilot.click_hint(action.id)


def read_only(engine: FakeEngine, clock: HandClock) -> None:
    """Nothing was armed."""


def disconnected(engine: FakeEngine, clock: HandClock) -> None:
    """Armed, then the database went away."""
    engine.grant = engine.granted()
    engine.board = canned.unreachable_board()


def stale(engine: FakeEngine, clock: HandClock) -> None:
    """Armed, but the board is older than ten seconds."""
    engine.grant = engine.granted()
    engine.board = replace(canned.board(), as_of=canned.NOW.replace(minute=57))


def locked(engine: FakeEngine, clock: HandClock) -> None:
    """Armed, but somebody else has the deployment lock."""
    engine.grant = engine.granted()
    engine.board = canned.locked_board()


def walkthrough(engine: FakeEngine, clock: HandClock) -> None:
    """Writing cannot be armed in this process."""
    engine.read_only = True


REASONS = {
    read_only: "Read-only. W arms writing on orders-prod.",
    disconnected: "The database is unreachable",
    stale: "Acts wait for a fresh look",
    locked: "l shows who has the deployment lock: kim@bastion",
    walkthrough: "Walkthrough: writing cannot be armed",
}
NEVER_THERE = {"redo": "Redo exists on unprotected targets only"}
"""What a protected target refuses before anything else."""
ALLOWED = {
    read_only: {"arm", "apply", "rollback", "resume"},
    disconnected: {"arm"},
    stale: {"arm"},
    locked: {"arm"},
    walkthrough: set[str](),
}
"""What stays possible: arming in read-only, and to ask for a run, whose question allows writing for
that run alone; disarming where writing is armed."""

UNSEEN = {(read_only, by_mouse), (walkthrough, by_mouse)}
"""Where the board shows no hint of an act that it would refuse."""


@pytest.mark.parametrize("way", [by_key, by_palette, by_mouse], ids=lambda f: f.__name__)
@pytest.mark.parametrize("state", REASONS, ids=lambda f: f.__name__)
async def test_no_act_starts_anything(state: Callable[..., None], way: Way) -> None:
    clock = HandClock()
    engine = FakeEngine(clock)
    state(engine, clock)
    tried = 0
    async with opened(engine, clock, (80, 24)) as pilot:
        for action in (a for a in ACTS if a.id not in ALLOWED[state]):
            if not await way(pilot, action):
                continue
            tried += 1
            assert not isinstance(pilot.app.screen, Dialog), action.id
            here = not action.screens or "board" in action.screens
            expected = REASONS[state] if here else "works on"
            if state is read_only:
                expected = NEVER_THERE.get(action.id, expected)
            assert expected in pilot.notice, action.id
    assert engine.calls == []
    assert (tried == 0) is ((state, way) in UNSEEN)


async def test_looking_works_in_every_state(open_cockpit: Opened) -> None:
    async with open_cockpit(board=canned.unreachable_board()) as pilot:
        for key, dialog in (("i", "Reading"), ("l", "LocksScreen"), ("3", "HistoryScreen")):
            await pilot.press(key)
            assert pilot.dialog == dialog
            await pilot.press("escape")


async def test_redo_is_refused_on_a_protected_target(open_cockpit: Opened) -> None:
    async with open_cockpit(armed=True) as pilot:
        await pilot.press("right", "D")
        assert "unprotected targets only" in pilot.notice


@pytest.mark.parametrize(
    ("action", "now", "reason"),
    [
        ("lock", {"board": canned.locked_board()}, "l shows who has the deployment lock"),
        ("settle", {}, "Select a migration first."),
        ("terminate", {"screen": "activity"}, "No other session is under the cursor"),
    ],
)
def test_what_arming_would_not_help_is_said_before_how_to_arm(
    action: str, now: dict[str, Any], reason: str
) -> None:
    standing = Situation(**{"board": canned.board(), **now})
    assert BY_ID[action].refused(standing).startswith(reason)
    assert standing.grant is None
