"""A cockpit over a canned engine, and its screen as text."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from cockpit.model.board import Board
from tests.tui import canned
from tests.tui.fake_engine import FakeEngine, HandClock
from tests.tui.pilot import CockpitPilot, opened

GOLDENS = Path(__file__).parent / "goldens"
Golden = Callable[[str, list[str]], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--regenerate-goldens` writes the screens anew instead of comparing."""
    parser.addoption("--regenerate-goldens", action="store_true", default=False)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare rows of a screen with `goldens/<name>.txt`."""
    regenerate = bool(request.config.getoption("--regenerate-goldens", default=False))

    def compare(name: str, rows: list[str]) -> None:
        path = GOLDENS / f"{name}.txt"
        if regenerate:
            path.write_text("\n".join(rows) + "\n")
        assert path.read_text().split("\n")[:-1] == rows

    return compare


@pytest.fixture
def clock() -> HandClock:
    """Stands at the moment of the canned board."""
    return HandClock()


@pytest.fixture
def engine(clock: HandClock) -> FakeEngine:
    """A production target, read-only."""
    return FakeEngine(clock)


Opened = Callable[..., AbstractAsyncContextManager[CockpitPilot]]


@pytest.fixture
def open_cockpit(engine: FakeEngine, clock: HandClock) -> Opened:
    """Open the screens at a size, on the canned board or another one."""

    @asynccontextmanager
    async def opening(
        size: tuple[int, int] = (80, 24), *, board: Board | None = None, armed: bool = False
    ) -> AsyncIterator[CockpitPilot]:
        if board is not None:
            engine.board = board
        if armed:
            engine.grant = engine.granted()
        async with opened(engine, clock, size) as pilot:
            yield pilot

    return opening


@pytest.fixture
def production() -> Board:
    """Eleven versions in all the usual states."""
    return canned.board()
