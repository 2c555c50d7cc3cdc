"""How each situation comes about: by really doing what leads to it."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from cockpit.demo.situations import board, disconnected, drift, failure, rollback, targets, waiting
from cockpit.demo.stage import Stage
from cockpit.model.target import Environment

__all__ = ["SITUATIONS", "Situation"]


def _nothing(stage: Stage) -> AbstractContextManager[None]:
    return nullcontext()


@dataclass(frozen=True, slots=True)
class Situation:
    """What came before the first look, and what goes on during it."""

    prepare: Callable[[Stage], None]
    meanwhile: Callable[[Stage], AbstractContextManager[None]] = _nothing
    environment: Environment = Environment.LOCAL
    several: bool = False
    """There are several targets, and the screens start with the list of them."""


SITUATIONS = {
    "board": Situation(board.prepare),
    "drift": Situation(drift.prepare),
    "waiting": Situation(waiting.prepare, waiting.meanwhile),
    "rollback": Situation(rollback.prepare, environment=Environment.PRODUCTION),
    "failure": Situation(failure.prepare),
    "disconnected": Situation(board.prepare, disconnected.meanwhile),
    "targets": Situation(targets.prepare, environment=Environment.PRODUCTION, several=True),
}
"""By the names of `scenarios`."""
