"""What a look has read lives as long as the screens: Python need not go through it again and again.

A full collection visits every object there is: 0.1 s with 10,000 migrations, in the middle of a
key press, every few presses. https://docs.python.org/3/library/gc.html#gc.freeze
"""

import gc

MANY = 1_000
"""Migrations from which on a full collection is felt."""


class LongLived:
    """Sets aside what is alive when the number of migrations has changed; that happens seldom."""

    def __init__(self) -> None:
        self._number = 0

    def keep(self, number: int) -> None:
        """So many migrations are known now. What is garbage already is collected before."""
        if number == self._number or max(number, self._number) < MANY:
            return
        self._number = number
        gc.unfreeze()
        gc.collect()
        gc.freeze()
