"""What a step leaves that is cut off in the middle."""

import pytest

from cockpit.analysis.ceremony import Act, ceremony
from cockpit.analysis.cut_off import cut_off
from cockpit.model.plan import Step, StepKind
from cockpit.model.target import Environment
from tests.tui import canned


def step(sql: str, *, group: int | None = None, kind: StepKind = StepKind.SQL) -> Step:
    return Step(1, kind, sql, "db/1.sql", 1, 1, group)


def test_within_a_transaction_nothing_is_left() -> None:
    assert "this one undone" in cut_off(step("CREATE INDEX a ON t (b)", group=1)).leaves


@pytest.mark.parametrize(
    ("sql", "left"),
    [
        ("CREATE INDEX CONCURRENTLY a ON t (b)", "the index INVALID"),
        ("DROP INDEX CONCURRENTLY a", "half dropped (INVALID)"),
        ("ALTER TABLE t DETACH PARTITION p CONCURRENTLY", "the partition half detached"),
        ("VACUUM t", "what the server has committed"),
        ("CALL work()", "what the server has committed"),
    ],
)
def test_outside_of_one_something_may_stay(sql: str, left: str) -> None:
    found = cut_off(step(sql))
    assert left in found.leaves
    assert "undone" not in found.leaves
    assert "cockpit resume" in found.way_back


def test_of_a_backfill_every_batch_is_kept() -> None:
    assert "every batch before it kept" in cut_off(step("", kind=StepKind.BACKFILL)).leaves


def test_the_question_says_it() -> None:
    asked = ceremony(
        Act.CANCEL,
        canned.standpoint(Environment.PRODUCTION),
        step=step("DROP INDEX CONCURRENTLY a"),
    )
    assert "half dropped (INVALID)" in asked.lines.leaves
    assert asked.typed is None
