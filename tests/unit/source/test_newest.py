"""The newest answers are remembered, the oldest are let go."""

import pytest

from cockpit.errors import SourceError
from cockpit.source.newest import Newest


def test_an_answer_is_found_once() -> None:
    answers = iter([7])
    known: Newest[int] = Newest()
    assert [known.get("a", lambda: next(answers)) for _ in range(3)] == [7, 7, 7]


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    known: Newest[str] = Newest(most=2)
    for key in ("a", "b", "a", "c"):
        known.get(key, lambda key=key: key.upper())  # type: ignore[misc]
    assert known.get("a", lambda: "anew") == "A"
    assert known.get("b", lambda: "anew") == "anew"


def test_a_failure_is_not_remembered() -> None:
    known: Newest[int] = Newest()

    def fail() -> int:
        raise SourceError("gone")

    with pytest.raises(SourceError):
        known.get("a", fail)
    assert known.get("a", lambda: 1) == 1
