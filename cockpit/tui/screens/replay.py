"""A past run again, event by event: what the screen showed then, at any moment of it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from cockpit.model.recording import Recording
from cockpit.present.durations import timestamp
from cockpit.present.harmless import harmless
from cockpit.tui.present.line import Line, line
from cockpit.tui.present.run_view import RunView, after, begun
from cockpit.tui.screens.run import RunScreen

PLAY_EVERY = 0.25
"""Seconds between two events while it plays by itself."""


class ReplayScreen(RunScreen):
    """Nothing here reaches the engine: it is told again, not done again."""

    PAGE = "replay"
    LOOKS: ClassVar = ("show.next", "open", "move.last", "move.first", "back", "help", "more")
    ACTS: ClassVar = ()
    HELP_TEXT = (
        "A past run, from its journal on this machine or from the ledger. **c** goes on by one "
        "event, **enter** lets it play and stops it, **g** and **G** go to its begin and its end. "
        "It is only told: nothing is run again."
    )

    def __init__(self, recording: Recording) -> None:
        super().__init__()
        self._recording = recording
        self._moments = _moments(recording)
        self._at = len(recording.events) and 1
        self._playing = False

    @property
    def view(self) -> RunView:
        """The run as it stood then."""
        return self._moments[self._at]

    @property
    def moment(self) -> datetime:
        """When that was; clocks stand still there."""
        events = self._recording.events
        return events[max(0, self._at - 1)].at if events else self.cockpit.desk.now

    def on_mount(self) -> None:
        """Draw the first moment."""
        super().on_mount()
        self.set_interval(PLAY_EVERY, self._play)

    def hinted(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The same keys at every moment."""
        return self.LOOKS, ()

    def standing_notice(self) -> Line:
        """Where in the run we are, and where it was kept."""
        total = len(self._recording.events)
        state = "plays" if self._playing else "stands"
        return line(
            ("replay ", "drifted"), f"{state} at {self._at} of {total}, {timestamp(self.moment)}",
            (f"  {harmless(self._recording.note or self._recording.origin)}", "muted"),
        )  # fmt: skip

    def _play(self) -> None:
        if self._playing:
            self._playing = self._at < len(self._recording.events)
            self._go(self._at + 1)

    def _go(self, position: int) -> None:
        self._at = max(0, min(position, len(self._recording.events)))
        self._led = None
        self.draw_all()

    def do_show_next(self) -> None:
        """One event on."""
        self._playing = False
        self._go(self._at + 1)

    def do_open(self) -> None:
        """Play, or stop playing; from its end it begins anew."""
        if not self._playing and self._at == len(self._recording.events):
            self._go(0)
        self._playing = not self._playing
        self.draw_keys()

    def do_move_first(self) -> None:
        """The begin of the run."""
        self._playing = False
        self._go(0)

    def do_move_last(self) -> None:
        """How it ended."""
        self._playing = False
        self._go(len(self._recording.events))


def _moments(recording: Recording) -> tuple[RunView, ...]:
    """The run before its first event, and after each."""
    views = [begun(recording.plan)]
    for event in recording.events:
        views.append(after(views[-1], event))
    return tuple(views)
