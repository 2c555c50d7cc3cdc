"""What is half done on one target is neither applied there nor absent: every list says so."""

from dataclasses import replace

import pytest

from cockpit.analysis.comparison import compare_targets
from cockpit.model.board import Board
from cockpit.model.comparison import Comparison
from cockpit.model.history import Record, Recorded
from cockpit.model.state import State
from cockpit.present.comparison_text import comparison_json, comparison_text
from tests.tui import canned

HALF = Record("0043", "x", Recorded.PARTIAL, done=("expand",), phases=("expand", "contract"))
WHOLE = replace(HALF, recorded=Recorded.APPLIED, done=HALF.phases)


def having(state: State, record: Record | None) -> Board:
    """A board where 0043 stands so."""
    board = canned.board()
    rows = tuple(
        replace(s, state=state, record=record) if s.version == "0043" else s
        for s in board.standings
    )
    return replace(board, standings=rows)


def compared(here: Board, there: Board) -> Comparison:
    """Without their schemas."""
    return compare_targets([here, there], [None, None], lambda version: (version,))


NOWHERE = having(State.PENDING, None)
APPLIED = having(State.APPLIED, WHOLE)


@pytest.mark.parametrize(
    "partly",
    [
        having(State.PARTIAL, HALF),
        having(State.MISSING, HALF),
        having(State.FAILED, replace(HALF, recorded=Recorded.FAILED)),
    ],
    ids=["in this ref", "not in this ref", "failed in its second phase"],
)
def test_what_is_half_done_is_named_and_never_taken_for_whole(partly: Board) -> None:
    (onward,) = compared(partly, NOWHERE).promotions
    assert (onward.versions, onward.half_here, onward.half_there) == ((), ("0043",), ())
    (back,) = compared(NOWHERE, partly).promotions
    assert (back.only_there, back.half_here, back.half_there) == ((), (), ("0043",))
    finished = compared(APPLIED, partly)
    assert finished.promotions[0].versions == ("0043",)
    text = comparison_text(finished)
    assert "would run 1 migration: 0043 (the rest of it)" in text
    assert "half done on orders-prod: 0043" in text
    assert comparison_json(finished)["promotions"][0]["half_done"] == {"from": [], "to": ["0043"]}


def test_a_failed_one_that_left_nothing_is_not_half_done() -> None:
    nothing = having(State.FAILED, Record("0043", "x", Recorded.FAILED, failure="no"))
    assert compared(nothing, NOWHERE).promotions[0].half_here == ()


def test_half_of_a_missing_one_differs_from_all_of_it() -> None:
    half, whole = having(State.MISSING, HALF), having(State.MISSING, WHOLE)
    (row,) = (row for row in compared(half, whole).rows if row.version == "0043")
    assert row.differs
    assert row.states == ("partial", "missing")
    assert row.places[0] == 0
