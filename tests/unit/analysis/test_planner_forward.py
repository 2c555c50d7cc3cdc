"""What an apply runs, in which order, and what it refuses."""

from dataclasses import replace

import pytest

from cockpit.analysis.planner import make_plan
from cockpit.model.goal import Action, Goal
from cockpit.model.history import Recorded
from cockpit.model.ledger import PhaseOpen
from cockpit.model.migration import Direction
from cockpit.model.plan import Plan, StepKind
from cockpit.model.problem import Problem
from cockpit.model.target import Environment
from tests.unit.analysis.migrations import HERE, Place, migration, record, two_phases, up

ALL = Goal(Action.APPLY)


def plan(place: Place, goal: Goal = ALL) -> Plan:
    return make_plan(place.situation, goal)


def phases(made: Plan) -> list[str]:
    return [f"{p.version} {p.phase}" for p in made.phases]


def test_everything_pending_is_applied_in_order() -> None:
    made = plan(Place([migration("1"), migration("2"), migration("3")], [record("1")]))
    assert (made.versions, made.refusals, made.notes) == (("2", "3"), (), ())
    assert [step.number for step in made.steps] == [1, 2, 3, 4]
    assert [step.kind for step in made.steps] == [StepKind.SQL, StepKind.RECORD] * 2
    assert made.steps[1].title == "2 up up"


def test_nothing_pending_is_an_empty_plan() -> None:
    assert plan(Place([migration("1")], [record("1")])).empty


def test_up_to_a_version_and_including_it() -> None:
    place = Place([migration("1"), migration("2"), migration("3")])
    assert plan(place, Goal(Action.APPLY, to_version="2")).versions == ("1", "2")


def test_an_unknown_version_is_refused() -> None:
    made = plan(Place([migration("1")]), Goal(Action.APPLY, to_version="9"))
    assert made.refusals == ("No migration has the version 9.",)
    assert made.empty


def test_up_to_a_release() -> None:
    place = Place([migration("1"), migration("2")], releases={"v1": frozenset(["1"])})
    assert plan(place, Goal(Action.APPLY, to_tag="v1")).versions == ("1",)
    (refusal,) = plan(place, Goal(Action.APPLY, to_tag="v9")).refusals
    assert refusal == "No release tag is named v9. The newest are v1."


def test_only_one() -> None:
    place = Place([migration("1"), migration("2")])
    assert plan(place, Goal(Action.APPLY, only="2")).versions == ("2",)


def test_only_one_that_is_applied_is_refused() -> None:
    made = plan(Place([migration("1")], [record("1")]), Goal(Action.APPLY, only="1"))
    assert made.refusals == ("1 is applied: there is nothing to apply.",)


def test_a_requirement_must_be_applied_or_come_before() -> None:
    place = Place([migration("1"), migration("2", requires=("1",))])
    assert plan(place).refusals == ()
    refused = plan(place, Goal(Action.APPLY, only="2")).refusals
    assert refused == ("2 requires 1, which is neither wholly applied nor in this plan before it.",)
    place.records = [record("1")]
    assert plan(place, Goal(Action.APPLY, only="2")).refusals == ()


def test_a_requirement_that_is_partly_applied_is_not_met() -> None:
    half = record("1", Recorded.PARTIAL, done=("expand",), phases=("expand", "contract"))
    place = Place([two_phases("1"), migration("2", requires=("1",))], [half])
    assert plan(place, Goal(Action.APPLY, only="2")).refusals
    assert plan(place).refusals == ()


def test_a_late_one_is_run_and_said_to_be_late() -> None:
    made = plan(Place([migration("1"), migration("2")], [record("2")]))
    assert made.versions == ("1",)
    assert made.notes == ("1 is late: newer ones are applied already, it runs out of order.",)


def test_a_late_one_that_the_tool_skips_is_left_out_unless_it_is_asked_for() -> None:
    place = Place([migration("1"), migration("2")], [record("2")], late_is_refused=True)
    made = plan(place)
    assert made.empty
    assert made.notes == ("Left out: 1 is late.",)
    assert plan(place, Goal(Action.APPLY, only="1")).versions == ("1",)


def test_the_newest_version_in_force_is_known_after_each_phase() -> None:
    made = plan(Place([migration("1"), migration("2"), migration("3")], [record("2")]))
    assert [(p.version, p.previous_version) for p in made.phases] == [("1", "2"), ("3", "3")]


def test_a_partly_applied_version_goes_on_at_its_gate() -> None:
    half = record("1", Recorded.PARTIAL, done=("expand",), phases=("expand", "contract"))
    made = plan(Place([two_phases("1", gate="all on v2?")], [half]))
    assert phases(made) == ["1 contract"]
    assert [step.kind for step in made.steps] == [StepKind.GATE, StepKind.SQL, StepKind.RECORD]
    (phase,) = made.phases
    assert (phase.gate, phase.last_of_version) == ("all on v2?", True)


def test_only_the_last_phase_completes_the_version() -> None:
    made = plan(Place([two_phases("1")]))
    assert [(p.phase, p.last_of_version) for p in made.phases] == [
        ("expand", False), ("contract", True),
    ]  # fmt: skip


def test_a_phase_that_was_put_before_an_applied_one_completes_the_version_too() -> None:
    half = record("1", Recorded.PARTIAL, done=("contract",), phases=("expand", "contract"))
    (phase,) = plan(Place([two_phases("1")], [half])).phases
    assert (phase.phase, phase.last_of_version) == ("expand", True)


def test_a_gate_that_somebody_has_opened_is_not_asked_again_while_its_words_are_the_same() -> None:
    failed = record(
        "1", Recorded.FAILED, done=("expand",), phases=("expand", "contract"), failure="no",
        confirmed_gates=("contract",), confirmed_words=("all on v2?",),
    )  # fmt: skip
    (same,) = plan(Place([two_phases("1", gate="all on v2?")], [failed])).phases
    assert same.gate is None
    assert StepKind.GATE not in {step.kind for step in same.steps}
    (other,) = plan(Place([two_phases("1", gate="all on v3?")], [failed])).phases
    assert other.gate == "all on v3?"


def test_a_file_that_was_edited_between_two_phases_is_told() -> None:
    half = record(
        "1", Recorded.PARTIAL, done=("expand",), phases=("expand", "contract"), checksum="old"
    )
    made = plan(Place([two_phases("1")], [half]))
    assert any("was edited after phase expand was applied" in note for note in made.notes)


def test_what_is_applied_drifted_or_missing_is_told_and_not_run() -> None:
    made = plan(Place([migration("1", checksum="new"), migration("3")], [record("1"), record("2")]))
    assert made.versions == ("3",)
    assert made.notes == (
        "1 was edited after it was applied; the edit is not run.",
        "2 is applied and not in this ref.",
    )


def test_several_that_are_told_are_told_as_several() -> None:
    edited = [migration("1", checksum="new"), migration("2", checksum="new"), migration("3")]
    made = plan(Place(edited, [record("1"), record("2")]))
    assert made.notes == ("1, 2 were edited after they were applied; the edits are not run.",)


def test_the_way_down_is_kept_with_the_phase_but_not_for_an_irreversible_one() -> None:
    (phase,) = plan(Place([migration("1")])).phases
    assert phase.undo is not None
    assert phase.undo.script == "DROP TABLE t1;"
    (final,) = plan(Place([migration("1", irreversible="gone")])).phases
    assert final.undo is None


def test_a_bad_file_refuses_the_plan_that_would_run_it_and_no_other() -> None:
    bad = Problem("no such marker", path="db/2.sql", line=3, version="2")
    place = Place([migration("1"), migration("2")], file_problems=(bad,))
    assert plan(place).refusals == ("db/2.sql:3: no such marker.",)
    others = plan(place, Goal(Action.APPLY, only="1"))
    assert others.refusals == ()
    assert others.notes == ("Left out: db/2.sql:3: no such marker.",)


def test_what_comes_after_a_bad_file_runs_only_when_it_is_named() -> None:
    bad = Problem("it is no UTF-8", path="db/2.sql", version="2", next_step="Save it anew.")
    place = Place([migration("1"), migration("3")], file_problems=(bad,))
    (refusal,) = plan(place).refusals
    assert refusal.startswith("db/2.sql: it is no UTF-8. It comes before what would run")
    assert plan(place, Goal(Action.APPLY, only="3")).refusals == ()
    assert plan(place, Goal(Action.APPLY, to_version="1")).refusals == ()


def test_a_second_file_of_an_applied_version_is_not_passed_over_in_silence() -> None:
    twice = Problem("version 1 exists twice: db/1.sql has it too", path="db/1_b.sql", version="1")
    place = Place([migration("1"), migration("2")], [record("1")], file_problems=(twice,))
    assert "exists twice" in plan(place).refusals[0]
    place.file_problems = (replace(twice, path="db/1.sql"),)
    assert plan(place).refusals == ()


def test_sql_that_cannot_be_read_refuses_the_plan_with_its_place() -> None:
    (refusal,) = plan(Place([migration("1", up("CREATE TABEL t ();"))])).refusals
    assert refusal.startswith("db/1.sql:1:8: syntax error")


@pytest.mark.parametrize("environment", [Environment.PRODUCTION, Environment.UNKNOWN])
def test_a_protected_target_is_only_written_from_a_commit(environment: Environment) -> None:
    place = Place([migration("1", uncommitted=True)], environment=environment)
    (refusal,) = plan(place).refusals
    assert "is not committed as it stands" in refusal
    place.environment = Environment.DEV
    assert plan(place).refusals == ()


def test_a_standby_is_never_written() -> None:
    standby = replace(HERE, in_recovery=True)
    (refusal,) = plan(Place([migration("1")], identity=standby)).refusals
    assert "standby" in refusal


def test_a_disagreement_about_the_environment_refuses_every_plan() -> None:
    made = plan(Place([migration("1")], disagreement="the settings say local"))
    assert made.refusals == ("Writing is impossible: the settings say local.",)


@pytest.mark.parametrize("field", ["problems", "history_problems"])
def test_a_problem_of_the_target_refuses_every_plan_and_says_what_to_do(field: str) -> None:
    problem = Problem("the row is dirty", next_step="Look at it.")
    place = Place([migration("1")])
    setattr(place, field, (problem,))
    assert plan(place).refusals == ("the row is dirty. Look at it.",)
    setattr(place, field, (replace(problem, blocks_writing=False),))
    assert plan(place).refusals == ()


def test_a_rollback_that_broke_off_must_be_finished_before_it_goes_up_again() -> None:
    opened = PhaseOpen("up", Direction.DOWN, finished=("DROP TABLE t1",))
    half = record("1", Recorded.PARTIAL, open=opened)
    (refusal,) = plan(Place([migration("1")], [half])).refusals
    assert "roll back only this version, then apply it again" in refusal


def test_what_comes_after_a_gate_is_told_before_the_run() -> None:
    gated = two_phases("1", gate="all on v2?")
    made = plan(Place([gated, migration("2"), migration("3")]))
    assert made.notes == (
        "As long as the gate of 1 contract is not passed, 2, 3 after it are not applied.",
    )
    assert plan(Place([migration("0"), gated])).notes == ()
