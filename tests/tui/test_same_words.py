"""Plan text, sheet, slides and detail say of one step the same."""

from dataclasses import replace

from cockpit.model.goal import Action, Goal
from cockpit.model.impact import Impact, RelationLock
from cockpit.model.locks import LockMode
from cockpit.model.plan import Plan
from cockpit.present.impact_text import impact_text
from cockpit.present.meanwhile import meanwhile_text
from cockpit.present.plan_text import plan_text
from cockpit.present.sheet import sheet
from cockpit.present.sheet_facts import SheetFacts
from cockpit.present.sheet_markdown import markdown
from cockpit.tui.present.detail import locks_tab, plan_tab
from cockpit.tui.present.plan_words import impact_lines
from cockpit.tui.present.slides import slides
from tests.tui import canned

INDEX = RelationLock("public.customers_email", LockMode.ACCESS_EXCLUSIVE, kind="i")


def holding() -> Plan:
    """Its first statement runs while the transaction holds a table from before."""
    plan = canned.plan(Goal(Action.APPLY, only="0043"))
    (phase,) = plan.phases
    first, *rest = phase.steps
    held = (RelationLock("public.customers", LockMode.ACCESS_EXCLUSIVE),)
    return replace(plan, phases=(replace(phase, steps=(replace(first, holds=held), *rest)),))


def test_what_a_transaction_still_holds_is_told_of_a_step_wherever_it_is_shown() -> None:
    plan = holding()
    slide = "\n".join(row.plain for one in slides(plan) for row in one.lines)
    board = "\n".join(row.plain for row in plan_tab(plan))
    told = (plan_text(plan), markdown(sheet(SheetFacts(canned.board(), plan))), slide, board)
    for text in told:
        said = " ".join(text.replace("public.", "").split())
        assert "holds ACCESS EXCLUSIVE on customers from before: blocks reads and writes" in said


def test_an_index_that_is_locked_alone_blocks_no_table_in_any_words() -> None:
    impact = Impact("DROP INDEX", locks=(INDEX,))
    assert list(impact_text(impact)) == [
        "holds ACCESS EXCLUSIVE on public.customers_email: locks the index only (predicted)"
    ]
    assert "locks the index only" in impact_lines(impact)[0].plain
    plan = canned.plan(Goal(Action.APPLY, only="0043"))
    (phase,) = plan.phases
    steps = (replace(phase.steps[0], impact=impact), *phase.steps[1:])
    rows = locks_tab(replace(plan, phases=(replace(phase, steps=steps),)))
    assert " ".join(rows[1].plain.split()) == "customers_email ACCESS EXCLUSIVE the index only 1"


def test_a_step_under_hundreds_of_locks_is_told_the_strongest_and_how_many_more() -> None:
    plan = holding()
    held = tuple(RelationLock(f"public.t{i:03}", LockMode.SHARE) for i in range(300))
    strong = RelationLock("public.z", LockMode.ACCESS_EXCLUSIVE)
    step = replace(plan.phases[0].steps[0], holds=(*held, strong))
    told = list(meanwhile_text(step))
    assert told[0].startswith("still holds ACCESS EXCLUSIVE on public.z from before")
    assert told[-1] == "still holds locks on 289 more from before"
    assert len(told) == 13
