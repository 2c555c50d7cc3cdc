"""Whatever somebody changes in the ledger by hand, the chain shows where."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.model.ledger import GENESIS, EventKind, LedgerEvent, fold
from cockpit.model.ledger_chain import Break, breaks, first_break
from cockpit.model.migration import Direction
from tests.unit.model.events import Story

KATHMANDU = timezone(timedelta(hours=5, minutes=45))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
DETAIL = st.dictionaries(TEXT, st.one_of(TEXT, st.integers(), st.booleans(), st.none()), max_size=3)
COLUMNS: dict[str, st.SearchStrategy[Any]] = {
    "seq": st.integers(0, 50),
    "at": TIMES,
    "run": TEXT,
    "event": st.sampled_from(EventKind),
    "version": st.none() | TEXT,
    "name": st.none() | TEXT,
    "phase": st.none() | TEXT,
    "step": st.none() | st.integers(0, 9),
    "direction": st.none() | st.sampled_from(Direction),
    "checksum": st.none() | TEXT,
    "script": st.none() | TEXT,
    "undo": st.none() | TEXT,
    "git_commit": st.none() | TEXT,
    "git_ref": st.none() | TEXT,
    "actor": TEXT,
    "client": TEXT,
    "duration": st.none() | st.timedeltas(timedelta(0), timedelta(days=9)),
    "detail": DETAIL,
    "previous_hash": TEXT,
    "hash": TEXT,
}


def chain(columns: list[dict[str, Any]]) -> list[LedgerEvent]:
    events: list[LedgerEvent] = []
    for number, values in enumerate(columns, 1):
        kept = values | {"seq": number, "previous_hash": GENESIS, "hash": ""}
        previous = events[-1].hash if events else GENESIS
        events.append(LedgerEvent(**kept).chained(previous))
    return events


CHAINS = st.lists(st.fixed_dictionaries(COLUMNS), min_size=1, max_size=4).map(chain)


def test_every_column_is_tried() -> None:
    assert set(COLUMNS) == {field.name for field in fields(LedgerEvent)}


@settings(max_examples=60, deadline=None)
@given(CHAINS)
def test_an_untouched_chain_holds(events: list[LedgerEvent]) -> None:
    assert first_break(events) is None


@pytest.mark.parametrize("column", COLUMNS)
def test_a_change_of_any_column_is_found(column: str) -> None:
    @settings(max_examples=25, deadline=None)
    @given(CHAINS, st.data())
    def holds(events: list[LedgerEvent], data: st.DataObject) -> None:
        index = data.draw(st.integers(0, len(events) - 1))
        old = getattr(events[index], column)
        new = data.draw(COLUMNS[column].filter(lambda value: value != old))
        events[index] = replace(events[index], **{column: new})
        broken = first_break(events)
        assert broken is not None
        assert broken.seq <= index + 2, "found at the event, or where the next one leans on it"

    holds()


def test_no_duration_is_not_a_duration_of_nothing() -> None:
    (event,) = Story().applied("1").events
    assert first_break([replace(event, duration=timedelta(0))]) is not None


def told(broken: Break | None) -> tuple[int, str] | None:
    return (broken.seq, broken.why) if broken else None


def test_a_removed_event_is_missed() -> None:
    events = Story().applied("1").applied("2").applied("3").events
    assert told(first_break([events[0], events[2]])) == (2, "event 2 is gone: 3 follows instead")
    assert first_break(events[1:]) is not None


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(4)))
def test_any_other_order_is_found(order: list[int]) -> None:
    events = Story().applied("1").applied("2").failed("3").applied("3").events
    shuffled = [events[index] for index in order]
    assert (first_break(shuffled) is None) == (order == sorted(order))


def test_an_event_that_was_rewritten_with_its_own_new_hash_is_found_by_the_next() -> None:
    first, second = Story().applied("1").applied("2").events
    forged = replace(first, actor="somebody else").chained(GENESIS)
    assert told(first_break([forged, second])) == (2, "it does not follow the event before it")


def test_what_was_checked_before_is_not_looked_at_again() -> None:
    events = Story().applied("1").applied("2").applied("3").events
    assert first_break(events[1:], events[0]) is None
    assert first_break(events[2:], events[0]) is not None


def test_the_time_zone_of_a_reader_changes_nothing() -> None:
    (event,) = Story().applied("1").events
    elsewhere = replace(event, at=event.at.astimezone(KATHMANDU))
    assert elsewhere.computed_hash() == event.hash


def accepting(events: list[LedgerEvent]) -> list[LedgerEvent]:
    """The same and, behind them, that somebody accepts the first place that does not hold."""
    broken = first_break(events)
    assert broken is not None
    last = events[-1]
    said = replace(
        last, seq=last.seq + 1, event=EventKind.BREAK_ACCEPTED, version=None, detail=broken.detail
    )
    return [*events, said.chained(last.hash)]


def test_a_break_that_was_accepted_is_none_any_more_and_the_next_one_is() -> None:
    events = Story().applied("1").applied("2").applied("3").events
    once = accepting([events[0], *events[2:]])
    assert first_break(once) is None
    assert [broken.seq for broken in breaks(once)] == [2]
    again = first_break([once[0], *once[2:]])
    assert again is not None
    assert again.seq == 2


def test_another_edit_of_an_accepted_event_is_found_again() -> None:
    first, second = Story().applied("1").applied("2").events[:2]
    edited = accepting([replace(first, actor="kim"), second])
    assert first_break(edited) is None
    assert first_break([replace(first, actor="eve"), *edited[1:]]) is not None


def test_the_state_is_the_same_after_a_break_was_accepted() -> None:
    events = Story().applied("1").applied("2").applied("3").events
    left = [events[0], *events[2:]]
    assert fold(accepting(left)).versions == fold(left).versions
