"""The bell and the title of the terminal: for whoever looks at another window meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cockpit.model.event import Event, PhaseFailed, PhaseReady, PhaseStarted, RunFinished
from cockpit.present.harmless import harmless

if TYPE_CHECKING:
    from cockpit.tui.app import Cockpit

_KEEP, _GIVE_BACK = "\x1b[22;0t", "\x1b[23;0t"
"""xterm's stack of titles; terminals without one ignore both."""


class Attention:
    """Rings once when the operator is needed, and says in the title what for."""

    def __init__(self, app: Cockpit) -> None:
        self._app = app
        self.title = ""
        """The last one that was set."""

    def keep(self) -> None:
        """Before the first title of ours."""
        self._write(_KEEP)

    def give_back(self) -> None:
        """The title that was there before us."""
        self._write(_GIVE_BACK)

    def heard(self, event: Event) -> None:
        """What a run said; a phase that goes on by itself needs nobody."""
        match event:
            case PhaseReady():
                self._ring(f"phase {event.index + 1} waits for you")
            case PhaseStarted():
                self._say(f"phase {event.index + 1} of {self._phases} runs")
            case PhaseFailed():
                self._ring(f"phase {event.index + 1} FAILED")
            case RunFinished() if event.outcome == "done":
                self._ring("the run is done")
            case RunFinished() if event.outcome != "failed":
                self._ring(f"the run ended: {event.outcome}")
            case _:
                pass

    @property
    def _phases(self) -> int:
        run = self._app.desk.run
        return len(run.plan.phases) if run else 0

    def _ring(self, words: str) -> None:
        self._app.bell()
        self._say(f"! {words}")

    def _say(self, words: str) -> None:
        board = self._app.desk.board
        name = board.standpoint.name if board else "cockpit"
        self.title = harmless(f"{words} · {name}")
        self._write(f"\x1b]2;{self.title}\x07")

    def _write(self, sequence: str) -> None:
        driver = self._app._driver
        if driver is not None and not self._app.is_headless:
            driver.write(sequence)
