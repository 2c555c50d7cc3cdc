"""The walkthrough: a plan as slides, and as a sheet."""

from pathlib import Path

import pytest

from cockpit.tui.app import Cockpit
from tests.tui.conftest import Golden, Opened
from tests.tui.fake_engine import FakeEngine, HandClock
from tests.tui.pilot import CockpitPilot

SIZES = ((80, 24), (120, 32), (60, 16))


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize(("name", "keys"), [("first", ()), ("step", ("c",)), ("last", ("left",))])
async def test_a_slide(
    name: str, keys: tuple[str, ...], size: tuple[int, int], open_cockpit: Opened, golden: Golden
) -> None:
    async with open_cockpit(size) as pilot:
        await pilot.press("down", "p", "w")
        if name == "last":
            await pilot.press(*["c"] * 9)
        await pilot.press(*(keys if name != "last" else ()))
        golden(f"slide-{name}-{size[0]}x{size[1]}", pilot.rows)


async def test_the_slides_end_where_they_end(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        await pilot.press("down", "p", "w", "left", "left")
        assert "1 of 3" in pilot.text
        await pilot.press("right", "enter", "c", "c", "c")
        assert "3 of 3" in pilot.text
        await pilot.press("escape")
        assert pilot.dialog == "PlanScreen"


async def test_c_steps_through_slides_in_a_walkthrough() -> None:
    clock = HandClock()
    engine = FakeEngine(clock, read_only=True)
    app = Cockpit(engine, clock=clock)
    async with app.run_test(size=(80, 24)) as inner:
        pilot = CockpitPilot(app, inner, engine, clock)
        await pilot.settle()
        await pilot.press("down", "p", "c")
        assert pilot.dialog == "SlidesScreen"
        await pilot.press("A", "W", "C")
        assert engine.calls == []


async def test_the_sheet_is_written_beside_the_state(tmp_path: Path) -> None:
    clock = HandClock()
    engine = FakeEngine(clock)
    app = Cockpit(engine, clock=clock, state=tmp_path)
    async with app.run_test(size=(80, 24)) as inner:
        pilot = CockpitPilot(app, inner, engine, clock)
        await pilot.settle()
        await pilot.press("down", "p", "s")
        assert pilot.dialog == "Reading"
        told = "".join(row.strip("┃ ") for row in pilot.rows)  # a long path is broken anywhere
        assert "orders-prod-7f3a01c2.md" in told
    page = (tmp_path / "sheets" / "orders-prod-7f3a01c2.html").read_text()
    text = (tmp_path / "sheets" / "orders-prod-7f3a01c2.md").read_text()
    assert page.count("<svg") == 3
    assert "PENDING 3" in text
    assert "Apply 0043 orders_not_null on orders-prod" in text
    assert engine.calls == []
