"""Numbers are shown in the unit a person would say them in."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.present.durations import (
    ago,
    clock_time,
    count,
    elapsed,
    plural,
    short_duration,
    size,
    timestamp,
)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 ms"), (0.2, "200 ms"), (0.9996, "1.0 s"), (3.44, "3.4 s"), (9.96, "10 s"),
        (47, "47 s"), (59.6, "1:00"), (441, "7:21"), (7391, "2:03:11"), (273_600, "3 d 4 h"),
        (-1, "0 ms"),
    ],
)  # fmt: skip
def test_a_duration_is_short(seconds: float, words: str) -> None:
    assert short_duration(timedelta(seconds=seconds)) == words


def test_a_running_clock_keeps_its_shape_from_the_first_second() -> None:
    assert elapsed(timedelta(seconds=3)) == "0:03"
    assert elapsed(timedelta(seconds=72)) == "1:12"


def test_moments_are_told_in_utc_wherever_they_come_from() -> None:
    moment = datetime(2026, 11, 21, 3, 58, 40, tzinfo=timezone(timedelta(hours=1)))
    assert clock_time(moment) == "02:58:40Z"
    assert timestamp(moment) == "2026-11-21 02:58:40Z"


def test_the_past_is_told_by_its_distance() -> None:
    now = datetime(2026, 11, 21, 3, 0, 0, tzinfo=UTC)
    assert ago(now - timedelta(seconds=47), now) == "47 s ago"
    assert ago(now + timedelta(seconds=5), now) == "now"


@pytest.mark.parametrize(
    ("number_of_bytes", "words"),
    [
        (0, "0 bytes"), (512, "512 bytes"), (8192, "8.0 kB"), (1_048_575, "1.0 MB"),
        (44_023_414_784, "41 GB"),
    ],
)  # fmt: skip
def test_a_size_is_what_postgresql_would_say(number_of_bytes: int, words: str) -> None:
    assert size(number_of_bytes) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0"), (5120, "5,120"), (12_345, "12 k"), (999_999, "1.0 M"), (1_440_000, "1.4 M"),
        (210_000_000, "210 M"), (3_100_000_000, "3.1 G"),
    ],
)  # fmt: skip
def test_a_count_keeps_at_most_three_digits_once_it_is_large(number: int, words: str) -> None:
    assert count(number) == words


@given(st.integers(min_value=0, max_value=10**15))
def test_a_size_never_shows_more_than_four_digits(number_of_bytes: int) -> None:
    assert len(size(number_of_bytes).split()[0]) <= 4


def test_a_noun_follows_its_number() -> None:
    assert plural(1, "phase") == "1 phase"
    assert plural(3, "phase") == "3 phases"
    assert plural(0, "entry", "entries") == "0 entries"
