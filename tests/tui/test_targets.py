"""Several targets: the list, the change from one to another, and the matrix."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cockpit.analysis.comparison import compare_targets
from cockpit.errors import CredentialError
from cockpit.model.comparison import Comparison
from cockpit.model.target import Environment
from cockpit.tui.app import Cockpit
from cockpit.tui.fleet import Opened, TargetCard
from cockpit.tui.seen import Sightings
from tests.tui import canned
from tests.tui.conftest import Golden
from tests.tui.fake_engine import FakeEngine, HandClock
from tests.tui.pilot import CockpitPilot

CARDS = (
    TargetCard("production", Environment.PRODUCTION, "orders@db-1", "~/.pgpass, line 3",
               "cockpit.toml:4"),
    TargetCard("staging", Environment.STAGING, "orders@db-2", "keyring, where it holds one",
               "cockpit.toml:9"),
    TargetCard("nightly", Environment.UNKNOWN, "orders@nightly.internal.example:6432",
               "password_command vault", "cockpit.toml:14"),
)  # fmt: skip
SIZES = ((80, 24), (120, 32), (60, 16))


@dataclass
class FakeFleet:
    """Opens canned engines, and remembers what was closed."""

    clock: HandClock
    cards: tuple[TargetCard, ...] = CARDS
    calls: list[str] = field(default_factory=list)
    engines: dict[str, FakeEngine] = field(default_factory=dict)

    def open(self, name: str) -> Opened:
        """A staging board for staging; nightly has no password."""
        self.calls.append(f"open {name}")
        if name == "nightly":
            raise CredentialError("The server wants a password; none is found.")
        kind = {"production": Environment.PRODUCTION}.get(name, Environment.STAGING)
        engine = self.engines[name] = FakeEngine(self.clock, canned.board(kind))
        return Opened(engine, lambda: self.calls.append(f"close {name}"))

    def compare(self, names: tuple[str, ...]) -> Comparison:
        """Production against an empty database."""
        boards = [canned.board(), *(canned.empty_board() for _ in names[1:])]
        return compare_targets(boards, [None] * len(boards), lambda version: (version,))


@pytest.fixture
def fleet(clock: HandClock) -> FakeFleet:
    return FakeFleet(clock)


@asynccontextmanager
async def listed(
    fleet: FakeFleet, size: tuple[int, int] = (80, 24), state: Path | None = None
) -> AsyncIterator[CockpitPilot]:
    """The cockpit before any target is open."""
    app = Cockpit(None, fleet=fleet, clock=fleet.clock, state=state)
    async with app.run_test(size=size) as pilot:
        wrapped = CockpitPilot(app, pilot, FakeEngine(fleet.clock), fleet.clock)
        await wrapped.settle()
        yield wrapped


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
async def test_the_list(size: tuple[int, int], fleet: FakeFleet, golden: Golden) -> None:
    async with listed(fleet, size) as pilot:
        await pilot.press("down", "down")
        golden(f"targets-{size[0]}x{size[1]}", pilot.rows)


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
async def test_the_matrix(size: tuple[int, int], fleet: FakeFleet, golden: Golden) -> None:
    async with listed(fleet, size) as pilot:
        await pilot.press("6", "enter")
        golden(f"compare-{size[0]}x{size[1]}", pilot.rows)


async def test_nothing_works_before_a_target_is_open(fleet: FakeFleet) -> None:
    async with listed(fleet) as pilot:
        for key in ("W", "A", "l", "i", "3", "escape"):
            await pilot.press(key)
            assert pilot.dialog == "TargetsScreen", key
            assert "No target is open" in pilot.notice, key


async def test_opening_leads_to_the_board_and_esc_back_to_the_list(fleet: FakeFleet) -> None:
    async with listed(fleet) as pilot:
        await pilot.press("enter")
        assert pilot.dialog == "BoardScreen"
        assert "PROD" in pilot.rows[0]
        await pilot.press("escape")
        assert pilot.dialog == "TargetsScreen"
        await pilot.press("escape")
        assert pilot.dialog == "BoardScreen"
        assert fleet.calls == ["open production"]


async def test_another_target_closes_the_one_before_and_shows_nothing_of_it(
    fleet: FakeFleet,
) -> None:
    async with listed(fleet) as pilot:
        await pilot.press("enter", "p", "0", "down", "enter")
        assert "STAGING" in pilot.rows[0]
        assert fleet.calls == ["open production", "open staging", "close production"]
        await pilot.press("2")
        assert "No plan yet" in pilot.notice


async def test_a_target_that_cannot_be_opened_leaves_the_open_one_open(fleet: FakeFleet) -> None:
    async with listed(fleet) as pilot:
        await pilot.press("enter", "0", "G", "enter")
        assert "wants a password" in pilot.text
        await pilot.press("escape", "escape")
        assert pilot.dialog == "BoardScreen"
        assert "PROD" in pilot.rows[0]
        assert fleet.calls == ["open production", "open nightly"]


async def test_what_was_seen_last_is_remembered(fleet: FakeFleet, tmp_path: Path) -> None:
    async with listed(fleet, state=tmp_path) as pilot:
        await pilot.press("enter", "0")
        assert "3 pending, 1 drifted, 1 missing" in pilot.text
    seen = Sightings(tmp_path).of("production")
    assert seen is not None
    assert seen.words == "3 pending, 1 drifted, 1 missing"


async def test_one_target_has_nothing_to_be_compared_with(clock: HandClock) -> None:
    fleet = FakeFleet(clock, cards=CARDS[:1])
    async with listed(fleet) as pilot:
        await pilot.press("6")
        assert "Compare needs two targets" in pilot.notice
