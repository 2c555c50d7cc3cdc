"""A plan's id stands for everything that was reviewed, and for nothing else."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.analysis.planner import make_plan
from cockpit.analysis.planner.seal import seal
from cockpit.model.attic import Holding
from cockpit.model.attic import Place as AtticPlace
from cockpit.model.goal import Action, Goal
from cockpit.model.hazard import Hazard, Severity
from cockpit.model.impact import Impact, RelationLock
from cockpit.model.live import Estimate
from cockpit.model.locks import LockMode
from cockpit.model.migration import Backfill, Check, Direction, Phase, ReadOnly
from cockpit.model.plan import Plan, PlannedPhase, Step, StepKind
from cockpit.model.revision import Revision
from tests.unit.analysis.migrations import HERE, Place, down, migration, up

WORDS = st.text(max_size=5)
UNDO = Phase("up", Direction.DOWN, "DROP TABLE t", "db/1.sql", gate="sure?")
PLAN = seal(
    Plan(
        id="", goal=Goal(Action.APPLY), target="t", standpoint="s", tool="cockpit", head="h",
        commit="c", ref="r", worktree=False,
        phases=(
            PlannedPhase(
                version="1", name="n", phase="up", direction=Direction.UP,
                steps=(Step(1, StepKind.SQL, "SELECT 1", "db/1.sql", 1, 1, 1),),
                script="SELECT 1;", path="db/1.sql", checksum="c", all_phases=("up",), undo=UNDO,
            ),
        ),
    )
)  # fmt: skip
REVIEWED: dict[str, st.SearchStrategy[Any]] = {
    "version": WORDS,
    "name": WORDS,
    "phase": WORDS,
    "direction": st.sampled_from(Direction),
    "script": WORDS,
    "checksum": st.none() | WORDS,
    "all_phases": st.lists(WORDS, max_size=2).map(tuple),
    "undo": st.sampled_from([
        None, replace(UNDO, script="other"), replace(UNDO, gate=None),
        replace(UNDO, transaction=False), replace(UNDO, checks=(Check("c", "SELECT true", 1),)),
        replace(UNDO, backfill=Backfill("t", "id", 5)),
    ]),
    "backfill": st.sampled_from([Backfill("t", "id", 5), Backfill("u", "id", 5)]),
    "cursor": st.just(("7",)),
    "gate": WORDS,
    "last_of_version": st.booleans(),
    "previous_version": st.none() | WORDS,
    "metadata": WORDS,
    "program": st.sampled_from([("upgrade", "a"), ("upgrade", "b")]),
    "gate_sql": WORDS,
    "readonly": st.sampled_from([ReadOnly(), ReadOnly(("app",)), ReadOnly(("app",), 5)]),
}  # fmt: skip
REVIEWED_OF_A_STEP: dict[str, Any] = {
    "kind": StepKind.CHECK, "sql": "SELECT 2", "group": None, "already_done": True,
}  # fmt: skip
TOLD: dict[str, Any] = {
    "path": "elsewhere.sql", "origin": "the ledger", "commit": "other", "in_ref": True,
    "in_git": False, "passed": 5, "irreversible": "the data is gone",
}  # fmt: skip
TOLD_OF_A_STEP: dict[str, Any] = {
    "title": "words", "impact": Impact("SELECT"), "line": 9, "path": "elsewhere.sql",
    "hazards": (Hazard("rule", Severity.HIGH, "it blocks"),), "number": 7, "position": 7,
    "estimate": Estimate(timedelta(0), timedelta(seconds=1), "reads"),
    "holds": (RelationLock("public.t", LockMode.ACCESS_EXCLUSIVE),),
    "comes_back": False,
    "kept": ("table t with every row",),
    "holding": Holding(1, "public", "t", (), (), True, AtticPlace.DATABASE, "e1_t"),
}  # fmt: skip


def with_phase(**changes: Any) -> Plan:
    return seal(replace(PLAN, phases=(replace(PLAN.phases[0], **changes),)))


def with_step(**changes: Any) -> Plan:
    return with_phase(steps=(replace(PLAN.phases[0].steps[0], **changes),))


def test_every_field_is_reviewed_or_only_told() -> None:
    known = set(REVIEWED) | set(TOLD) | {"steps"}
    assert known == {field.name for field in fields(PlannedPhase)}
    known = set(REVIEWED_OF_A_STEP) | set(TOLD_OF_A_STEP)
    assert known == {field.name for field in fields(Step)}


@pytest.mark.parametrize("name", REVIEWED)
def test_the_id_changes_with_what_is_reviewed_of_a_phase(name: str) -> None:
    @given(REVIEWED[name].filter(lambda value: value != getattr(PLAN.phases[0], name)))
    def holds(value: Any) -> None:
        assert with_phase(**{name: value}).id != PLAN.id

    holds()


@pytest.mark.parametrize("name", REVIEWED_OF_A_STEP)
def test_the_id_changes_with_what_is_reviewed_of_a_step(name: str) -> None:
    assert with_step(**{name: REVIEWED_OF_A_STEP[name]}).id != PLAN.id


@pytest.mark.parametrize("name", TOLD)
def test_the_id_does_not_change_with_what_is_only_told_of_a_phase(name: str) -> None:
    assert with_phase(**{name: TOLD[name]}).id == PLAN.id


@pytest.mark.parametrize("name", TOLD_OF_A_STEP)
def test_the_id_does_not_change_with_what_is_only_told_of_a_step(name: str) -> None:
    assert with_step(**{name: TOLD_OF_A_STEP[name]}).id == PLAN.id


@pytest.mark.parametrize(
    "changes",
    [
        {"target": "other"}, {"tool": "other"}, {"head": "other"}, {"refusals": ("no",)},
        {"goal": Goal(Action.APPLY, to_version="1")},
        {"goal": Goal(Action.APPLY, step_in_doubt="done")}, {"phases": ()},
        {"goal": Goal(Action.APPLY, keep=AtticPlace.FILE)},
        {"goal": Goal(Action.APPLY, restore=True)},
    ],
    ids=str,
)  # fmt: skip
def test_the_id_changes_with_target_history_goal_and_refusals(changes: dict[str, Any]) -> None:
    assert seal(replace(PLAN, **changes)).id != PLAN.id


@pytest.mark.parametrize(
    "changes", [{"notes": ("words",)}, {"commit": "d"}, {"ref": None}, {"worktree": True}], ids=str
)
def test_the_id_does_not_change_with_how_the_same_content_was_found(
    changes: dict[str, Any],
) -> None:
    assert seal(replace(PLAN, **changes)).id == PLAN.id


def test_the_order_of_phases_is_reviewed() -> None:
    one = PLAN.phases[0]
    two = replace(one, version="2")
    assert seal(replace(PLAN, phases=(one, two))).id != seal(replace(PLAN, phases=(two, one))).id


def made(place: Place) -> str:
    return make_plan(place.situation, Goal(Action.APPLY)).id


def test_one_situation_gives_one_id() -> None:
    assert made(Place([migration("1")])) == made(Place([migration("1")]))


def test_another_file_history_or_database_gives_another_id() -> None:
    base = Place([migration("1")])
    others = [
        Place([migration("1", up("CREATE TABLE other ();"), down("DROP TABLE other;"))]),
        Place([migration("1", checksum="other")]),
        Place([migration("1"), migration("2")]),
        replace(base, head="other"),
        replace(base, identity=replace(HERE, database_oid=1)),
    ]
    ids = {made(place) for place in [base, *others]}
    assert len(ids) == len(others) + 1


def test_another_commit_with_the_same_files_gives_the_same_id() -> None:
    elsewhere = replace(Place([migration("1")]), revision=Revision(None, "b" * 40, worktree=True))
    assert made(elsewhere) == made(Place([migration("1")]))


def test_an_environment_that_was_changed_since_makes_the_plan_stale() -> None:
    disagreeing = replace(Place([migration("1")]), disagreement="the settings say local")
    assert made(disagreeing) != made(Place([migration("1")]))
