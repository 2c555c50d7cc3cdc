"""Ten thousand migrations: what is not seen costs nothing, at any size of the terminal."""

import gc
from collections.abc import Iterator
from statistics import median

import pytest

from cockpit.tui.app import Cockpit
from cockpit.tui.long_lived import MANY, REST_SECONDS, LongLived
from cockpit.tui.present.board_rows import table_items
from cockpit.tui.present.item import Rows, StandingItem
from tests.benchmarks.keys import large_board, measure
from tests.tui.conftest import Opened


@pytest.fixture
def collector() -> Iterator[None]:
    """Python's collector as it was before."""
    usual = gc.get_threshold()
    gc.unfreeze()
    yield
    gc.unfreeze()
    gc.set_threshold(*usual)


@pytest.mark.usefixtures("collector")
@pytest.mark.parametrize("size", [(80, 24), (120, 32), (200, 60)])
async def test_a_key_among_ten_thousand_migrations_costs_little_processor(
    size: tuple[int, int],
) -> None:
    """The measurement itself is `python -m tests.benchmarks.keys`; this is its short form."""
    measured = await measure(10_000, 28, size)
    assert median(measured.processor) < 50


def test_only_rows_that_are_asked_for_are_laid_out() -> None:
    board = large_board(3_000)
    items = table_items(board, board.standings, 78)
    rows = Rows(items)
    assert len(rows) == 3_000
    assert "change_number_7" in rows[7].plain
    assert [row.plain for row in rows[7:9]] == [rows[7].plain, rows[8].plain]
    laid_out = [item for item in items if isinstance(item, StandingItem) and "lines" in vars(item)]
    assert [item.key for item in laid_out] == [board.standings[n].version for n in (7, 8)]


@pytest.mark.usefixtures("collector")
def test_what_was_read_is_set_aside_once() -> None:
    kept = LongLived()
    kept.keep(MANY - 1)
    assert gc.get_freeze_count() == 0
    kept.keep(MANY)
    frozen = gc.get_freeze_count()
    assert frozen > 0
    later = [LongLived() for _ in range(100)]
    kept.keep(MANY)
    assert gc.get_freeze_count() <= frozen
    kept.keep(0)
    assert gc.get_freeze_count() > frozen
    assert len(later) == 100


@pytest.mark.usefixtures("collector")
def test_a_full_collection_waits_for_a_rest() -> None:
    usual = gc.get_threshold()
    kept = LongLived()
    kept.keep(MANY)
    assert gc.get_threshold()[2] > usual[2]
    for _ in range(3):
        gc.collect(1)
    waiting = gc.get_count()[2]
    kept.rest(0.2)
    assert gc.get_count()[2] >= waiting > 0
    kept.rest(REST_SECONDS)
    assert gc.get_count()[2] == 0
    kept.end()
    assert gc.get_threshold() == usual


@pytest.mark.usefixtures("collector")
def test_few_migrations_leave_the_collector_as_it_is() -> None:
    usual = gc.get_threshold()
    kept = LongLived()
    kept.keep(MANY - 1)
    assert gc.get_threshold() == usual
    kept.keep(MANY)
    kept.keep(1)
    assert gc.get_threshold() == usual


class Telltale:
    """A call whose description would take long, and might hold what nobody is to see."""

    def __init__(self) -> None:
        self.described = False

    def __repr__(self) -> str:
        self.described = True
        return "everything it knows"

    def __call__(self) -> int:
        return 42


async def test_asking_the_engine_describes_no_argument(open_cockpit: Opened) -> None:
    async with open_cockpit() as pilot:
        app, call = pilot.app, Telltale()
        heard: list[int] = []
        assert isinstance(app, Cockpit)
        app.bridge.ask("number", call, heard.append, app.tell)
        await pilot.settle()
        assert heard == [42]
        assert not call.described
