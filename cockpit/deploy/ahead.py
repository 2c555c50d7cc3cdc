"""A question to git that is asked before anybody needs the answer."""

from collections.abc import Callable, Mapping
from threading import Thread
from typing import Generic, TypeVar

from cockpit.errors import CockpitError

Answer = TypeVar("Answer")


class Ahead(Generic[Answer]):
    """Asks on a thread of its own, which nothing waits for when the program ends."""

    def __init__(self, folder: str, refs: Mapping[str, str], ask: Callable[[], Answer]) -> None:
        self.folder, self.refs = folder, refs
        self._ask = ask
        self._answer: Answer | None = None
        self._error: CockpitError | None = None
        self._thread = Thread(target=self._run, name="git's past", daemon=True)
        self._thread.start()

    def result(self) -> Answer:
        """Wait for it. Raises what asking raised."""
        self._thread.join()
        if self._answer is not None:
            return self._answer
        raise self._error or CockpitError("Git's past was not read to its end.")

    def _run(self) -> None:
        try:
            self._answer = self._ask()
        except CockpitError as error:
            self._error = error
