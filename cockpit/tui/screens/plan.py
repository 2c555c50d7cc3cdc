"""What exactly would run, in which phases, and what would it block."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from cockpit.analysis.consequences import five_lines
from cockpit.model.goal import Action
from cockpit.model.plan import Plan, PlannedPhase, Step
from cockpit.tui.present.item import Item
from cockpit.tui.present.line import line
from cockpit.tui.present.plan_words import (
    five_rows,
    phase_row,
    plan_facts,
    plan_script,
    plan_title,
    refusal_lines,
    step_detail,
    step_row,
)
from cockpit.tui.screens.page import Page
from cockpit.tui.widgets.heading import Heading
from cockpit.tui.widgets.row_list import RowList
from cockpit.tui.widgets.text_pane import TextPane

ACT_OF = {Action.APPLY: "apply", Action.ROLLBACK: "rollback", Action.REDO: "redo"}


class PlanScreen(Page):
    """Phases and steps on the left, the step under the cursor on the right, totals below."""

    PAGE = "plan"
    LOOKS: ClassVar = ("show.next", "back", "sheet", "copy", "help", "palette")
    FIRST = "#steps"
    TEXT = "#step"
    LIST_PARTS = ("#steps",)
    TEXT_PARTS = ("#step",)
    HELP_TEXT = (
        "A **plan** is the dry run: every statement that would be sent, in order, with the locks "
        "it takes and what it can hurt. A **phase** is one transaction where it can be.\n\n"
        "The five rows below are the same in every question: *runs, blocks, loses, leaves, way "
        "back*. Nothing runs from this screen before a question is answered."
    )

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self._plan = plan
        self.ACTS = ("arm", ACT_OF[plan.goal.action])  # type: ignore[misc]

    @property
    def plan(self) -> Plan:
        """The plan on this screen."""
        return self._plan

    def panes(self) -> ComposeResult:
        """Title, steps, step, totals."""
        yield Heading(id="plan-title", stacks=True)
        yield TextPane(id="refusals")
        with Horizontal(id="plan-body"):
            yield RowList(id="steps")
            yield TextPane(id="step")
        yield Heading(id="totals-title")
        yield TextPane(id="totals", focusable=False)

    def draw_panes(self) -> None:
        """Everything about the plan; it never changes."""
        plan = self._plan
        title = line((plan_title(plan), "title"))
        self.query_one("#plan-title", Heading).show(title, line((plan_facts(plan), "muted")))
        refused = refusal_lines(plan)
        pane = self.query_one("#refusals", TextPane)
        pane.display = bool(refused)
        pane.show(refused)
        steps = self.query_one("#steps", RowList)
        steps.show(_items(plan, steps.inner_width))
        self._draw_step()
        self.query_one("#totals-title", Heading).show(line(("in short", "muted")))
        totals = self.query_one("#totals", TextPane)
        totals.show(five_rows(five_lines(plan)))
        totals.styles.height = min(8, max(5, len(totals.rows)))

    def _draw_step(self) -> None:
        pane = self.query_one("#step", TextPane)
        found = self._found
        if found is None:
            pane.show((line(("nothing would run", "muted")),))
            return
        phase, step = found
        pane.border_title = f"step {step.number} of {len(self._plan.steps)}"
        pane.show(step_detail(phase, step))

    @property
    def _found(self) -> tuple[PlannedPhase, Step] | None:
        key = self.query_one("#steps", RowList).selected
        for phase in self._plan.phases:
            for step in phase.steps:
                if str(step.number) == key:
                    return phase, step
        return None

    @on(RowList.Moved)
    def _moved(self) -> None:
        self.query_one("#step", TextPane).scroll_to(y=0, animate=False)
        self._draw_step()

    def do_show_next(self) -> None:
        """The next step, as the run would take it; in a walkthrough as a slide."""
        if self.cockpit.desk.walkthrough:
            self.cockpit.showing.do_show_slides()
            return
        self.query_one("#steps", RowList).move(1)

    def copies(self) -> tuple[tuple[str, str], ...]:
        """The statement, the plan, its id."""
        found = self._found
        rows = [
            ("the plan as psql script", plan_script(self._plan)),
            ("the plan id", self._plan.id),
        ]
        if found and found[1].sql:
            rows.insert(0, ("this statement", found[1].sql))
        return tuple(rows)


def _items(plan: Plan, width: int) -> tuple[Item, ...]:
    items: list[Item] = []
    for index, phase in enumerate(plan.phases):
        items.append(Item(None, (phase_row(plan, index, width),)))
        items += [Item(str(step.number), (step_row(step),)) for step in phase.steps]
    return tuple(items)
