"""After an interruption: what is done is kept, what is in doubt is decided, nothing is guessed."""

from dataclasses import replace
from typing import Any

import pytest

from cockpit.analysis.planner import make_plan
from cockpit.model.evidence import Evidence, Verdict
from cockpit.model.goal import Action, Goal
from cockpit.model.halfway import Judged, Need
from cockpit.model.history import Recorded
from cockpit.model.ledger import PhaseOpen, fold
from cockpit.model.migration import Backfill, Direction, Migration
from cockpit.model.plan import Plan, StepKind
from cockpit.tools.recorded import record_of
from tests.unit.analysis.migrations import Place, down, migration, record, two_phases, up
from tests.unit.model.events import Story

BUILD = "CREATE INDEX CONCURRENTLY i ON t (a)"
CLEAR = "DROP INDEX CONCURRENTLY public.i"
STEPS = f"CREATE TABLE t (a int); {BUILD}; ALTER TABLE t ADD b int;"
THREE = migration("1", up(STEPS, transaction=False), down("DROP TABLE t;"))
INVALID = Evidence(Verdict.INVALID, "index i is there but INVALID", CLEAR)


def interrupted(**left: Any) -> Place:
    opened = PhaseOpen("up", Direction.UP, **left)
    half = record("1", Recorded.PARTIAL, done=(), open=opened, failure="no")
    return Place([THREE], [half])


def plan(place: Place, **goal: Any) -> Plan:
    return make_plan(place.situation, Goal(Action.APPLY, **goal))


def todo(made: Plan) -> list[str]:
    return [s.sql for s in made.steps if not s.already_done and s.kind is StepKind.SQL]


def test_finished_steps_are_shown_and_not_run_again() -> None:
    made = plan(interrupted(finished=("CREATE TABLE t (a int)", BUILD)))
    assert [step.already_done for step in made.steps] == [True, True, False, False]
    assert todo(made) == ["ALTER TABLE t ADD b int"]


def test_an_edited_file_is_refused() -> None:
    (refusal,) = plan(interrupted(finished=("CREATE TABLE t (a bigint)",))).refusals
    assert "its file was edited since" in refusal
    assert "Restore the file, then resume" in refusal


MENDED = "CREATE INDEX CONCURRENTLY i ON t (a) WHERE a > 0"


def mended(evidence: Evidence) -> Place:
    """The second step was cut off, and stands otherwise in the file now."""
    place = interrupted(finished=("CREATE TABLE t (a int)",), started=BUILD)
    files = migration("1", up(STEPS.replace(BUILD, MENDED), transaction=False))
    place.migrations[:] = [files]
    place.evidence = {"1": evidence}
    return place


def test_a_cut_off_step_that_left_nothing_may_be_mended_in_the_file() -> None:
    made = plan(mended(Evidence(Verdict.NOT_DONE, "index i is not there")))
    assert made.refusals == ()
    assert todo(made) == [MENDED, "ALTER TABLE t ADD b int"]


def test_what_a_mended_step_left_is_cleared_first() -> None:
    made = plan(mended(INVALID))
    assert made.refusals == ()
    assert todo(made) == [CLEAR, MENDED, "ALTER TABLE t ADD b int"]


@pytest.mark.parametrize("verdict", [Verdict.DONE, Verdict.UNKNOWN])
def test_a_step_that_may_be_there_is_not_taken_for_another_one(verdict: Verdict) -> None:
    (refusal,) = plan(mended(Evidence(verdict, "it is there, or nobody knows"))).refusals
    assert "Restore the file, then resume. Or roll back only this version." in refusal


def test_a_step_that_the_catalog_shows_is_done() -> None:
    place = interrupted(finished=("CREATE TABLE t (a int)",), started=BUILD)
    place.evidence = {"1": Evidence(Verdict.DONE, "index i is there and valid")}
    assert todo(plan(place)) == ["ALTER TABLE t ADD b int"]


def test_a_step_that_the_catalog_does_not_show_is_run_again() -> None:
    place = interrupted(finished=("CREATE TABLE t (a int)",), started=BUILD)
    place.evidence = {"1": Evidence(Verdict.NOT_DONE, "index i is not there")}
    assert todo(plan(place)) == [BUILD, "ALTER TABLE t ADD b int"]


def test_what_a_cut_off_step_left_is_cleared_first() -> None:
    place = interrupted(finished=("CREATE TABLE t (a int)",), started=BUILD)
    place.evidence = {"1": INVALID}
    made = plan(place)
    assert todo(made) == [CLEAR, BUILD, "ALTER TABLE t ADD b int"]
    assert [step.position for step in made.steps] == [1, 0, 2, 3, 4]
    assert made.steps[1].title == "clear what was cut off"


def test_a_remedy_that_ends_the_step_stands_in_its_place() -> None:
    detach = "ALTER TABLE p DETACH PARTITION c CONCURRENTLY"
    finalize = "ALTER TABLE p DETACH PARTITION c FINALIZE"
    opened = PhaseOpen("up", Direction.UP, started=detach)
    half = record("1", Recorded.PARTIAL, done=(), open=opened)
    place = Place([migration("1", up(f"{detach};", transaction=False))], [half])
    place.evidence = {"1": Evidence(Verdict.INVALID, "half detached", finalize, completes=True)}
    assert todo(plan(place)) == [finalize]


def test_what_nobody_knows_is_asked() -> None:
    place = interrupted(finished=("CREATE TABLE t (a int)",), started=BUILD)
    place.evidence = {"1": Evidence(Verdict.UNKNOWN, "the catalog cannot tell")}
    (refusal,) = plan(place).refusals
    assert "db/1.sql:1" in refusal
    assert "--step-in-doubt done, or again" in refusal
    assert todo(plan(place, step_in_doubt="done")) == ["ALTER TABLE t ADD b int"]
    assert todo(plan(place, step_in_doubt="again")) == [BUILD, "ALTER TABLE t ADD b int"]


@pytest.mark.parametrize("said", ["done", "again"])
def test_the_operator_does_not_outvote_the_catalog(said: str) -> None:
    place = interrupted(finished=("CREATE TABLE t (a int)",), started=BUILD)
    place.evidence = {"1": INVALID}
    assert todo(plan(place, step_in_doubt=said))[0] == CLEAR


def place_after(story: Story, made: Migration, evidence: Evidence | None = None) -> Place:
    state = fold(story.events).versions["1"]
    return Place([made], [record_of(state)], evidence={"1": evidence} if evidence else {})


def test_a_build_that_fails_twice_can_still_be_resumed() -> None:
    story = Story().finished("1", "CREATE TABLE t (a int)", 1).started("1", BUILD, 2).failed("1")
    for _ in range(2):
        story.started("1", CLEAR, 0).finished("1", CLEAR, 0).started("1", BUILD, 2).failed("1")
    made = plan(place_after(story, THREE, INVALID))
    assert made.refusals == ()
    assert todo(made) == [CLEAR, BUILD, "ALTER TABLE t ADD b int"]


def test_a_step_that_was_found_done_stays_done_at_the_next_interruption() -> None:
    story = Story().finished("1", "CREATE TABLE t (a int)", 1).started("1", BUILD, 2)
    story.finished("1", "ALTER TABLE t ADD b int", 3)
    made = plan(place_after(story, THREE))
    assert (made.refusals, todo(made)) == ((), [])
    assert not made.empty, "the record is still to be written"


BATCH = Backfill("t", "id", 9)
FILL = migration(
    "1", up("UPDATE t SET a = 1 WHERE id BETWEEN :from AND :to;", "fill", backfill=BATCH)
)


def test_a_backfill_goes_on_after_its_last_batch() -> None:
    (phase,) = plan(place_after(Story().batch("1", "42", 5, checksum="sum 1"), FILL)).phases
    assert (phase.cursor, phase.backfill) == (("42",), BATCH)
    assert phase.steps[0].sql == "UPDATE t SET a = 1 WHERE id BETWEEN $1 AND $2"
    assert not phase.steps[0].already_done


def test_a_backfill_does_not_go_on_with_another_text() -> None:
    (refusal,) = plan(place_after(Story().batch("1", "42", 5, checksum="old"), FILL)).refusals
    assert "stopped between two batches and its file was edited since" in refusal


def test_an_interrupted_rollback_is_finished_by_rolling_back_again() -> None:
    opened = PhaseOpen("up", Direction.DOWN, finished=("DROP INDEX CONCURRENTLY i",))
    way = down("DROP INDEX CONCURRENTLY i; DROP TABLE t;", transaction=False)
    half = record("1", Recorded.PARTIAL, open=opened, undo=(way,))
    made = make_plan(Place([migration("1")], [half]).situation, Goal(Action.ROLLBACK, only="1"))
    assert made.refusals == ()
    assert todo(made) == ["DROP TABLE t"]


def half_up(*judged: Judged, **goal: Any) -> Plan:
    """The rollback of two phases, of which the second broke off on its way up."""
    opened = PhaseOpen("contract", Direction.UP, finished=("a",))
    known = record("1", Recorded.PARTIAL, done=("expand",), open=opened)
    situation = replace(Place([two_phases("1")], [known]).situation, judge=lambda phase: judged)
    return make_plan(situation, Goal(Action.ROLLBACK, only="1", **goal))


def test_a_phase_that_is_half_up_goes_back_first_and_leaves_out_what_is_not_there() -> None:
    way_down = "ALTER TABLE users ADD name text"
    made = half_up(Judged(way_down, 1, Need.SKIP, "column name of users is there"))
    assert made.refusals == ()
    assert [phase.phase for phase in made.phases] == ["contract", "expand"]
    assert todo(made) == ["ALTER TABLE users DROP name2"]
    assert "nothing to undo and is left out (column name of users is there)" in made.notes[0]


def test_a_way_down_that_would_fail_on_what_is_there_is_refused() -> None:
    (refusal,) = half_up(Judged("x", 3, Need.HALF, "relation a is there, b is not")).refusals
    assert "broke off half way up, and line 3 of its way down would fail" in refusal


def test_what_nobody_can_see_is_run_only_when_the_operator_says_so() -> None:
    unseen = Judged("UPDATE users SET x = 1", 2, Need.UNSEEN, "")
    (refusal,) = half_up(unseen).refusals
    assert "add --half-way" in refusal
    made = half_up(unseen, half_way=True)
    assert made.refusals == ()
    assert todo(made) == ["ALTER TABLE users ADD name text", "ALTER TABLE users DROP name2"]


def test_a_first_phase_that_is_half_up_can_go_back_too() -> None:
    opened = PhaseOpen("up", Direction.UP, finished=("a",))
    known = record("1", Recorded.FAILED, open=opened, failure="no")
    made = make_plan(Place([migration("1")], [known]).situation, Goal(Action.ROLLBACK))
    assert made.refusals == ()
    assert todo(made) == ["DROP TABLE t1"]
