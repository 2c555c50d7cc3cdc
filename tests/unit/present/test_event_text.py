"""Every event of a run is a line that stands alone in a log."""

from datetime import timedelta

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
    StepWaiting,
    TryFailed,
)
from cockpit.model.goal import Action, Goal
from cockpit.model.locks import LockMode
from cockpit.present.event_text import event_text
from tests.tui import canned

AT = canned.NOW
PLAN = canned.plan(Goal(Action.APPLY))
SECOND = timedelta(seconds=1)
FAILED = PhaseFailed(
    AT, 0, 1, 'column "status"\x1b contains null values', "23502",
    "nothing", "all of 0043", "no table lock", "Mend it.", line=7, column=3, hint="look",
)  # fmt: skip
ENDED = RunFinished(AT, "7f3a", "failed", "nothing", "all of 0043", "no lock", "Resume.", 8)


@pytest.mark.parametrize(
    ("event", "lines"),
    [
        (RunStarted(AT, "7f3a", "id", "apply", 5120),
         ["02:58:40Z run 7f3a holds the deployment lock, backend 5120"]),
        (LockRefused(AT, None), ["02:58:40Z the deployment lock is held by somebody else"]),
        (PhaseReady(AT, 1, "all v2"), ["02:58:40Z phase 2 of 2 waits for you, gate: all v2"]),
        (PhaseStarted(AT, 0), ["02:58:40Z phase 1 of 2: up 0043 orders_not_null"]),
        (PhaseFinished(AT, 0, SECOND), ["02:58:40Z phase 1 of 2 is committed after 1.0 s"]),
        (StepStarted(AT, 3, attempt=2),
         ["02:58:40Z   step 3 (try 2): UPDATE totals SET amount = 0 WHERE amount IS NULL;"]),
        (StepFinished(AT, 3, SECOND, 5120), ["02:58:40Z   step 3 done after 1.0 s, 5,120 rows"]),
        (StepProgress(AT, 3, Progress("CREATE INDEX", "building", 12_000, 30_000)),
         ["02:58:40Z   step 3: CREATE INDEX: building, 40% (12 k of 30 k blocks)"]),
        (StepProgress(AT, 3, Progress("VACUUM", "scanning", 1, None)),
         ["02:58:40Z   step 3: VACUUM: scanning, no total is reported"]),
        (Noted(AT, "NOTICE: \x1b[2J"), ["02:58:40Z NOTICE: \\x1b[2J"]),
        (StepWaiting(AT, 1, 12, SECOND, canned.BLOCKERS, 37, LockMode.ACCESS_EXCLUSIVE, "orders"),
         ["02:58:40Z   step 1 waits for ACCESS EXCLUSIVE on orders, 1.0 s",
          "            in the way: 4711 billing-worker, idle in transaction 7:21",
          "            in the way: 4802 report-cron, active 0:41",
          "            behind us: 37 sessions queued by our wait"]),
        (TryFailed(AT, 1, 11, 40, "55P03", timedelta(seconds=1.6)),
         ["02:58:40Z   step 1, try 11 of 40 gave up (55P03, lock not available); its phase is "
          "undone and tried again "
          "in 1.6 s"]),
        (FAILED,
         ["02:58:40Z phase 1 of 2 FAILED in step 1",
          '          error   column "status"\\x1b contains null values '
          "(23502, a value is null where none may be)",
          "          hint    look",
          "          at      db/migrations/0043_orders_not_null.sql:7:3",
          "          kept    nothing",
          "          undone  all of 0043",
          "          held    no table lock",
          "          next    Mend it."]),
        (ENDED,
         ["02:58:40Z run 7f3a: failed",
          "          kept    nothing",
          "          undone  all of 0043",
          "          held    no lock",
          "          next    Resume."]),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, list) else "",
)  # fmt: skip
def test_an_event_is_told_in_words(event: Event, lines: list[str]) -> None:
    assert list(event_text(event, PLAN)) == lines
