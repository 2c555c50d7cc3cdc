"""Whoever looks at another window is called when the run needs a hand."""

from datetime import timedelta

from cockpit.model.event import PhaseFinished, PhaseReady, PhaseStarted, RunFinished, StepWaiting
from cockpit.present.sqlstates import sqlstate_words
from cockpit.tui.present.run_view import after, begun
from cockpit.tui.present.run_words import now_lines
from cockpit.tui.present.sparkline import sparkline
from tests.tui import canned
from tests.tui.conftest import Opened
from tests.tui.fake_engine import FakeEngine

AT = canned.NOW


async def test_the_title_says_what_the_operator_is_needed_for(
    open_cockpit: Opened, engine: FakeEngine
) -> None:
    async with open_cockpit() as pilot:
        attention = pilot.app.attention
        pilot.app.desk.begin(canned.calm_rollback())
        attention.heard(PhaseReady(AT, 0))
        assert attention.title == "! phase 1 waits for you · orders-prod"
        attention.heard(PhaseStarted(AT, 0))
        assert attention.title == "phase 1 of 2 runs · orders-prod"
        attention.heard(PhaseFinished(AT, 0, timedelta(seconds=1)))
        assert attention.title.startswith("phase 1 of 2")
        attention.heard(RunFinished(AT, "7f3b", "cancelled", "", "", "", "", 8))
        assert attention.title == "! the run ended: cancelled · orders-prod"


def test_the_queue_behind_a_wait_is_drawn_look_by_look() -> None:
    view = begun(canned.calm_rollback())
    view = after(view, PhaseStarted(AT, 0))
    for second, number in enumerate((0, 4, 8)):
        at = AT + timedelta(seconds=second)
        wait = StepWaiting(at, 1, 1, timedelta(seconds=1), canned.BLOCKERS, number)
        view = after(view, wait)
    rows = "\n".join(row.plain for row in now_lines(view, at))
    assert "8 sessions are queued by our wait  ▁▅█" in rows


def test_bars_are_as_high_as_their_value_beside_the_largest() -> None:
    assert sparkline([0, 7, 14]) == "▁▅█"
    assert sparkline([3]) == ""
    assert sparkline([0, 0]) == "▁▁"


def test_a_code_is_told_in_words() -> None:
    assert sqlstate_words("55P03") == "55P03, lock not available"
    assert sqlstate_words("XX999") == "XX999"
    assert sqlstate_words(None) == ""
