"""SIGTERM and SIGHUP end a demo the way it ends itself: everything is put away first."""

import signal
from types import FrameType, TracebackType
from typing import Self

_NUMBERS = (signal.SIGTERM, signal.SIGHUP)


class Ending:
    """While the block runs, a terminal that goes away or a request to end is remembered.

    A handler that raises would do so anywhere: in the middle of a query, whose connection is then
    of no use for cleaning up, or in a callback of the garbage collector, which swallows it. So the
    places where work begins ask. Whoever cannot wait asks twice, and that does raise.
    """

    def __init__(self) -> None:
        self._asked = 0
        self._before = {number: signal.getsignal(number) for number in _NUMBERS}

    def __enter__(self) -> Self:
        self.listen()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def listen(self) -> None:
        """Take the signals, again after somebody else had them."""
        for number in _NUMBERS:
            signal.signal(number, self._hear)

    def check(self) -> None:
        """Raise `SystemExit` if the end was asked for."""
        if self._asked:
            raise SystemExit(128 + self._asked)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self.check()
        self._asked = number
