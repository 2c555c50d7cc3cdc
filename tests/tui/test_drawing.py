"""A run of many short steps is drawn a few times a second, whatever the engine says meanwhile."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta

from cockpit.model.event import (
    Event,
    PhaseFinished,
    PhaseStarted,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
)
from cockpit.model.plan import Plan
from cockpit.tui.present.run_view import after, begun
from cockpit.tui.present.run_words import StepRows
from tests.tui import canned
from tests.tui.conftest import Opened
from tests.tui.fake_engine import FakeEngine

AT = canned.NOW
PHASES, STEPS = 100, 5


def many_steps() -> Plan:
    """A hundred calm phases of five statements."""
    base = canned.calm_rollback()
    phase = base.phases[0]
    phases = [
        replace(
            phase,
            version=f"{number:04}",
            steps=tuple(
                replace(phase.steps[0], number=number * STEPS + place + 1) for place in range(STEPS)
            ),
        )
        for number in range(PHASES)
    ]
    return replace(base, phases=tuple(phases))


def said() -> list[Event]:
    """What the engine says of them."""
    events: list[Event] = [RunStarted(AT, "x", "plan", "goal", 1)]
    for phase in range(PHASES):
        events.append(PhaseStarted(AT, phase))
        for step in range(phase * STEPS + 1, phase * STEPS + STEPS + 1):
            events += [StepStarted(AT, step), StepFinished(AT, step, timedelta(milliseconds=3))]
        events.append(PhaseFinished(AT, phase, timedelta(milliseconds=20)))
    return [*events, RunFinished(AT, "x", "done", "all of it", "", "", "", 0)]


async def test_a_thousand_events_cost_less_than_a_second_of_processor(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    engine.planned = lambda _: many_steps()
    async with open_cockpit(armed=True) as pilot:
        await pilot.press("right", "U", "enter")
        await pilot.type("orders-prod")
        await pilot.wait(1)
        await pilot.press("Y")
        assert engine.deployment is not None
        before = time.process_time()
        for number, event in enumerate(said()):
            engine.deployment.say(event)
            if number % 12 == 0:
                await asyncio.sleep(0)
        await pilot.settle()
        assert time.process_time() - before < 1.0
        assert "how it ended" in pilot.text


def test_rows_that_have_not_changed_are_the_same_objects() -> None:
    view, rows = begun(many_steps()), StepRows()
    first = rows.items(view, AT)
    second = rows.items(after(view, StepStarted(AT, 7)), AT)
    changed = [at for at, pair in enumerate(zip(first, second, strict=True)) if pair[0] != pair[1]]
    assert len(changed) == 1
    assert sum(a is b for a, b in zip(first, second, strict=True)) == len(first) - 1


async def test_the_readers_cursor_stays_where_the_reader_put_it(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    engine.planned = lambda _: many_steps()
    async with open_cockpit(armed=True) as pilot:
        await pilot.press("right", "U", "enter")
        await pilot.type("orders-prod")
        await pilot.wait(1)
        await pilot.press("Y")
        assert engine.deployment is not None
        engine.deployment.say(RunStarted(AT, "x", "p", "g", 1), PhaseStarted(AT, 0))
        engine.deployment.say(StepStarted(AT, 1))
        await pilot.wait(1)
        await pilot.press("G")
        engine.deployment.say(StepFinished(AT, 1, timedelta(0)), StepStarted(AT, 2))
        await pilot.wait(1)
        assert "500" in pilot.text


async def test_a_long_run_leaves_its_keys_in_sight_in_a_small_terminal(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    engine.planned = lambda _: many_steps()
    async with open_cockpit(armed=True) as pilot:
        await pilot.press("right", "U", "enter")
        await pilot.type("orders-prod")
        await pilot.wait(1)
        await pilot.press("Y")
        assert engine.deployment is not None
        engine.deployment.say(RunStarted(AT, "x", "p", "g", 1), PhaseStarted(AT, 0))
        await pilot.resize(60, 16)
        assert "H hold" in pilot.rows[-1]
        assert "phase 1 of 100, between two steps" in pilot.text
