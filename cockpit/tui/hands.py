"""Presses keys on real screens and waits until nothing moves: for pictures, and for tests."""

import asyncio
import unicodedata

from textual.events import Key
from textual.keys import key_to_character
from textual.pilot import Pilot

from cockpit.tui.app import Cockpit

PATIENCE_SECONDS = 60.0
_CALM_ROUNDS = 4
"""A message that is being handled stands in no queue, and the layout posts more afterwards."""
_CHARACTERS = {
    "at": "@", "backslash": "\\", "minus": "-", "plus": "+", "slash": "/", "underscore": "_",
}  # fmt: skip
"""The keys that Textual does not call by the character's name in Unicode."""
_KEYS = {character: key for key, character in _CHARACTERS.items()}


class Hands:
    """On one open cockpit without a terminal."""

    def __init__(self, app: Cockpit, pilot: Pilot[int]) -> None:
        self._app, self._pilot = app, pilot

    async def press(self, *keys: str) -> None:
        """Press keys, each once all is done that came of the last.

        A key is called by its character, or as Textual calls it.
        """
        for key in keys:
            self._post(key)
            await self.still()

    async def burst(self, *keys: str) -> None:
        """Press all of them before anything comes of the first, as a slow line delivers them."""
        for key in keys:
            self._post(key)
        await self.still()

    async def type(self, text: str) -> None:
        """Type it in one burst."""
        await self.burst(*text)

    async def still(self) -> None:
        """Wait until every call has been answered, every message worked off, and all is drawn.

        Asks the queues. Textual's own `pause` watches the processor: it takes 20 ms at least, and
        takes a process that gets no turn on a busy machine for one that has nothing to do.
        Raises `TimeoutError` after a minute.
        """
        calm = 0
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self._app.is_running and calm < _CALM_ROUNDS:
                await self._app.workers.wait_for_complete()
                await self._pilot.pause(0.01 if self._app.drawing.due else 0)
                calm = 0 if self._moves() else calm + 1

    def _post(self, key: str) -> None:
        name = _key(key) if len(key) == 1 else key
        self._app.post_message(Key(name, _CHARACTERS.get(name) or key_to_character(name)))

    def _moves(self) -> bool:
        pumps = (self._app, *self._app.screen.walk_children(with_self=True))
        return (
            self._app.drawing.due
            or any(pump.message_queue_size for pump in pumps)
            or any(not worker.is_finished for worker in self._app.workers)
        )


def _key(character: str) -> str:
    """What Textual calls the key of a character."""
    if character.isalnum():
        return character
    name = unicodedata.name(character).lower().replace("-", "_").replace(" ", "_")
    return _KEYS.get(character, name)
