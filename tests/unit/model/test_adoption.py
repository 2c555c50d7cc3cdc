"""The fold of adoptions, and what makes one adoption another."""

from dataclasses import replace

import pytest

from cockpit.model.adoption import Adoption, Finding, Import
from cockpit.model.ledger import EventKind, Ledger, fold
from tests.unit.model.events import Story


def adopting(story: Story, *versions: str, run: str = "r9", **detail: object) -> Story:
    told = {"tool": "goose", "table": "goose_db_version", "versions": list(versions)} | detail
    story.add(EventKind.ADOPTED, run=run, detail=told)
    for version in versions:
        story.add(EventKind.IMPORTED, version, run=run, checksum="c")
    return story


def test_an_adoption_makes_the_ledger_the_history() -> None:
    ledger = fold(adopting(Story(), "1", "2").events)
    assert ledger.adopted is not None
    assert (ledger.adopted.tool, ledger.tool, ledger.ran_since) == ("goose", "cockpit", False)
    assert all(state.imported for state in ledger.versions.values())


def test_what_runs_after_it_is_seen() -> None:
    assert fold(adopting(Story(), "1").applied("2").events).ran_since


def test_undone_it_leaves_everything_as_it_was_before() -> None:
    before = Story().applied("1").rolled_back("1").applied("2")
    first = fold(list(before.events))
    story = adopting(before, "1", "3", gone=["2"])
    assert set(fold(list(story.events)).versions) == {"1", "3"}
    after = fold(story.add(EventKind.ADOPTION_UNDONE, run="r10").events)
    unchanged = replace(after, head=first.head, seq=first.seq)
    assert unchanged == first


def test_only_the_last_adoption_is_undone() -> None:
    story = adopting(adopting(Story(), "1"), "1", "2", run="r10")
    ledger = fold(story.add(EventKind.ADOPTION_UNDONE, run="r11").events)
    assert ledger.adopted is not None
    assert ledger.adopted.versions == {"1"}
    assert set(ledger.versions) == {"1"}


def test_imported_versions_stand_where_the_tool_applied_them() -> None:
    ledger: Ledger = fold(adopting(Story().applied("2"), "1", "2", "3").events)
    order = sorted(ledger.versions, key=lambda version: ledger.versions[version].seq)
    assert order == ["1", "2", "3"]


ADOPTION = Adoption(
    target="t", standpoint="s", tool="goose", table="g", head="h", commit="c", ref=None,
    named=("1",), imports=(Import("1", "n", "c", None),),
    findings=(Finding("table public.a", "is live", None), Finding("column public.a.b", "x", "1")),
)  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        replace(ADOPTION, target="u"),
        replace(ADOPTION, head="i"),
        replace(ADOPTION, commit="d"),
        replace(ADOPTION, kept=("2",)),
        replace(ADOPTION, gone=("2",)),
        replace(ADOPTION, imports=(Import("1", "n", "d", None),)),
        replace(ADOPTION, findings=ADOPTION.findings[:1]),
        ADOPTION.accepting(["table public.a"]),
    ],
)
def test_the_id_changes_with_everything_that_is_reviewed(changed: Adoption) -> None:
    assert changed.id != ADOPTION.id


def test_what_does_not_hold_is_accepted_by_its_name_or_a_pattern() -> None:
    assert not ADOPTION.may_be_written
    assert [f.label for f in ADOPTION.accepting(["table public.*"]).open] == ["column public.a.b"]
    assert ADOPTION.accepting(["table public.a", "column *"]).may_be_written
    assert ADOPTION.accepting(["a"]).open == ADOPTION.findings


def test_a_refusal_is_not_accepted_away() -> None:
    assert not replace(ADOPTION, findings=(), refusals=("no",)).may_be_written
