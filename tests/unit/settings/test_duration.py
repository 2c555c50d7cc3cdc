"""Durations are read and written as PostgreSQL spells them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.settings.duration import format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("200ms", timedelta(milliseconds=200)),
        (" 2 s ", timedelta(seconds=2)),
        ("1.5min", timedelta(seconds=90)),
        ("0", timedelta()),
        ("0s", timedelta()),
        ("10us", timedelta(microseconds=10)),
        ("1d", timedelta(days=1)),
    ],
)
def test_a_number_and_a_unit_are_a_duration(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize("text", ["", "200", "5 minutes", "-1s", "1e3ms", "ms", "1s 2ms", "٣s"])
def test_anything_else_is_refused_with_the_units_there_are(text: str) -> None:
    with pytest.raises(ValueError, match="us, ms, s, min, h, d"):
        parse_duration(text)


def test_a_timeout_postgresql_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="24 days"):
        parse_duration("25d")


@given(st.integers(min_value=0, max_value=2_147_483_647_000))
def test_what_is_written_is_read_back_exactly(microseconds: int) -> None:
    length = timedelta(microseconds=microseconds)
    assert parse_duration(format_duration(length)) == length


def test_the_largest_unit_that_is_exact_is_written() -> None:
    assert format_duration(timedelta(milliseconds=1500)) == "1500ms"
    assert format_duration(timedelta(minutes=5)) == "5min"
    assert format_duration(timedelta()) == "0"
