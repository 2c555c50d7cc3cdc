"""A run as the screens know it: a fold over events."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from cockpit.model.activity import Progress
from cockpit.model.event import (
    Event,
    LockRefused,
    Noted,
    PhaseFailed,
    PhaseFinished,
    PhaseReady,
    PhaseStarted,
    RunFinished,
    RunStarted,
    StepFinished,
    StepProgress,
    StepStarted,
    StepThrottled,
    StepWaiting,
    TryFailed,
)
from cockpit.tui.present.report import report
from cockpit.tui.present.run_view import RunView, after, begun
from cockpit.tui.present.run_words import StepRows, now_lines
from cockpit.tui.present.waiting import why_waiting
from tests.tui import canned

AT = canned.NOW
SECOND = timedelta(seconds=1)
PLAN = canned.calm_rollback()


def seen(*events: Event) -> RunView:
    view = begun(PLAN)
    for event in events:
        view = after(view, event)
    return view


def stages(view: RunView) -> list[str]:
    return [step.stage.value for step in view.steps]


def words(view: RunView) -> str:
    return "\n".join(row.plain for row in now_lines(view, AT + SECOND))


STARTED = RunStarted(AT, "7f3b", "plan", "goal", 5120)
FIRST_DONE = (
    STARTED,
    PhaseReady(AT, 0),
    PhaseStarted(AT, 0),
    StepStarted(AT, 1),
    StepFinished(AT, 1, SECOND),
    StepFinished(AT, 2, SECOND),
    PhaseFinished(AT, 0, SECOND),
)
FAILURE = PhaseFailed(
    AT, 1, 3, "it broke", "42P01", "phase 1 stays", "phase 2 is undone", "nothing", "look"
)


def test_nothing_has_run_before_the_first_event() -> None:
    assert stages(begun(PLAN)) == ["later"] * 4
    assert "taking the deployment lock" in words(begun(PLAN))


def test_a_ready_phase_waits_for_the_operator() -> None:
    view = seen(STARTED, PhaseReady(AT, 0))
    assert stages(view) == ["next", "next", "later", "later"]
    assert "nothing runs yet: C runs them" in words(view)


def test_a_gate_is_shown_before_it_is_confirmed() -> None:
    assert "gate: every server runs v2" in words(seen(PhaseReady(AT, 0, "every server runs v2")))


def test_a_finished_phase_is_done() -> None:
    view = seen(*FIRST_DONE)
    assert stages(view) == ["done", "done", "later", "later"]
    assert view.phases_done == 1


def test_a_try_that_gave_up_undoes_its_phase_and_keeps_its_clock() -> None:
    later = AT + 3 * SECOND
    view = seen(
        PhaseStarted(AT, 0), StepStarted(AT, 1), StepWaiting(AT, 1, 1, SECOND, canned.BLOCKERS, 2),
        TryFailed(later, 1, 1, 40, "55P03", SECOND, canned.BLOCKERS), StepStarted(later, 1, 2),
    )  # fmt: skip
    assert stages(view)[:2] == ["running", "next"]
    assert view.steps[0].since == AT


HELD_UP = (
    PhaseStarted(AT, 0), StepStarted(AT, 1), StepWaiting(AT, 1, 1, SECOND, canned.BLOCKERS, 2),
    TryFailed(AT + SECOND, 1, 1, 40, "55P03", SECOND, canned.BLOCKERS),
)  # fmt: skip
LATER = AT + 2 * SECOND


def rows_of(view: RunView, at: datetime) -> str:
    """The steps and the pane in the middle, at that moment."""
    steps = (row.plain for item in StepRows().items(view, at) for row in item.lines)
    return "\n".join([*steps, *(row.plain for row in now_lines(view, at))])


def test_who_is_in_the_way_stays_in_sight_while_the_next_try_is_on() -> None:
    shown = rows_of(seen(*HELD_UP, StepStarted(LATER, 1, 2)), LATER + SECOND)
    assert "WAITING FOR LOCK" in shown
    assert "try 2 of 40" in shown
    assert "4711 billing-worker" in shown
    assert "no progress is reported" not in shown


def test_a_try_that_was_not_seen_waiting_for_a_while_has_its_lock() -> None:
    shown = rows_of(seen(*HELD_UP, StepStarted(LATER, 1, 2)), LATER + 5 * SECOND)
    assert "WAITING FOR LOCK" not in shown
    assert "no progress is reported" in shown


def test_why_waiting_says_what_the_run_waits_for() -> None:
    def why(view: RunView | None, at: datetime = AT) -> str:
        return "\n".join(row.plain for row in why_waiting(view, at))

    assert "No run is on" in why(None)
    assert "waits for you, not for a lock: C for phase 1" in why(seen(STARTED, PhaseReady(AT, 0)))
    between = seen(*HELD_UP, StepStarted(LATER, 1, 2))
    assert "4711 billing-worker" in why(between, LATER + SECOND)
    assert "Nothing waits for a lock now." in why(seen(PhaseStarted(AT, 0), StepStarted(AT, 1)))


def test_a_run_that_was_cancelled_did_not_fail() -> None:
    end = RunFinished(AT, "7f3b", "cancelled", "", "", "", "", 8)
    shown = words(seen(*FIRST_DONE, PhaseStarted(AT, 1), StepStarted(AT, 3), FAILURE, end))
    assert "CANCELLED at step 3" in shown
    assert "FAILED" not in shown


@pytest.mark.parametrize(
    ("number", "text"), [(0, "nobody"), (1, "1 session is"), (2, "2 sessions")]
)
def test_the_queue_behind_us_is_counted(number: int, text: str) -> None:
    view = seen(
        PhaseStarted(AT, 0), StepStarted(AT, 1),
        StepWaiting(AT, 1, 1, SECOND, canned.BLOCKERS, number),
    )  # fmt: skip
    assert text in words(view)
    assert "4711 billing-worker" in words(view)


def test_a_failure_undoes_its_transaction_and_says_what_stays() -> None:
    view = seen(*FIRST_DONE, PhaseStarted(AT, 1), StepStarted(AT, 3), FAILURE)
    assert stages(view) == ["done", "done", "FAILED", "later"]
    for text in ("it broke", "42P01", "phase 1 stays", "phase 2 is undone", "look"):
        assert text in words(view)


def test_after_the_end_nothing_is_running_or_next() -> None:
    end = RunFinished(AT, "7f3b", "cancelled", "nothing", "phase 1", "nothing", "look", 8)
    view = seen(STARTED, PhaseStarted(AT, 0), StepStarted(AT, 1), end)
    assert stages(view) == ["stopped", "not run", "not run", "not run"]


def test_a_bar_is_drawn_only_for_real_totals() -> None:
    at_work = (PhaseStarted(AT, 0), StepStarted(AT, 1))
    known = StepProgress(AT, 1, Progress("CREATE INDEX", "building", 50, 100), 10.0, SECOND, 500)
    unknown = StepProgress(AT, 1, Progress("CREATE INDEX", "waiting", None, None))
    assert "50%" in words(seen(*at_work, known))
    assert "10 rows a second · 500 rows a batch · about 1.0 s left" in words(seen(*at_work, known))
    assert "no total is reported" in words(seen(*at_work, unknown))
    assert "█" not in words(seen(*at_work, unknown))
    assert "no progress is reported" in words(seen(*at_work))


def test_a_throttled_backfill_says_why() -> None:
    view = seen(PhaseStarted(AT, 0), StepStarted(AT, 1), StepThrottled(AT, 1, "lag is 12 s"))
    assert "waits before its next batch: lag is 12 s" in words(view)


def test_a_paused_backfill_has_no_rate_and_no_end_until_it_goes_on() -> None:
    progress = StepProgress(AT, 1, Progress("BACKFILL", "batches", 50, 100), 10.0, SECOND, 500)
    running = (PhaseStarted(AT, 0), StepStarted(AT, 1), progress)
    paused = seen(*running, StepThrottled(AT, 1, "paused by the operator"))
    assert stages(paused)[0] == "paused"
    assert "50%" in words(paused)
    assert "rows a second" not in words(paused)
    assert " left" not in words(paused)
    goes_on = after(paused, progress)
    assert stages(goes_on)[0] == "running"
    assert "10 rows a second" in words(goes_on)


def test_the_lock_of_another_starts_nothing() -> None:
    assert "held by somebody else" in words(seen(LockRefused(AT, None)))


def test_the_log_is_in_order_and_harmless() -> None:
    view = seen(STARTED, Noted(AT, "one\x1b[2J"), PhaseStarted(AT, 0))
    assert [text for _, text in view.log][1] == "one\x1b[2J"
    assert "\x1b" not in report(view, canned.board())


def test_what_an_earlier_run_has_done_is_not_called_undone() -> None:
    phase = PLAN.phases[0]
    steps = (replace(phase.steps[0], already_done=True), phase.steps[1])
    plan = replace(PLAN, phases=(replace(phase, steps=steps), PLAN.phases[1]))
    view = after(begun(plan), PhaseFailed(AT, 0, 2, "it broke", None, "", "", "", ""))
    assert stages(view)[0] == "done"
    assert "by an earlier run" in StepRows().items(view, AT)[1].lines[0].plain


def test_the_report_says_everything_once() -> None:
    end = RunFinished(
        AT, "7f3b", "failed", "phase 1 stays", "phase 2 is undone", "nothing", "look", 8
    )
    text = report(seen(*FIRST_DONE, FAILURE, end), canned.board())
    for part in (
        "ROLL BACK 0042, 0041 → 0039", "orders-prod (orders@db-1, PostgreSQL 16)", "run      7f3b",
        "outcome  failed", "kept     phase 1 stays", "undone   phase 2 is undone",
        "error    it broke", "next     look", "02:58:40Z run 7f3b: deployment lock acquired",
    ):  # fmt: skip
        assert text.count(part) == 1, part


def test_the_queue_is_sampled_once_a_second_however_often_it_is_looked_at() -> None:
    view = begun(canned.calm_rollback())
    for milliseconds, queued in ((0, 1), (200, 2), (900, 3), (1000, 5), (2500, 4)):
        at = canned.NOW + timedelta(milliseconds=milliseconds)
        view = after(view, StepWaiting(at, 1, 1, timedelta(), (), queued))
    assert view.queues == (3.0, 5.0, 4.0)
