"""What the next start says of a run that broke off between two phases."""

from dataclasses import replace
from typing import Any

import pytest

from cockpit.analysis.half_done import goal_of_rest, half_done
from cockpit.deploy.unfinished import unfinished
from cockpit.model.board import Board, Unfinished
from cockpit.model.goal import Action, Goal
from cockpit.model.history import History, Record, Recorded
from cockpit.model.ledger import PhaseRun, RunOpen
from cockpit.model.migration import Direction, Migration
from tests.tui import canned
from tests.unit.analysis.migrations import Place, migration, record, two_phases

UP = Goal(Action.APPLY)
GATE = "every server runs v2"
GATED = two_phases("002", gate=GATE)


def ran(*words: str) -> tuple[PhaseRun, ...]:
    """`001 up up`: version, phase, direction."""
    return tuple(PhaseRun(v, p, Direction(d)) for v, p, d in map(str.split, words))


def board_of(
    *records: Record,
    files: tuple[Migration, ...] = (GATED,),
    goal: Goal = UP,
    finished: tuple[PhaseRun, ...] = ran("001 up up", "002 expand up"),
    planned: tuple[PhaseRun, ...] = (),
) -> Board:
    """After run-a, which never said how it ended."""
    place = Place([migration("001"), *files], list(records))
    run = RunOpen("run-a", canned.NOW, "ana", "cockpit", goal.words, goal, planned, finished)
    history = History(records, unfinished=run)
    return replace(canned.board(), standings=place.standings, history=history)


def told(*records: Record, **more: Any) -> Unfinished:
    left = unfinished(board_of(*records, **more), {})
    assert left is not None
    return left


def expanded(run: str = "run-a", **more: Any) -> Record:
    return record(
        "002", Recorded.PARTIAL, done=("expand",), phases=("expand", "contract"), run=run, **more
    )


def test_a_version_that_waits_at_its_gate_is_no_applied_one() -> None:
    left = told(record("001"), expanded())
    assert left.kept == "001: applied before it broke off; 002: phase expand, 1 of 2"
    assert "never said how it ended in 002" in left.what
    assert left.versions == ("002",)


def test_what_it_waits_for_is_named_with_the_command_that_passes_it() -> None:
    planned = ran("001 up up", "002 expand up", "002 contract up")
    left = told(record("001"), expanded(), planned=planned)
    assert left.undone.startswith("whatever was begun of up 002, phase contract")
    assert left.next_step == (
        f'002 contract waits for somebody to confirm: "{GATE}". When it is so, resume '
        "(cockpit resume --pass-gate 002:contract). Or roll back what it finished "
        "(cockpit rollback --last-run). To hand over: cockpit log run-a"
    )


def test_a_gate_that_was_confirmed_is_not_waited_for() -> None:
    confirmed = expanded(confirmed_gates=("contract",), confirmed_words=(GATE,))
    assert told(confirmed).next_step.startswith("Resume to finish 002 (cockpit resume).")


def test_a_query_passes_its_gate_without_the_operator() -> None:
    files = (two_phases("002", gate=GATE, gate_sql="SELECT true"),)
    words = told(expanded(), files=files).next_step
    assert f'002 contract waits for its query to say: "{GATE}".' in words
    assert "(cockpit resume)" in words


def test_where_several_stand_between_phases_each_is_named() -> None:
    third = replace(expanded(), version="003", order=3)
    files = (two_phases("002", gate=GATE), two_phases("003", gate=GATE))
    words = told(expanded(), third, files=files).next_step
    assert "cockpit resume --only 002 --pass-gate 002:contract" in words
    assert "cockpit resume --only 003 --pass-gate 003:contract" in words


def test_what_an_earlier_run_left_at_a_gate_is_not_called_whole() -> None:
    left = told(expanded("earlier"), record("001"), finished=ran("001 up up"))
    assert left.kept == "001: applied before it broke off"
    assert left.next_step.startswith("Nothing of it is half done; 002 stands as before")


def test_of_a_file_that_is_not_in_the_ref_the_history_knows_the_phases() -> None:
    left = told(expanded(), files=())
    assert left.kept.endswith("002: phase expand, 1 of 2")
    assert "finish 002 from a ref that has its file (cockpit resume --ref REF)" in left.next_step


BACK: dict[str, Any] = {
    "goal": Goal(Action.ROLLBACK, to_tag="v1"),
    "planned": ran("003 up down", "002 contract down", "002 expand down"),
    "finished": ran("003 up down", "002 contract down"),
}
"""A rollback that broke off with one phase of 002 rolled back and one in force."""


@pytest.mark.parametrize("files", [(), (GATED,)], ids=["older ref", "newer ref"])
def test_a_way_back_that_broke_off_between_phases_goes_on_going_back(
    files: tuple[Migration, ...],
) -> None:
    board = board_of(expanded("earlier"), files=files, **BACK)
    left = unfinished(board, {})
    assert left is not None
    assert left.kept == (
        "003: rolled back before it broke off; "
        "002: phase contract rolled back; phase expand, 1 of 2, is still in force"
    )
    assert "whatever was begun of down 002, phase expand" in left.undone
    assert left.next_step.startswith("Resume to finish the way back (cockpit resume)")
    assert "cockpit apply --only 002" in left.next_step or not files
    (half,) = half_done(board)
    assert goal_of_rest(board, half) == BACK["goal"]


def test_a_rollback_of_one_phase_that_came_to_its_end_is_not_gone_on_with() -> None:
    goal = Goal(Action.ROLLBACK, only="002", phase="contract")
    finished = ran("002 contract down")
    board = board_of(expanded("earlier"), files=(), goal=goal, planned=finished, finished=finished)
    assert half_done(board) == ()


def test_a_ledger_that_kept_no_goal_still_knows_the_direction() -> None:
    board = board_of(expanded("earlier"), files=(), finished=ran("002 contract down"))
    assert board.history is not None
    assert board.history.unfinished is not None
    for words, phase in (
        ("roll back to release v1", None),
        ("roll back 002 from phase expand", "expand"),
    ):
        run = replace(board.history.unfinished, goal=words, asked=None)
        older = replace(board, history=replace(board.history, unfinished=run))
        (half,) = half_done(older)
        assert goal_of_rest(older, half) == Goal(Action.ROLLBACK, only="002", phase=phase)


def test_a_rollback_that_broke_off_between_migrations_is_named_as_it_was_asked_for() -> None:
    left = told(record("001"), **(BACK | {"finished": ran("003 up down")}))
    assert left.kept == "003: rolled back before it broke off"
    assert left.next_step == (
        "Nothing is half done: plan again and go on (cockpit rollback --to-tag v1)."
    )


def test_a_run_that_did_all_and_wrote_no_end_asks_for_nothing() -> None:
    done = ran("001 up up")
    words = told(record("001"), files=(), planned=done, finished=done).next_step
    assert words == (
        "Nothing is half done: all that it was to do is done, only its end was not written."
    )
