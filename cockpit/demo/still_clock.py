"""The clock of the pictures: it stands until somebody moves it."""

import time
from datetime import UTC, datetime, timedelta
from threading import Condition

NOW = datetime(2026, 8, 18, 2, 58, 40, tzinfo=UTC)
"""When the pictures are taken; a week after the story's last commit."""


class StillClock:
    """The time of engine and screens at once. Waiting is real, because the server is."""

    def __init__(self) -> None:
        self._moved = 0.0

    def now(self) -> datetime:
        """The moment of the picture."""
        return NOW + timedelta(seconds=self._moved)

    def seconds(self) -> float:
        """The same as seconds from some fixed point."""
        return self._moved

    def monotonic(self) -> float:
        """Seconds that go by for real: the engine counts its patience with them."""
        return time.monotonic()

    def wait(self, condition: Condition, seconds: float) -> None:
        """Wait for real."""
        condition.wait(seconds)

    def move(self, seconds: float) -> None:
        """Let time go by."""
        self._moved += seconds
