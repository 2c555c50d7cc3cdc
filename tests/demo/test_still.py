"""What chance puts into an answer is replaced; what it says is not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cockpit.demo.likeness import Likeness
from cockpit.demo.still_clock import NOW, StillClock
from cockpit.deploy.context import actor
from cockpit.model.activity import SessionFacts
from cockpit.model.event import PhaseFinished, RunStarted
from cockpit.model.ledger import EventKind, LedgerEvent

AT = datetime(2026, 11, 21, 7, 1, 2, 345, tzinfo=UTC)


def event(seq: int, kind: EventKind, run: str) -> LedgerEvent:
    """One event of a run that began today."""
    at = AT + timedelta(seconds=seq)
    return LedgerEvent(seq=seq, at=at, run=run, event=kind, actor=actor(), hash=f"hash {seq}")


def ledger(run: str, *, batches: int) -> tuple[LedgerEvent, ...]:
    """Newest first, as the engine gives it; how many batches there were depends on speed."""
    kinds = [EventKind.RUN_STARTED, *[EventKind.BATCH] * batches, EventKind.RUN_FINISHED]
    return tuple(event(seq, kind, run) for seq, kind in reversed(list(enumerate(kinds, 1))))


def test_two_makings_of_one_history_look_the_same() -> None:
    seen = []
    for run, batches in (("0a0a0a0a", 1), ("ffffffff", 4)):
        likeness = Likeness({})
        likeness.learn_history(ledger(run, batches=batches))
        seen.append(likeness.of(ledger(run, batches=batches)[0]))
    assert seen[0] == seen[1]
    assert seen[0].actor == "ana@bastion"
    assert seen[0].at < NOW


def test_process_ids_are_told_apart_and_found_again() -> None:
    likeness = Likeness({})
    one = SessionFacts(90001, "app", "billing", None, "idle", None, "SELECT 1")
    shown = likeness.of((one, replace(one, pid=90002), one))
    assert [each.pid for each in shown] == [4711, 4712, 4711]
    assert likeness.real_pid(4712) == 90002
    assert shown[0].query == "SELECT 1"


def test_a_run_has_one_name_in_every_field_and_text() -> None:
    likeness = Likeness({})
    started = likeness.of(RunStarted(NOW, "0a0a0a0a", "plan", "apply", 90001))
    assert started.run != "0a0a0a0a"
    assert likeness.of("Run 0a0a0a0a broke off.") == f"Run {started.run} broke off."


def test_durations_of_the_machine_do_not_show() -> None:
    likeness = Likeness({})
    slow, fast = (PhaseFinished(NOW, 0, timedelta(seconds=s)) for s in (9.0, 0.1))
    assert likeness.of(slow) == likeness.of(fast)


def test_the_clock_stands_until_it_is_moved() -> None:
    clock = StillClock()
    assert clock.now() == NOW
    clock.move(2.5)
    assert (clock.now() - NOW).total_seconds() == clock.seconds() == 2.5
