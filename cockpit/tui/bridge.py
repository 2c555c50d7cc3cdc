"""Between the engine's threads and the UI thread: calls go out, answers come as messages.

Textual ends the app when a worker raises, so every worker catches; a coroutine worker started on a
screen is cancelled with the screen, so all of them belong to the app.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from threading import Lock
from typing import TypeVar

from textual.app import App
from textual.message import Message

from cockpit.errors import CockpitError
from cockpit.model.event import Event

T = TypeVar("T")


class EngineSaid(Message):
    """One engine event, carried into the UI thread."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event


class Answered(Message):
    """A call to the engine came back; `deliver` runs in the UI thread."""

    def __init__(self, deliver: Callable[[], None]) -> None:
        super().__init__()
        self.deliver = deliver


class Bridge:
    """Asks the engine without ever blocking the screen."""

    def __init__(self, app: App[int]) -> None:
        self._app = app
        self._turn = Lock()
        self._busy: set[str] = set()
        self._era = 0

    def emit(self, event: Event) -> None:
        """Called from the engine's thread; returns at once."""
        self._app.post_message(EngineSaid(event))

    def forget(self) -> None:
        """Another target is open: what is still on its way about the one before is dropped."""
        self._era += 1
        self._turn = Lock()
        self._busy.clear()

    def busy(self, name: str) -> bool:
        """Whether a call of that name is on its way."""
        return name in self._busy

    def ask(
        self,
        name: str,
        call: Callable[[], T],
        then: Callable[[T], None],
        failed: Callable[[CockpitError], None],
        *,
        at_once: bool = False,
    ) -> None:
        """Run a blocking call in a thread, then one of the two in the UI thread.

        Calls take turns, as they share connections; `at_once` is for stopping, which waits for
        nobody.
        """
        self._busy.add(name)
        turn = nullcontext() if at_once else self._turn
        work = partial(self._work, name, call, then, failed, turn, self._era)
        self._app.run_worker(
            work, name=name, group=name, description=name, thread=True, exit_on_error=False
        )

    def _work(
        self,
        name: str,
        call: Callable[[], T],
        then: Callable[[T], None],
        failed: Callable[[CockpitError], None],
        turn: AbstractContextManager[object],
        era: int,
    ) -> None:
        try:
            with turn:
                deliver = partial(then, call())
        except CockpitError as error:
            deliver = partial(failed, error)
        except Exception as error:  # noqa: BLE001 - a bug below must be told, not end a run's screen
            deliver = partial(failed, _bug(error))
        self._app.post_message(Answered(partial(self._deliver, name, deliver, era)))

    def _deliver(self, name: str, deliver: Callable[[], None], era: int) -> None:
        if era == self._era:
            self._busy.discard(name)
            deliver()


def _bug(error: Exception) -> CockpitError:
    """An unexpected error in words that carry no values: they could hold a password."""
    return CockpitError(
        f"The cockpit made a mistake of its own ({type(error).__name__}).",
        kept="What the engine had finished is kept.",
        next_step="r looks again; cockpit log shows what was written.",
    )
