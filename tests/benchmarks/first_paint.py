"""From nothing to the first picture, while the database does not answer.

`python -m tests.benchmarks.first_paint [--times N]`. Each time a new Python starts, loads the
screens over an engine whose look does not come back, and ends when they are drawn.
"""

import asyncio
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterable
from statistics import median
from threading import Event

from cockpit.model.board import Board
from cockpit.tui.app import Cockpit
from tests.tui.fake_engine import FakeEngine, HandClock
from tests.tui.screen_text import rows


class SilentEngine(FakeEngine):
    """Looks until it is let go."""

    def __init__(self, clock: HandClock) -> None:
        super().__init__(clock)
        self.answers = Event()

    def look(self) -> Board:
        """Not before somebody says so."""
        self.answers.wait()
        return super().look()


async def paint() -> list[str]:
    """The rows of the first picture."""
    clock = HandClock()
    engine = SilentEngine(clock)
    app = Cockpit(engine, clock=clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shown = rows(app)
        sys.stdout.write(f"{time.process_time() * 1000:.0f}\n")
        engine.answers.set()
        await app.workers.wait_for_complete()
    return shown


def main(arguments: Iterable[str] | None = None) -> int:
    """Print the medians."""
    parser = ArgumentParser("python -m tests.benchmarks.first_paint", description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--once", action="store_true", help="paint, and say what it took")
    chosen = parser.parse_args(list(arguments) if arguments is not None else None)
    if chosen.once:
        assert any("reading" in row for row in asyncio.run(paint()))
        return 0
    walls, processor = [], []
    for _ in range(chosen.times):
        began = time.perf_counter()
        command = [sys.executable, "-m", "tests.benchmarks.first_paint", "--once"]
        told = subprocess.run(command, check=True, capture_output=True, text=True)
        walls.append((time.perf_counter() - began) * 1000)
        processor.append(float(told.stdout))
    sys.stdout.write(f"{median(walls):.0f} ms by the clock, the end of Python included; ")
    sys.stdout.write(f"{median(processor):.0f} ms of processor\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
