"""No short way to production: a search over everything that a few keys can do.

Each step is one key, with time to count, or the target's name typed letter by letter. Ways that
lead to a screen that was seen with the same keys or fewer are not followed further, nor those that
leave a text in a box that is not the name: no key of these takes letters away.
"""

import re
from collections import deque
from collections.abc import Iterator

import pytest
from textual.widgets import Input

from cockpit.model.event import PhaseReady, RunStarted
from cockpit.tui.widgets.row_list import RowList
from tests.tui import canned
from tests.tui.conftest import Opened
from tests.tui.fake_engine import FakeDeployment, FakeEngine
from tests.tui.pilot import CockpitPilot

NAME = "orders-prod"
KEYS = ("A", "U", "W", "Y", "enter")
"""What opens a question while nothing is armed, and what answers; every other act is refused then
(`test_acts_are_refused`), so that its key leads nowhere."""
CHANGES = re.compile(r"start|proceed|terminate|take_lock|tune|settle|restore|drop")
Way = tuple[str, ...]
Screen = tuple[tuple[str, ...], tuple[str, ...], tuple[str | None, ...], str | None, str]
"""Screens, boxes, cursors, focus and words: what tells two places apart."""


def ready(deployment: FakeDeployment) -> None:
    deployment.say(RunStarted(canned.NOW, "7f3b", "plan", "goal", 5120), PhaseReady(canned.NOW, 0))


async def walk(pilot: CockpitPilot, way: Way) -> Screen:
    """Press the keys of a way; what stands on the screen then."""
    for key in way:
        pilot.clock.move(1.0)
        if key == NAME:
            await pilot.type(NAME)
        else:
            await pilot.press(key)
    app = pilot.app
    return (
        tuple(type(screen).__name__ for screen in app.screen_stack),
        tuple(box.value for box in app.screen.query(Input)),
        tuple(rows.selected for rows in app.screen.query(RowList)),
        app.focused.id if app.focused else None,
        app.notice,
    )


def different(way: Way) -> frozenset[str]:
    return frozenset(way) - {NAME}


class Search:
    """Breadth first, by the number of steps."""

    def __init__(self, allowed: int, longest: int) -> None:
        self._allowed, self._longest = allowed, longest
        self._seen: dict[Screen, list[frozenset[str]]] = {}
        self._queue: deque[tuple[Way, bool]] = deque()

    def ways(self) -> Iterator[Way]:
        """The next ways to try; `came_to` decides which of them are followed."""
        while self._queue:
            way, has_empty_box = self._queue.popleft()
            for key in (*KEYS, NAME) if has_empty_box else KEYS:
                longer = (*way, key)
                if len(different(longer)) <= self._allowed:
                    yield longer

    def came_to(self, way: Way, screen: Screen) -> None:
        """Follow it, unless fewer keys have shown the same, or a box holds another text."""
        if any(not NAME.startswith(value) for value in screen[1]):
            return
        known = self._seen.setdefault(screen, [])
        if len(way) < self._longest and not any(keys <= different(way) for keys in known):
            known.append(different(way))
            self._queue.append((way, "" in screen[1]))


@pytest.mark.parametrize(
    "longest", [2, *(pytest.param(steps, marks=pytest.mark.long) for steps in (3, 4))]
)
async def test_two_different_keys_and_the_name_change_nothing(
    longest: int, open_cockpit: Opened, engine: FakeEngine
) -> None:
    """Every pair of keys that open, answer or move, in every order, with the name in between."""
    engine.planned = lambda _: canned.calm_rollback()
    engine.on_start = ready
    search = Search(2, longest)
    tried = 0
    async with open_cockpit() as pilot:
        search.came_to((), await walk(pilot, ()))
    for way in search.ways():
        tried += 1
        engine.calls.clear()
        engine.grant = None
        async with open_cockpit() as pilot:
            search.came_to(way, await walk(pilot, way))
        assert not [call for call in engine.calls if CHANGES.match(call)], way
    assert tried > len(KEYS) ** 2 / 2


async def test_the_shortest_way_is_three_different_keys_and_the_name(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    """And even it runs nothing: the first phase waits for a fourth key."""
    engine.planned = lambda _: canned.calm_rollback()
    engine.on_start = ready
    async with open_cockpit() as pilot:
        await walk(pilot, ("U", "enter", NAME, "Y"))
        assert pilot.engine.calls[-1].startswith("start")
        await walk(pilot, ("U", "enter", "Y"))
        assert "proceed" not in engine.calls
        await walk(pilot, ("C",))
    assert engine.calls[-1] == "proceed"
