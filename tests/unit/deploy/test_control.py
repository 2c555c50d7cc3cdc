"""What the operator asks of a run, and how often it counts."""

import errno
import json
from datetime import UTC, datetime
from pathlib import Path
from threading import Condition

import pytest

from cockpit.deploy.attempts import pause_seconds
from cockpit.deploy.context import Control
from cockpit.deploy.journal import Journal
from cockpit.model.event import Noted

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class HandClock:
    """Moves only when somebody waits."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return NOON

    def monotonic(self) -> float:
        return self.seconds

    def wait(self, condition: Condition, seconds: float) -> None:
        self.seconds += seconds


def test_one_answer_opens_the_phase_that_was_announced() -> None:
    control = Control()
    control.expect()
    control.proceed()
    assert control.wait_for_proceed()


def test_an_answer_right_after_the_start_is_meant_for_the_first_phase() -> None:
    control = Control()
    control.proceed()
    control.expect()
    assert control.wait_for_proceed()


def test_a_second_answer_to_one_phase_does_not_open_the_next() -> None:
    control = Control()
    control.expect()
    control.proceed()
    assert control.wait_for_proceed()
    control.proceed()
    control.expect()
    control.hold()
    assert not control.wait_for_proceed(), "a gate is never opened by an earlier key press"


@pytest.mark.parametrize("ask", [Control.hold, Control.cancel])
def test_who_holds_is_not_outvoted_by_an_earlier_answer(ask: object) -> None:
    control = Control()
    control.expect()
    control.proceed()
    assert callable(ask)
    ask(control)
    assert not control.wait_for_proceed()


def test_a_pause_ends_when_its_time_is_over_and_at_once_when_held() -> None:
    control, clock = Control(), HandClock()
    control.pause(clock, 1.5)
    assert clock.seconds == 1.5
    control.hold()
    control.pause(clock, 100)
    assert clock.seconds == 1.5


def test_pauses_double_up_to_a_limit_and_half_of_each_is_chance() -> None:
    full = [pause_seconds(attempt, 1.0) for attempt in (1, 2, 3, 98, 99)]
    assert full[:3] == [0.2, 0.4, 0.8]
    assert full[3] == full[4] < 3
    assert pause_seconds(1, 0.0) == 0.1
    assert all(0.1 <= pause_seconds(1) <= 0.2 for _ in range(50))


def test_the_journal_holds_each_event_as_soon_as_it_is_written(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "runs" / "a.jsonl")
    journal.write(Noted(NOON, "ä\ud800"))
    (line,) = journal.path.read_text("utf-8").splitlines()
    assert json.loads(line)["at"] == NOON.isoformat()
    assert journal.path.stat().st_mode & 0o077 == 0
    journal.close()
    assert journal.failure == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_a_full_disk_ends_the_journal_and_not_the_run() -> None:
    journal = Journal(Path("/dev/full"))
    journal.write(Noted(NOON, "first"))
    journal.write(Noted(NOON, "second"))
    journal.close()
    import os

    assert journal.failure == os.strerror(errno.ENOSPC)
