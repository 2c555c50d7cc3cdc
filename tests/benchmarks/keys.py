"""From a key to the drawn screen, with 10,000 migrations on the board.

`python -m tests.benchmarks.keys [--rows N] [--presses N]`. The clock runs from the moment the key
is in the application's queue until the screen that shows its effect has been composed.
"""

import asyncio
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import quantiles

from textual import events

from cockpit.model.board import Board
from cockpit.model.migration import MigrationSet
from cockpit.model.state import State
from cockpit.tui import app as screens
from cockpit.tui.app import Cockpit
from tests.tui import canned
from tests.tui.fake_engine import FakeEngine, HandClock

KEYS = ("j", "j", "k", "pagedown", "G", "k", "g", "right", "j", "pageup", "left", "j", "v", "v")


@dataclass(frozen=True, slots=True)
class Measured:
    """One kind of screen."""

    what: str
    milliseconds: tuple[float, ...]
    """By the clock on the wall: what else the machine does counts in."""
    processor: tuple[float, ...]
    """Milliseconds of processor time of the same presses."""

    @property
    def p95(self) -> float:
        """95 of 100 are faster."""
        return quantiles(self.milliseconds, n=20)[-1]

    @property
    def processor_p95(self) -> float:
        """95 of 100 take less of the processor."""
        return quantiles(self.processor, n=20)[-1]

    @property
    def words(self) -> str:
        """One row of a table."""
        median = quantiles(self.milliseconds, n=2)[0]
        return f"| {self.what} | {median:.1f} | {self.p95:.1f} | {self.processor_p95:.1f} |"


def large_board(rows: int) -> Board:
    """Nine of ten are applied, the rest is pending."""
    applied, pending = canned.standing("0041"), canned.standing("0044")
    standings = tuple(
        replace(
            applied if number < rows * 0.9 else pending,
            version=f"{20200101000000 + number}",
            name=f"change_number_{number}",
        )
        for number in range(rows)
    )
    files = tuple(s.migration for s in standings if s.migration)
    return replace(canned.board(), standings=standings, migrations=MigrationSet(files))


class TimedCockpit(Cockpit):
    """Says when the screen that follows an action has been composed."""

    CSS_PATH = str(Path(screens.__file__).with_name(Cockpit.CSS_PATH))
    drawn: asyncio.Event | None = None

    def perform(self, action_id: str) -> bool:
        """The gate that every key goes through."""
        done = super().perform(action_id)
        if self.drawn is not None:
            self.screen.call_after_refresh(self.drawn.set)
        return done


async def drawn_after(app: TimedCockpit, key: str) -> float:
    """Milliseconds until the effect of the key is on the screen."""
    app.drawn = asyncio.Event()
    character = key if len(key) == 1 else None
    began = time.perf_counter()
    app.post_message(events.Key(key, character))
    await asyncio.wait_for(app.drawn.wait(), 10)
    return (time.perf_counter() - began) * 1000


async def measure(rows: int, presses: int, size: tuple[int, int] = (80, 24)) -> Measured:
    """The board in every way a hand moves on it."""
    clock = HandClock()
    engine = FakeEngine(clock, board=large_board(rows))
    app = TimedCockpit(engine, clock=clock)
    walls: list[float] = []
    processor: list[float] = []
    async with app.run_test(size=size) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert any(s.state is State.APPLIED for s in engine.board.standings)
        for key in KEYS:  # the first table of a look is made when it is asked for
            await drawn_after(app, key)
        for number in range(presses):
            before = time.process_time()
            walls.append(await drawn_after(app, KEYS[number % len(KEYS)]))
            processor.append((time.process_time() - before) * 1000)
    return Measured(f"{rows:,} migrations, {size[0]}x{size[1]}", tuple(walls), tuple(processor))


def main(arguments: Iterable[str] | None = None) -> int:
    """Print the table."""
    parser = ArgumentParser("python -m tests.benchmarks.keys", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--presses", type=int, default=420)
    chosen = parser.parse_args(list(arguments) if arguments is not None else None)
    lines = ["| board | median ms | p95 ms | p95 ms of processor |", "|---|---:|---:|---:|"]
    for size in ((80, 24), (120, 32), (200, 60)):
        lines.append(asyncio.run(measure(chosen.rows, chosen.presses, size)).words)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
