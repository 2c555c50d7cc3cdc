"""Keys that arrive together take effect one after the other, in the order they were pressed.

A terminal hands over whatever came in one read, and over a slow connection that is a name, a Tab
and a reason at once. Left alone, each key goes into the queue of the widget that has the focus
when it is read: letters behind a Tab land in the box that the Tab is about to leave, and what is
bound above all widgets is done before the letters ahead of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable

from textual import events
from textual.app import App
from textual.dom import DOMNode

Typed = events.Key | events.Paste

_ROUNDS = 3
"""Behind the key itself; behind what it caused there, as a box tells its dialog of Enter; and, as
the focus may be elsewhere then, until a dialog that it opened is there to take the next one."""


class OneByOne:
    """Holds a key back until the one before it is through."""

    def __init__(
        self,
        app: App[int],
        give: Callable[[Typed], Awaitable[None]],
        act: Callable[[events.Key], Awaitable[bool]],
    ) -> None:
        """`give` hands a key to whoever has the focus at that moment.

        `act` does at once what a key means where no widget looks at keys, and is False elsewhere:
        a key that is held down moves through a list without a drawing for every row.
        """
        self._app, self._give, self._act = app, give, act
        self._waiting: deque[Typed] = deque()
        self._busy = False

    async def take(self, key: Typed) -> None:
        """Give it now, or as soon as all keys before it are through."""
        self._waiting.append(key)
        if not self._busy:
            await self._give_next()

    async def _give_next(self) -> None:
        self._busy = bool(self._waiting)
        if not self._waiting:
            return
        key, way = self._waiting.popleft(), self._way()
        if not (isinstance(key, events.Key) and await self._act(key)):
            await self._give(key)
        elif self._app.screen.is_mounted:
            # The focus that an action has moved is a callback in the application's own queue.
            self._app.call_later(self._give_next)
            return
        await self._follow(way, way, _ROUNDS)

    def _way(self) -> list[DOMNode]:
        """Every queue that a key goes through which nobody stops; the application's is the last."""
        nodes = (self._app.focused or self._app.screen).ancestors_with_self
        return [*(node for node in nodes if node is not self._app), self._app]

    async def _follow(self, left: list[DOMNode], way: list[DOMNode], rounds: int) -> None:
        """Send a mark behind the key through what is `left` of its way, `rounds` times.

        What was taken away meanwhile is passed over. Nothing follows once the application ends.
        """
        for at, node in enumerate(left):
            if node.call_later(self._follow, left[at + 1 :], way, rounds):
                return
        if left:
            return
        if rounds == 1:
            await self._give_next()
        else:
            way = way if rounds == _ROUNDS else self._way()
            await self._follow(way, way, rounds - 1)
