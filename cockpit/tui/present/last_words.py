"""The one plain line that stays on the terminal after the screens are gone."""

from typing import Protocol

from cockpit.model.board import Board
from cockpit.present.harmless import harmless
from cockpit.tui.present.run_view import RunView


class Known(Protocol):
    """What is known at the end."""

    @property
    def board(self) -> Board | None:
        """The last look."""

    @property
    def run(self) -> RunView | None:
        """The last run."""


def last_words(known: Known) -> str:
    """What was done, what is left, where it is written."""
    name = harmless(known.board.standpoint.name) if known.board else "cockpit"
    run = known.run
    if run is None:
        return f"{name}: nothing was changed."
    if run.outcome is None:
        return f"{name}: {run.plan.goal.words} did not start."
    end = run.outcome
    kept = f" Kept: {end.kept.rstrip('.')}." if end.kept else ""
    left = f" Next: {end.next_step.rstrip('.')}." if end.next_step and end.exit_code else ""
    written = f" cockpit log shows run {run.run}." if run.run else ""
    return harmless(f"{name}: {run.plan.goal.words}: {end.outcome}.{kept}{left}{written}")
