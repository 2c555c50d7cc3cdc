"""The sheet for a change ticket: all that a reviewer asks about, and nothing that bites."""

import re
from dataclasses import replace
from datetime import timedelta

from cockpit.errors import Unreachable
from cockpit.model.goal import Action, Goal
from cockpit.model.live import Estimate, RelationLive
from cockpit.model.locks import LockMode
from cockpit.model.plan import Plan
from cockpit.model.rehearsal import Proof, Verdict
from cockpit.model.usage import Usage
from cockpit.present.again import command
from cockpit.present.masked_engine import masked
from cockpit.present.masking import Mask
from cockpit.present.sheet import sheet
from cockpit.present.sheet_blocks import Code, Lines, Paragraph, Picture, Tasks
from cockpit.present.sheet_facts import SheetFacts, gather
from cockpit.present.sheet_html import html
from cockpit.present.sheet_markdown import markdown
from cockpit.rehearsal.store import Kept
from tests.tui import canned
from tests.tui.fake_engine import FakeEngine, HandClock

PLAN = canned.plan(Goal(Action.APPLY))
FACTS = SheetFacts(canned.board(), PLAN)
BUSY = RelationLive(
    "public.orders", LockMode.ACCESS_EXCLUSIVE, 41 << 30, 210_000_000, canned.BLOCKERS, 900.0
)

KEPT = Kept(Proof("0043", "n", Verdict.REVERSIBLE, "key"), canned.NOW, "f", "PostgreSQL 16", 0)


class Deaf(FakeEngine):
    """Cannot say who uses anything."""

    def uses(self, sql: str) -> tuple[Usage, ...]:
        raise Unreachable("the server went away")


def test_it_tells_statements_locks_and_the_five_lines() -> None:
    text = markdown(sheet(FACTS))
    for words in (
        "# Apply 2 migrations on orders-prod", "ALTER TABLE orders ALTER COLUMN status SET NOT",
        "holds ACCESS EXCLUSIVE on public.orders", "safer: Add CHECK", "| way back |",
        "## Phase 2 of 2", PLAN.id,
    ):  # fmt: skip
        assert words in text, words


def test_the_command_runs_this_plan_and_no_other() -> None:
    words = command(canned.board(), canned.plan(Goal(Action.ROLLBACK, to_tag="v1.3")))
    assert words.startswith("cockpit rollback --to-tag v1.3 --target orders-prod")
    assert words.endswith(f"--confirm orders-prod --plan-id {PLAN.id}")


def test_what_forbids_it_stands_before_anything_else() -> None:
    refused = replace(PLAN, refusals=("0043 needs 0042, which is missing",))
    text = markdown(sheet(SheetFacts(canned.troubled_board(), refused)))
    assert text.index("May not run") < text.index("## In short")
    assert text.index("two files have version 0042") < text.index("## In short")


def test_a_proof_is_told_with_its_place_and_its_lack_as_well() -> None:
    text = markdown(sheet(SheetFacts(canned.board(), PLAN, proofs=(KEPT,))))
    assert "| 0043 | reversible; rehearsed 2026-11-21 02:58:40Z on PostgreSQL 16 |" in text
    assert "| 0044 | not rehearsed on this machine |" in text


def test_what_could_not_be_read_is_named() -> None:
    facts = gather(Deaf(HandClock()), canned.board(), PLAN)
    assert facts.unknown == ("who uses what goes: the server went away",)
    assert "not known: who uses what goes" in markdown(sheet(facts))


def test_no_text_becomes_markup() -> None:
    hostile = "<script>alert(1)</script> | **x** ```"
    blocks = (Paragraph(hostile), Lines((hostile, hostile)), Code(hostile), Tasks((hostile,)))
    page = html(blocks)
    assert "<script" not in page
    text = markdown(blocks)
    assert "\\<script\\>" in text.split("\n")[0]
    assert "````\n" + hostile in text


def test_the_page_needs_nothing_from_elsewhere() -> None:
    picture = Picture("the board", '<svg xmlns="http://www.w3.org/2000/svg"></svg>', "rows")
    page = html(sheet(FACTS, [picture]))
    assert re.findall(r"(?:src=|href=|url\((?!#))", page) == []
    assert "default-src 'none'" in page
    assert "<svg" in page


def test_a_masked_engine_gives_a_masked_sheet() -> None:
    inner = FakeEngine(HandClock(), canned.locked_board(), traffic=(BUSY,))
    engine = masked(inner, Mask())
    board = engine.look()
    plan = engine.plan(Goal(Action.APPLY))
    text = html(sheet(gather(engine, board, plan)))
    for word in ("db-1", "deployer", "bastion", "10.0.0"):
        assert word not in text, word
    assert "billing-worker" in text


def test_a_long_step_says_how_long_and_why() -> None:
    step = PLAN.phases[0].steps[0]
    slow = replace(
        step, estimate=Estimate(timedelta(seconds=2), timedelta(seconds=15), "writes 3.1 GB anew")
    )
    phase = replace(PLAN.phases[0], steps=(slow, *PLAN.phases[0].steps[1:]))
    plan: Plan = replace(PLAN, phases=(phase,))
    assert "works 2.0 s to 15 s: writes 3.1 GB anew" in markdown(
        sheet(SheetFacts(canned.board(), plan))
    )


def test_a_proof_of_what_the_ref_lacks_is_found_as_well() -> None:
    engine = FakeEngine(HandClock())
    engine.kept = {"0043": KEPT}
    board = canned.board()
    gone = replace(board, standings=tuple(s for s in board.standings if s.version != "0043"))
    assert [kept.proof.version for kept in gather(engine, gone, PLAN, 0).proofs] == ["0043"]
