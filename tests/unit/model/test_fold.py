"""The state is what the events say, and nothing else."""

import pytest

from cockpit.model.attic import Place
from cockpit.model.goal import Action, Goal
from cockpit.model.ledger import GENESIS, EventKind, PhaseRun, VersionState, fold
from cockpit.model.migration import Direction
from tests.unit.model.events import NOON, Story


def state_after(story: Story, version: str = "1") -> VersionState:
    return fold(story.events).versions[version]


def test_no_events_are_an_empty_ledger() -> None:
    ledger = fold([], exists=False)
    assert (ledger.exists, ledger.head, ledger.seq, ledger.versions) == (False, GENESIS, 0, {})


def test_the_head_is_the_hash_of_the_newest_event() -> None:
    story = Story().applied("1").applied("2")
    ledger = fold(story.events)
    assert (ledger.head, ledger.seq) == (story.events[-1].hash, 2)


def test_a_finished_phase_is_in_force_with_all_that_was_kept_of_it() -> None:
    state = state_after(
        Story().applied(
            "1", checksum="c1", git_commit="abc", git_ref="main", undo="drop", detail={}
        )
    )
    assert state.complete
    assert (state.checksum, state.commit, state.ref, state.name) == ("c1", "abc", "main", "m1")
    assert (state.actor, state.run, state.seq) == ("ana@bastion", "run-a", 1)
    (done,) = state.done
    assert done.undo is not None
    assert (done.name, done.script, done.undo.script, done.run) == ("up", "up 1", "drop", "run-a")


def test_some_phases_of_several_are_not_complete() -> None:
    phases = {"phases": ["expand", "contract"]}
    state = state_after(Story().applied("1", "expand", detail=phases))
    assert not state.complete
    assert state_after(
        Story().applied("1", "expand", detail=phases).applied("1", "contract", detail=phases)
    ).complete


def test_a_rolled_back_phase_is_gone_and_its_past_is_kept() -> None:
    state = state_after(Story().applied("1").rolled_back("1"))
    assert state.done == ()
    assert state.was_applied
    assert not state.complete


def test_rolling_a_later_phase_back_leaves_the_earlier_one() -> None:
    phases = {"phases": ["expand", "contract"]}
    story = Story().applied("1", "expand", detail=phases).applied("1", "contract", detail=phases)
    state = state_after(story.applied("2").rolled_back("1", "contract"))
    assert [done.name for done in state.done] == ["expand"]
    assert state.seq == 1, "a rollback does not make it the newest applied one"


def test_a_redone_version_has_the_text_and_the_run_of_the_second_time() -> None:
    story = Story().applied("1", checksum="old").rolled_back("1")
    story.run = "run-b"
    state = state_after(story.applied("1", checksum="new", script="mended"))
    assert (state.checksum, state.run, state.seq) == ("new", "run-b", 3)
    assert [(done.script, done.run) for done in state.done] == [("mended", "run-b")]


def test_a_failed_phase_of_which_nothing_is_kept() -> None:
    state = state_after(Story().failed("1", error="division by zero"))
    assert (state.failure, state.open, state.done, state.was_applied) == (
        "division by zero", None, (), False,
    )  # fmt: skip


def test_a_retry_that_goes_well_forgets_the_failure() -> None:
    assert state_after(Story().failed("1").applied("1")).failure is None


def test_a_run_that_only_failed_in_a_version_did_not_change_it() -> None:
    story = Story().applied("1")
    story.run = "run-b"
    assert state_after(story.failed("1")).run == "run-a"


def test_a_step_that_was_sent_and_never_ended_is_in_doubt() -> None:
    state = state_after(Story().finished("1", "a", 1).started("1", "b", 2))
    assert state.open is not None
    assert (state.open.finished, state.open.started) == (("a",), "b")
    assert not state.open.untouched


def test_an_ended_step_is_in_doubt_no_more() -> None:
    state = state_after(Story().started("1", "a", 1).finished("1", "a", 1))
    assert state.open is not None
    assert (state.open.finished, state.open.started) == (("a",), None)


def test_what_a_failed_step_left_stays_open() -> None:
    state = state_after(Story().started("1", "a", 1).failed("1", error="duplicate"))
    assert state.open is not None
    assert (state.open.started, state.failure) == ("a", "duplicate")


def test_a_step_that_is_tried_again_is_counted_once() -> None:
    story = Story().started("1", "a", 1).failed("1").started("1", "a", 1).finished("1", "a", 1)
    state = state_after(story)
    assert state.open is not None
    assert state.open.finished == ("a",)


@pytest.mark.parametrize("kind", [EventKind.STEP_STARTED, EventKind.STEP_FINISHED])
def test_a_run_that_went_past_a_step_in_doubt_had_found_it_done(kind: EventKind) -> None:
    story = Story().finished("1", "a", 1).started("1", "b", 2)
    story.add(kind, "1", phase="up", direction=Direction.UP, script="c", step=3)
    opened = state_after(story).open
    assert opened is not None
    sent = (*opened.finished, *([opened.started] if opened.started else []))
    assert sent == ("a", "b", "c")


def test_two_steps_with_one_text_are_two_steps() -> None:
    story = Story().started("1", "VACUUM t", 1).started("1", "VACUUM t", 2)
    opened = state_after(story).open
    assert opened is not None
    assert (opened.finished, opened.started) == (("VACUUM t",), "VACUUM t")


def test_a_remedy_is_no_step_of_the_file() -> None:
    story = Story().started("1", "build", 1).failed("1")
    story.started("1", "drop", 0).finished("1", "drop", 0)
    opened = state_after(story).open
    assert opened is not None
    assert (opened.finished, opened.started) == ((), "build")


def test_batches_move_the_cursor_and_add_their_rows() -> None:
    state = state_after(Story().batch("1", "100", 40, checksum="c").batch("1", "200", 2))
    assert state.open is not None
    assert (state.open.cursor, state.open.rows, state.open.checksum) == (("200",), 42, "c")
    assert not state.open.untouched


def test_a_finished_phase_closes_what_was_open() -> None:
    assert state_after(Story().batch("1", "100", 40).applied("1", "fill")).open is None


def test_a_confirmed_gate_is_remembered_with_its_words_until_its_phase_is_undone() -> None:
    story = Story().add(
        EventKind.GATE_CONFIRMED, "1", phase="up", direction=Direction.UP, detail={"gate": "sure?"}
    )
    state = state_after(story)
    assert (state.confirmed_gates, state.confirmed_words) == (("up",), ("sure?",))
    state = state_after(story.applied("1").rolled_back("1"))
    assert (state.confirmed_gates, state.confirmed_words) == ((), ())


def test_an_imported_version_is_complete_and_not_ours() -> None:
    state = state_after(Story().failed("1").add(EventKind.IMPORTED, "1", checksum="c"))
    assert state.complete
    assert (state.imported, state.was_applied, state.failure) == (True, False, None)
    assert state.applied_at is not None
    assert state.applied_at > NOON


def test_observed_versions_add_up() -> None:
    story = Story().add(EventKind.OBSERVED, detail={"versions": ["1", "2"]})
    story.add(EventKind.OBSERVED, detail={"versions": ["3"]})
    assert fold(story.events).observed == {"1", "2", "3"}


def test_what_another_tool_applied_after_we_had_undone_it_is_not_ours_any_more() -> None:
    story = Story().applied("1").rolled_back("1").failed("2").applied("3")
    ledger = fold(story.add(EventKind.OBSERVED, detail={"versions": ["1", "2", "3"]}).events)
    assert set(ledger.versions) == {"3"}
    assert ledger.observed == {"1", "2", "3"}
    story.rolled_back("1")
    assert fold(story.events).versions["1"].was_applied, "and our later word counts again"


@pytest.mark.parametrize("end", [EventKind.RUN_FINISHED, EventKind.RUN_STOPPED])
def test_a_run_is_open_until_it_says_how_it_ended(end: EventKind) -> None:
    story = Story().add(EventKind.RUN_STARTED, detail={"goal": "apply everything pending"})
    run = fold(story.events).unfinished
    assert run is not None
    assert (run.run, run.actor, run.goal) == ("run-a", "ana@bastion", "apply everything pending")
    assert fold(story.add(end).events).unfinished is None


def test_an_open_run_knows_what_it_was_to_do_and_what_of_it_is_committed() -> None:
    goal = Goal(Action.ROLLBACK, to_tag="v1", keep=Place.DATABASE)
    planned = [["1", "up", "up"], ["2", "up", "up"]]
    start = {"goal": goal.words, "asked": goal.said, "planned": planned}
    run = fold(Story().add(EventKind.RUN_STARTED, detail=start).applied("1").events).unfinished
    assert run is not None
    assert run.asked == goal
    assert run.finished == (PhaseRun("1", "up", Direction.UP),)
    assert run.rest == (PhaseRun("2", "up", Direction.UP),)


@pytest.mark.parametrize("strange", [7, "x", [["1"]], [["1", "up", "sideways"]], {"a": 1}])
def test_a_goal_or_plan_that_cannot_be_read_is_none(strange: object) -> None:
    start = {"goal": "apply", "asked": strange, "planned": strange}
    run = fold(Story().add(EventKind.RUN_STARTED, detail=start).events).unfinished
    assert run is not None
    assert (run.asked, run.planned, run.rest) == (None, (), ())


def test_half_a_phase_is_the_newest_thing_there_is() -> None:
    ledger = fold(Story().applied("1").started("2", "CREATE INDEX", 1).events)
    assert ledger.versions["2"].seq > ledger.versions["1"].seq


def test_versions_do_not_mix() -> None:
    ledger = fold(Story().applied("1").failed("2").started("3", "a", 1).events)
    assert ledger.versions["1"].complete
    assert ledger.versions["2"].failure == "no"
    assert ledger.versions["3"].open is not None


def test_a_run_that_stopped_is_known_with_its_goal_until_the_next_one() -> None:
    asked = Goal(Action.APPLY)
    start = {"goal": "apply everything pending", "asked": asked.said}
    story = Story().add(EventKind.RUN_STARTED, detail=start).applied("1")
    assert fold(story.events).stopped is None
    stopped = fold(story.add(EventKind.RUN_STOPPED).events).stopped
    assert stopped
    assert (stopped.asked, [phase.version for phase in stopped.finished]) == (asked, ["1"])
    story.add(EventKind.RUN_STARTED, detail=start)
    assert fold(story.events).stopped is None
    assert fold(story.add(EventKind.RUN_FINISHED).events).stopped is None
