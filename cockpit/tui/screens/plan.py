"""What exactly would run, in which phases, and what would it block."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from cockpit.analysis.consequences import five_lines
from cockpit.errors import CockpitError
from cockpit.model.goal import Action
from cockpit.model.live import RelationLive
from cockpit.model.migration import Direction
from cockpit.model.plan import Plan, PlannedPhase, Step
from cockpit.model.rehearsal import Rehearsal
from cockpit.model.usage import Usage
from cockpit.sql.readable import pretty
from cockpit.tui.present.item import Item
from cockpit.tui.present.line import Line, line
from cockpit.tui.present.pane_help import PaneHelp
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
from cockpit.tui.present.step_facts import (
    duration_lines,
    live_lines,
    rehearsal_lines,
    usage_lines,
)
from cockpit.tui.screens.page import Page
from cockpit.tui.widgets.heading import Heading
from cockpit.tui.widgets.row_list import RowList
from cockpit.tui.widgets.text_pane import TextPane

_LONG = 60
"""Characters of a statement in one line that is easier to read in several."""
ACT_OF = {Action.APPLY: "apply", Action.ROLLBACK: "rollback", Action.REDO: "redo"}


class PlanScreen(Page):
    """Phases and steps on the left, the step under the cursor on the right, totals below."""

    PAGE = "plan"
    LOOKS: ClassVar = ("plan.forms", "show.next", "back", "sheet", "copy", "help", "more")
    FIRST = "#steps"
    TEXT = "#step"
    LIST_PARTS = ("#steps",)
    TEXT_PARTS = ("#step",)
    HELP_TEXT = (
        "A **plan** is the dry run: every statement that would be sent, in order, with the locks "
        "it takes and what it can hurt. A **phase** is one transaction where it can be. **b** "
        "lists what else the plan could be: with the data kept, with another way down, rehearsed. "
        "**S** puts the safer form of a step into its file.\n\n"
        "The five rows below are the same in every question: *runs, blocks, loses, leaves, way "
        "back*. Nothing runs from this screen before a question is answered."
    )
    PANES: ClassVar = {
        "step": PaneHelp(
            "step",
            "The step under the cursor: its statement, what it *holds* and whom that blocks, what "
            "it *reads* or rewrites, what it can hurt, and the *safer* form where there is one.\n\n"
            "*predicted* is read off the statement and the catalog; a rehearsal sees it happen.",
            ("zoom", "copy", "safer", "plan.forms"),
        ),
    }

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self._plan = plan
        self.ACTS = ("arm", ACT_OF[plan.goal.action])  # type: ignore[misc]
        self._live: tuple[RelationLive, ...] | None = None
        self._uses: dict[int, tuple[Usage, ...] | None] = {}
        self._rehearsal: Rehearsal | None = None
        self._laid_out: dict[int, str] = {}

    @property
    def plan(self) -> Plan:
        """The plan on this screen."""
        return self._plan

    @property
    def mendable(self) -> tuple[PlannedPhase, Step, str] | None:
        """The step under the cursor with a rule whose safer form can take its place."""
        found = self._found
        if found is None or found[0].direction is not Direction.UP:
            return None
        rule = next((hazard.rule for hazard in found[1].hazards if hazard.mechanical), None)
        return (*found, rule) if rule else None

    def rehearsed(self, rehearsal: Rehearsal) -> None:
        """Show beside each step what was seen of it."""
        self._rehearsal = rehearsal
        self.draw_all()

    def on_mount(self) -> None:
        """Draw the plan, then ask how its tables are used now."""
        super().on_mount()
        engine = self.cockpit.desk.engine
        self.cockpit.bridge.ask(
            "live", partial(engine.live, self._plan), self._got_live, self._no_live, at_once=True
        )
        self.cockpit.bridge.ask(
            "layout", self._lay_out, self._got_layout, self.cockpit.tell, at_once=True
        )

    def _lay_out(self) -> dict[int, str]:
        """The long one-line statements on well-broken lines, by step; runs in a worker."""
        long = (s for s in self._plan.steps if len(s.sql) > _LONG and "\n" not in s.sql.strip())
        found = ((step, pretty(step.sql)) for step in long)
        return {step.number: text for step, text in found if text != step.sql}

    def _got_layout(self, texts: dict[int, str]) -> None:
        self._laid_out = texts
        if self.drawable:
            self._draw_step()

    def _got_live(self, live: tuple[RelationLive, ...]) -> None:
        self._live = live
        self.draw_all()

    def _no_live(self, error: CockpitError) -> None:
        """The plan stands without it."""
        self._live = ()
        self.cockpit.say(f"How the tables are used now is not known: {error.what}")

    def _ask_uses(self, step: Step) -> None:
        """Who uses what this step drops or renames, once."""
        if step.number in self._uses:
            return
        self._uses[step.number] = None

        def got(usages: tuple[Usage, ...]) -> None:
            self._uses[step.number] = usages
            if self.drawable:
                self._draw_step()

        def failed(error: CockpitError) -> None:
            got(())
            self.cockpit.say(f"Who uses it is not known: {error.what}")

        engine = self.cockpit.desk.engine
        self.cockpit.bridge.ask(
            f"uses {step.number}", partial(engine.uses, step.sql), got, failed, at_once=True
        )

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
        text = self._laid_out.get(step.number, "")
        pane.show((*step_detail(phase, step, laid_out=text), *self._facts(step)))

    def _facts(self, step: Step) -> tuple[Line, ...]:
        """What is known beyond the statement; asked for when the cursor comes here."""
        rows = [*duration_lines(step), *live_lines(step, self._live)]
        if step.impact and (step.impact.loses or "RENAME" in step.impact.kind):
            self._ask_uses(step)
            rows += usage_lines(self._uses[step.number])
        return (*rows, *rehearsal_lines(step, self._rehearsal))

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
