"""Situations of the demo, played for a test without anybody watching."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from cockpit.demo.situations import SITUATIONS
from cockpit.demo.stage import Stage, staged

Play = Callable[[str], Stage]


@pytest.fixture
def play() -> Iterator[Play]:
    """Makes a situation; what goes on meanwhile goes on until the end of the test."""
    with ExitStack() as stack:

        def played(name: str) -> Stage:
            situation = SITUATIONS[name]
            stage = stack.enter_context(staged(situation.environment, watched=False))
            situation.prepare(stage)
            stack.enter_context(situation.meanwhile(stage))
            return stage

        yield played
