"""What a redo rolls back and applies again, and when it asks which one."""

from typing import Any

import pytest

from cockpit.analysis.planner import make_plan
from cockpit.model.goal import Action, Goal
from cockpit.model.plan import Plan
from cockpit.model.target import Environment
from tests.unit.analysis.migrations import Place, kept, migration, record, two_phases, up


def redo(place: Place, **goal: Any) -> Plan:
    return make_plan(place.situation, Goal(Action.REDO, **goal))


def ways(made: Plan) -> list[str]:
    return [f"{p.direction} {p.version}" for p in made.phases]


def three() -> Place:
    return Place([migration(v) for v in "123"], [record(v, undo=kept(v)) for v in "123"])


def edited(place: Place, *versions: str) -> Place:
    for version in versions:
        place.migrations[int(version) - 1] = migration(version, checksum="new")
    return place


def test_redo_goes_down_and_up_again_with_the_file_as_it_is() -> None:
    place = three()
    place.migrations[2] = migration("3", up("CREATE TABLE better ();"), checksum="new")
    made = redo(place)
    assert ways(made) == ["down 3", "up 3"]
    assert (made.phases[1].script, made.phases[1].checksum) == ("CREATE TABLE better ();", "new")


def test_redo_from_a_version_on_and_of_one_alone() -> None:
    assert ways(redo(three(), to_version="2")) == ["down 3", "down 2", "up 2", "up 3"]
    assert ways(redo(three(), only="2")) == ["down 2", "up 2"]
    assert redo(three(), to_version="9").refusals == (
        "9 is not applied: there is nothing to redo.",
    )


def test_redo_asks_at_every_gate_again() -> None:
    done = ("expand", "contract")
    opened = record(
        "1", done=done, phases=done, undo=tuple(two_phases("1").down),
        confirmed_gates=("contract",), confirmed_words=("all on v2?",),
    )  # fmt: skip
    made = redo(Place([two_phases("1", gate="all on v2?")], [opened]))
    assert [p.gate for p in made.phases if p.direction == "up"] == [None, "all on v2?"]


@pytest.mark.parametrize("environment", [Environment.PRODUCTION, Environment.UNKNOWN])
def test_redo_is_not_for_protected_targets(environment: Environment) -> None:
    place = three()
    place.environment = environment
    made = redo(place)
    assert made.refusals == ("Redo exists only on targets that are not protected.",)
    assert made.empty


def test_redo_of_a_version_that_left_the_ref_is_refused() -> None:
    place = three()
    del place.migrations[2]
    assert redo(place).refusals == ("3 is not in this ref, so it cannot come back.",)


def test_the_one_that_was_edited_is_meant_although_another_was_applied_later() -> None:
    place = edited(three(), "3")
    place.records[1] = record("2", order=9, undo=kept("2"))
    assert ways(redo(place)) == ["down 3", "up 3"]


def test_an_older_one_that_was_edited_has_to_be_named() -> None:
    made = redo(edited(three(), "2"))
    assert made.phases == ()
    (refusal,) = made.refusals
    assert "2 was edited, and 3 is the newest. Name it with --only, or with --from" in refusal


def test_of_two_that_were_edited_one_has_to_be_named() -> None:
    (refusal,) = redo(edited(three(), "2", "3")).refusals
    assert "2, 3 were edited. Name it" in refusal


def test_where_the_last_run_was_of_an_older_one_it_has_to_be_named() -> None:
    place = three()
    place.records[0] = record("1", order=9, undo=kept("1"))
    (refusal,) = redo(place).refusals
    assert "1 was applied last, and 3 is the newest" in refusal


def test_where_nothing_is_applied_there_is_nothing_to_redo() -> None:
    assert redo(Place([migration("1")])).phases == ()
