"""Words that are said once: to somebody new, and before a run over a bare ssh connection."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta, timezone
from pathlib import Path

import pytest

from cockpit.tui.app import Cockpit
from cockpit.tui.hints import FIRST_TIME
from cockpit.tui.present.local_time import in_zone
from tests.tui import canned
from tests.tui.fake_engine import FakeEngine, HandClock
from tests.tui.pilot import CockpitPilot

EAST = timezone(timedelta(hours=3), "MSK")
SSH = {"SSH_TTY": "/dev/pts/3"}


@asynccontextmanager
async def at_home(
    state: Path | None, environment: dict[str, str] | None = None
) -> AsyncIterator[CockpitPilot]:
    """A cockpit with a folder of its own."""
    clock = HandClock()
    engine = FakeEngine(clock)
    engine.planned = lambda _: canned.calm_rollback()
    app = Cockpit(engine, clock=clock, state=state, environment=environment, zone=EAST)
    async with app.run_test(size=(80, 24)) as inner:
        pilot = CockpitPilot(app, inner, engine, clock)
        await pilot.settle()
        yield pilot


async def test_a_hint_goes_away_after_a_few_keys_and_stays_away(tmp_path: Path) -> None:
    async with at_home(tmp_path) as pilot:
        assert "first time here" in pilot.text
        await pilot.press("down", "down", "up")
        await pilot.press("down")
        assert "first time here" not in pilot.text
        await pilot.press("3")
        assert FIRST_TIME["history"] in pilot.text
    async with at_home(tmp_path) as pilot:
        assert "first time here" not in pilot.text


async def test_help_is_enough_to_know_a_screen(tmp_path: Path) -> None:
    async with at_home(tmp_path) as pilot:
        await pilot.press("question_mark", "escape")
        assert "first time here" not in pilot.text


async def test_without_a_folder_nothing_is_hinted() -> None:
    async with at_home(None) as pilot:
        assert "first time here" not in pilot.text


def test_every_screen_but_the_report_has_a_hint_that_fits() -> None:
    assert all(len(words) <= 76 for words in FIRST_TIME.values())


async def test_a_bare_ssh_connection_is_named_once_before_a_protected_run(tmp_path: Path) -> None:
    async with at_home(tmp_path, SSH) as pilot:
        await pilot.press("right", "U", "enter")
        assert pilot.dialog == "Reading"
        assert "without tmux or screen" in pilot.text
        await pilot.press("escape")
        assert pilot.dialog == "Question"
        await pilot.press("escape", "escape", "right", "U", "enter")
        assert pilot.dialog == "Question"
    async with at_home(tmp_path, SSH) as pilot:
        await pilot.press("right", "U", "enter")
        assert pilot.dialog == "Question"


@pytest.mark.parametrize("environment", [{}, {**SSH, "TMUX": "x"}, {**SSH, "STY": "x"}])
async def test_a_kept_terminal_is_not_talked_about(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    async with at_home(tmp_path, environment) as pilot:
        await pilot.press("right", "U", "enter")
        assert pilot.dialog == "Question"


async def test_times_are_local_on_demand_and_copied_in_utc(tmp_path: Path) -> None:
    async with at_home(tmp_path) as pilot:
        await pilot.press("3", "f3")
        assert "2026-11-21 03:58:40L" in pilot.text
        assert "times are MSK" in pilot.text
        await pilot.press("y")
        assert "00:58:40Z" in (tmp_path / "copied.txt").read_text()
        await pilot.press("f3")
        assert "2026-11-21 00:58:40Z" in pilot.text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("at 02:58:40Z", "at 05:58:40L"),
        ("2026-11-21 23:00:00Z", "2026-11-22 02:00:00L"),
        ("times are UTC", "times are MSK"),
        ("at 99:58:40Z", "at 99:58:40Z"),
        ("nothing to see", "nothing to see"),
    ],
)
def test_a_local_time_is_as_wide_as_utc(text: str, shown: str) -> None:
    assert in_zone(text, date(2026, 11, 21), EAST) == shown
    assert len(shown) == len(text)
