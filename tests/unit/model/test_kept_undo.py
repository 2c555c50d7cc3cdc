"""The way down that an event keeps is the way down that was in the file."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.model.ledger import EventKind, LedgerEvent, readable, undo_detail, undo_phase
from cockpit.model.migration import Backfill, Check, Direction, Phase
from tests.unit.model.events import Story

WORDS = st.text(min_size=1, max_size=9)
PHASES = st.builds(
    Phase,
    name=WORDS,
    direction=st.just(Direction.DOWN),
    script=WORDS,
    path=st.just("ledger event 1"),
    transaction=st.booleans(),
    gate=st.none() | WORDS,
    backfill=st.none() | st.builds(Backfill, WORDS, WORDS, st.integers(1, 9)),
    checks=st.lists(st.builds(Check, WORDS, WORDS, st.just(1)), max_size=2).map(tuple),
)


def event_with(phase: Phase) -> LedgerEvent:
    story = Story().applied("1", phase.name, undo=phase.script, detail=undo_detail(phase))
    return story.events[0]


@given(PHASES)
def test_a_way_down_comes_back_as_it_was_kept(phase: Phase) -> None:
    assert undo_phase(event_with(phase)) == phase


def test_no_way_down_is_none() -> None:
    (event,) = Story().applied("1", detail=undo_detail(None)).events
    assert undo_phase(event) is None


def test_an_empty_way_down_is_one() -> None:
    (event,) = Story().applied("1", undo="").events
    kept = undo_phase(event)
    assert kept is not None
    assert kept.script == ""


@pytest.mark.parametrize(
    "detail",
    [
        [],
        "text",
        {"rows": "many"},
        {"cursor": 7},
        {"phases": "expand"},
        {"versions": {}},
        {"undo": {"checks": [7]}},
        {"undo": {"checks": [{"title": "no query"}]}},
        {"undo": [1]},
        {"undo": {"backfill": {"table": "t"}}},
    ],
    ids=str,
)
def test_a_detail_of_another_shape_is_known_as_such(detail: Any) -> None:
    (event,) = Story().applied("1", undo="DROP TABLE t").events
    assert readable(event)
    assert not readable(replace(event, detail=detail))


def test_every_kind_of_event_has_words_of_its_own() -> None:
    assert len({kind.value for kind in EventKind}) == len(EventKind)
