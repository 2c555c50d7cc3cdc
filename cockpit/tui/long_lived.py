"""Python goes through what it keeps when nobody presses a key, and never again through a look.

A full collection visits every object there is: 0.1 s with 10,000 migrations, in the middle of a
key press, every few presses. What a look has read lives as long as the screens and is set aside;
for the rest, lists that were drawn and Textual's rows, a full collection waits for a rest.
https://docs.python.org/3/library/gc.html#gc.freeze
"""

import gc

MANY = 1_000
"""Migrations from which on a full collection is felt."""
REST_SECONDS = 1.0
"""So long without a key is a rest."""
_YOUNG = 5_000
"""New objects before Python looks among them for garbage; by default 700, a tenth of what one key
press makes and throws away."""
_DUE = 2
"""Middle collections after which a full one is due: it is done at the next rest, ..."""
_LATEST = 100
"""... and after so many at the latest: some hundreds of presses without a rest."""


class LongLived:
    """Sets aside what is alive when the number of migrations has changed; that happens seldom."""

    def __init__(self) -> None:
        self._number = 0
        self._usual = gc.get_threshold()

    def keep(self, number: int) -> None:
        """So many migrations are known now. What is garbage already is collected before."""
        if number == self._number or max(number, self._number) < MANY:
            return
        self._number = number
        gc.set_threshold(*((_YOUNG, 10, _LATEST) if number >= MANY else self._usual))
        gc.unfreeze()
        gc.collect()
        gc.freeze()

    def rest(self, seconds: float) -> None:
        """No key was pressed for so long: a collection that is due disturbs nobody now."""
        if self._number >= MANY and seconds >= REST_SECONDS and gc.get_count()[2] >= _DUE:
            gc.collect()

    def end(self) -> None:
        """The screens are gone: Python collects as it did before."""
        gc.set_threshold(*self._usual)
