"""What a rollback undoes, with which scripts, and what it refuses."""

from typing import Any

import pytest

from cockpit.analysis.planner import Recovered, make_plan
from cockpit.model.goal import Action, Goal
from cockpit.model.history import Record, Recorded
from cockpit.model.migration import Backfill
from cockpit.model.plan import Plan
from cockpit.model.problem import Problem
from cockpit.model.target import Environment
from tests.unit.analysis.migrations import (
    Place,
    down,
    kept,
    migration,
    record,
    two_phases,
    up,
)


def plan(place: Place, **goal: Any) -> Plan:
    return make_plan(place.situation, Goal(Action.ROLLBACK, **goal))


def phases(made: Plan) -> list[str]:
    return [f"{p.version} {p.phase}" for p in made.phases]


def three(*runs: str) -> Place:
    files = [migration(version) for version in "123"]
    by_run = dict(zip("123", runs or ("a", "a", "a"), strict=True))
    return Place(files, [record(v, run=run, undo=kept(v)) for v, run in by_run.items()])


def both_phases(*runs: str, **more: Any) -> Record:
    done = ("expand", "contract")
    undo = tuple(two_phases("1").down)
    return record("1", done=done, phases=done, runs=runs, undo=undo, **more)


def test_without_a_goal_the_newest_applied_one_goes() -> None:
    made = plan(three())
    assert (made.versions, made.refusals, made.notes) == (("3",), (), ())
    (phase,) = made.phases
    assert (phase.script, phase.origin, phase.checksum) == ("DROP TABLE t3;", "the ledger", None)
    assert (phase.last_of_version, phase.previous_version) == (True, "2")


def test_the_newest_is_the_one_that_was_applied_last_not_the_one_with_the_largest_number() -> None:
    place = three()
    place.records[0] = record("1", order=9, undo=kept("1"))
    assert plan(place).versions == ("1",)


def test_nothing_applied_is_nothing_to_roll_back() -> None:
    made = plan(Place([migration("1")]))
    assert made.empty
    assert made.notes == ("Nothing is applied: there is nothing to roll back.",)


def test_back_to_a_version_undoes_all_that_came_after_newest_first() -> None:
    made = plan(three(), to_version="1")
    assert made.versions == ("3", "2")
    assert [p.previous_version for p in made.phases] == ["2", "1"]


def test_back_to_nothing() -> None:
    made = plan(three(), to_version="0")
    assert made.versions == ("3", "2", "1")
    assert made.phases[-1].previous_version is None


def test_back_to_a_version_that_is_not_applied_is_refused() -> None:
    place = three()
    place.migrations.append(migration("4"))
    assert plan(place, to_version="4").refusals == (
        "4 is not applied, so there is no going back to it.",
    )


def test_back_to_a_release_keeps_what_it_holds_and_tells_what_it_lacks() -> None:
    place = three()
    place.releases = {"v1": frozenset(["1", "7"])}
    made = plan(place, to_tag="v1")
    assert made.versions == ("3", "2")
    assert made.notes == ("Release v1 also holds 7, not applied here.",)
    assert plan(place, to_tag="v2").refusals[0].startswith("No release tag is named v2.")


def test_only_one_leaves_the_later_ones_and_says_so() -> None:
    made = plan(three(), only="2")
    assert made.versions == ("2",)
    assert made.notes == ("2 is not the newest one: what was applied after it stays.",)


@pytest.mark.parametrize("records", [[], [record("1")]])
def test_only_one_that_is_not_applied_is_refused(records: list[Record]) -> None:
    made = plan(Place([migration("1"), migration("2")], records), only="2")
    assert made.refusals == ("2 is not applied: there is nothing to roll back.",)


def test_the_last_run_goes_as_a_whole() -> None:
    assert plan(three("a", "b", "b"), last_run=True).versions == ("3", "2")


def test_the_last_run_undoes_the_phases_it_applied_and_no_earlier_ones() -> None:
    place = Place([two_phases("1")], [both_phases("a", "b", run="b")])
    assert phases(plan(place, last_run=True)) == ["1 contract"]
    place.records = [both_phases("a", "a", run="a")]
    assert phases(plan(place, last_run=True)) == ["1 contract", "1 expand"]


def test_a_later_run_that_only_failed_is_not_the_last_run() -> None:
    place = three("a", "b", "b")
    place.records[2] = record(
        "3", Recorded.FAILED, run="c", runs=("b",), done=("up",), failure="no", undo=kept("3")
    )
    assert plan(place, last_run=True).versions == ("3", "2")


def test_without_any_run_the_last_one_is_refused() -> None:
    place = Place([migration("1")], [record("1", run="", runs=(), done=())])
    assert "another tool" in plan(place, last_run=True).refusals[0]


def test_from_a_phase_on() -> None:
    place = Place([two_phases("1")], [both_phases("a", "a")])
    made = plan(place, only="1", phase="contract")
    assert phases(made) == ["1 contract"]
    assert made.phases[0].last_of_version is False
    assert phases(plan(place, only="1", phase="expand")) == ["1 contract", "1 expand"]
    assert plan(place, only="1", phase="up").refusals == ("1 has no phase up in force.",)


def test_a_partly_applied_version_goes_back_by_what_is_done() -> None:
    half = record(
        "1", Recorded.PARTIAL, done=("expand",), phases=("expand", "contract"),
        undo=(down("SELECT 1;", "expand"),),
    )  # fmt: skip
    assert phases(plan(Place([two_phases("1")], [half]), only="1")) == ["1 expand"]


def test_a_version_that_left_the_ref_goes_back_by_the_ledger() -> None:
    place = three()
    del place.migrations[2]
    made = plan(place)
    assert made.refusals == ()
    assert made.phases[0].origin == "the ledger"


def test_a_version_that_left_the_ref_goes_back_by_the_commit_that_had_it() -> None:
    place = Place([], [record("3", done=(), phases=())])
    place.recovered = {"3": Recovered(migration("3"), "abcdef0123456789")}
    (phase,) = plan(place).phases
    assert (phase.script, phase.origin) == ("DROP TABLE t3;", "commit abcdef0123")


def test_the_files_are_the_last_resort() -> None:
    (phase,) = plan(Place([migration("3")], [record("3")])).phases
    assert phase.origin == "the files of this ref"


def test_two_ways_down_that_differ_are_told() -> None:
    place = Place([migration("3", up("SELECT 1;"), down("DROP TABLE other;"))], [])
    place.records = [record("3", undo=kept("3"))]
    made = plan(place)
    assert made.phases[0].script == "DROP TABLE t3;"
    assert made.notes == (
        "3: the way down in the ledger differs from the one in the files of this ref; the ledger "
        "is used.",
    )


def test_what_undoes_a_phase_that_is_not_in_force_makes_no_two_ways() -> None:
    half = record(
        "1", Recorded.PARTIAL, done=("expand",), phases=("expand", "contract"),
        undo=(down("ALTER TABLE users DROP name2;", "expand"),),
    )  # fmt: skip
    made = plan(Place([two_phases("1")], [half]), only="1")
    assert (made.notes, made.other_ways) == ((), ())


def test_the_operator_chooses_where_the_way_down_comes_from() -> None:
    place = Place([migration("3", up("SELECT 1;"), down("DROP TABLE other;"))], [])
    place.records = [record("3", undo=kept("3"))]
    assert plan(place, down_from="files").phases[0].script == "DROP TABLE other;"
    (refusal,) = plan(place, down_from="commit").refusals
    assert refusal == (
        "3 has no way down in the commit. Leave --down-from out to look in the others too."
    )


def test_a_way_down_that_cannot_be_read_gives_way_to_one_that_can() -> None:
    place = Place([migration("3")], [record("3", undo=(down("DROP TABEL t3;"),))])
    made = plan(place)
    assert made.refusals == ()
    assert made.phases[0].origin == "the files of this ref"


def test_a_backfill_on_the_way_down_can_be_read() -> None:
    back = down(
        "UPDATE t SET a = 0 WHERE id BETWEEN :from AND :to;", backfill=Backfill("t", "id", 9)
    )
    made = plan(Place([migration("3")], [record("3", undo=(back,))]))
    assert made.refusals == ()
    assert made.phases[0].origin == "the ledger"


def test_a_ledger_that_keeps_half_a_way_down_gives_way_to_the_files() -> None:
    done = ("expand", "contract")
    half = record("1", done=done, phases=done, undo=(down("SELECT 1;", "expand"),))
    made = plan(Place([two_phases("1")], [half]))
    assert made.refusals == ()
    assert {p.origin for p in made.phases} == {"the files of this ref"}


def test_a_phase_without_a_way_down_is_refused_by_name() -> None:
    done = ("expand", "contract")
    bare = migration("1", up("SELECT 1;", "expand"), up("SELECT 2;", "contract"))
    half = record("1", done=done, phases=done, undo=(down("SELECT 1;", "contract"),))
    assert plan(Place([bare], [half])).refusals == ("1: phase expand has no way down.",)


def test_a_way_down_without_a_statement_is_told() -> None:
    place = Place([migration("3", up("SELECT 1;"), down("-- nothing to undo\n"))], [record("3")])
    made = plan(place)
    assert made.refusals == ()
    assert "holds no statement" in made.notes[0]


def test_of_a_phase_that_is_not_applied_no_other_way_down_is_told() -> None:
    """The ledger has none for it, which the files are not to be blamed for."""
    done = ("expand",)
    kept_down = tuple(p for p in two_phases("1").down if p.name == "expand")
    half = record("1", done=done, phases=("expand", "contract"), undo=kept_down)
    made = plan(Place([two_phases("1")], [half]))
    assert (made.notes, made.other_ways, made.refusals) == ((), (), ())


def test_no_way_down_is_refused_with_what_can_be_done_instead() -> None:
    (refusal,) = plan(Place([migration("3", up("SELECT 1;"))], [record("3")])).refusals
    assert refusal == (
        "3 has no way down: not in the ledger, not in git, not in this ref. "
        "Write a new migration that repairs forward, or restore a backup."
    )


@pytest.mark.parametrize("in_ref", [True, False])
def test_irreversible_is_refused_with_the_words_of_its_author(in_ref: bool) -> None:
    final = migration("3", irreversible="it forgets passwords")
    place = Place([final] if in_ref else [], [record("3")])
    place.recovered = {"3": Recovered(final, "abcdef0123456789")}
    (refusal,) = plan(place).refusals
    assert "irreversible: it forgets passwords." in refusal
    assert "repairs forward" in refusal


@pytest.mark.parametrize("in_ref", [True, False])
def test_imported_only_goes_forward(in_ref: bool) -> None:
    place = Place([migration("3")] if in_ref else [], [record("3", Recorded.IMPORTED)])
    place.recovered = {"3": Recovered(migration("3"), "abcdef0123456789")}
    (refusal,) = plan(place).refusals
    assert "applied by an earlier tool" in refusal
    assert "Write a new migration that undoes it" in refusal


def test_what_others_require_stays() -> None:
    place = three()
    place.migrations[2] = migration("3", requires=("2",))
    assert plan(place, only="2").refusals == ("3 stays and requires 2.",)
    assert plan(place, to_version="1").refusals == ()


def test_a_broken_or_uncommitted_file_does_not_forbid_the_way_down_that_is_kept() -> None:
    place = three()
    place.environment = Environment.PRODUCTION
    place.migrations[2] = migration("3", uncommitted=True)
    place.file_problems = (Problem("no such marker", path="db/3.sql", version="3"),)
    assert plan(place).refusals == ()
    place.records[2] = record("3")
    assert len(plan(place).refusals) == 2
