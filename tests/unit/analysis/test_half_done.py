"""What R and `cockpit resume` go on with."""

from dataclasses import replace

import pytest

from cockpit.analysis.half_done import goals_of_rest, held_up
from cockpit.model.folded import PhaseRun, RunOpen
from cockpit.model.goal import Action, Goal
from cockpit.model.history import History, Record, Recorded
from cockpit.model.migration import Direction
from cockpit.model.state import State
from tests.tui import canned

EVERYTHING = Goal(Action.APPLY)
PLANNED = tuple(PhaseRun(version, "up", Direction.UP) for version in ("0043", "0044"))


def run(asked: Goal | None) -> RunOpen:
    return RunOpen("7f3b", canned.NOW, "ana", "cockpit 1", "in words", asked, PLANNED)


BOARD = canned.half_done_board()


@pytest.mark.parametrize("known", ["stopped", "unfinished"])
def test_it_is_the_goal_of_the_run_that_stopped(known: str) -> None:
    left = run(EVERYTHING)
    history = History(stopped=left) if known == "stopped" else History(unfinished=left)
    assert goals_of_rest(replace(BOARD, history=history)) == (EVERYTHING,)


@pytest.mark.parametrize("asked", [None, Goal(Action.REDO, only="0043")])
def test_it_is_the_half_done_migration_where_that_goal_says_nothing(asked: Goal | None) -> None:
    board = replace(BOARD, history=History(stopped=run(asked)))
    assert goals_of_rest(board) == (Goal(Action.APPLY, only="0043"),)
    assert goals_of_rest(replace(BOARD, history=None)) == (Goal(Action.APPLY, only="0043"),)


def test_a_way_back_that_stopped_between_two_migrations_goes_on_back() -> None:
    """Nothing of it is half done then; forward would be the wrong way."""
    asked = Goal(Action.ROLLBACK, to_tag="v1.3")
    board = replace(canned.board(), history=History(stopped=run(asked)))
    assert goals_of_rest(board) == (asked,)


def test_a_run_that_never_said_how_it_ended_and_left_nothing_is_looked_at_first() -> None:
    board = replace(canned.board(), history=History(unfinished=run(EVERYTHING)))
    assert goals_of_rest(board) == ()


def test_what_waits_at_a_gate_is_finished_by_itself() -> None:
    row = next(s for s in BOARD.standings if s.version == "0044")
    assert row.migration
    first = row.migration.up[0]
    gated = replace(first, name="contract", gate="every app server runs v2")
    waits = replace(
        row,
        state=State.PARTIAL,
        migration=replace(row.migration, up=(first, gated)),
        record=Record("0044", "x", Recorded.PARTIAL, done=(first.name,), phases=("up", "contract")),
    )
    rows = tuple(waits if s.version == "0044" else s for s in canned.board().standings)
    board = replace(BOARD, standings=rows, history=History(stopped=run(EVERYTHING)))
    assert goals_of_rest(board) == (Goal(Action.APPLY, only="0044"),)


def test_what_is_held_up_was_to_be_applied_and_still_waits() -> None:
    before = replace(BOARD, history=History(stopped=run(EVERYTHING)))
    assert held_up(BOARD, before) == ("0043", "0044")
    assert held_up(BOARD, replace(BOARD, history=History())) == ()
