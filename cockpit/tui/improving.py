"""Other forms of the plan on the screen: data kept, another way down, a rehearsal, a safer file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from cockpit.analysis.ceremony import Act, ceremony
from cockpit.model.attic import Place
from cockpit.model.goal import Goal
from cockpit.model.mending import Mending
from cockpit.model.plan import Plan
from cockpit.model.rehearsal import Rehearsal
from cockpit.present.harmless import harmless
from cockpit.present.rehearsal_text import rehearsal_text
from cockpit.tui.dialogs.chooser import Chooser, Option
from cockpit.tui.dialogs.question import Question
from cockpit.tui.dialogs.reading import Reading
from cockpit.tui.present.line import Line, line
from cockpit.tui.present.plan_words import plan_name
from cockpit.tui.present.step_facts import other_way_lines
from cockpit.tui.screens.plan import PlanScreen

if TYPE_CHECKING:
    from cockpit.tui.app import Cockpit


@dataclass(frozen=True, slots=True)
class Form:
    """Another form the plan can take, or a thing that can be done with it."""

    title: str
    consequence: str
    choose: Callable[[], None]


class Improving:
    """The keys of the Plan screen. Only `Cockpit.perform` calls the `do_` methods."""

    def __init__(self, app: Cockpit) -> None:
        self._app = app
        self._desk = app.desk

    # ---- forms of the plan

    def do_plan_forms(self) -> None:
        """What else this plan could be; each is another plan, shown before anything is asked."""
        screen = self._app.screen
        if not isinstance(screen, PlanScreen):
            return
        forms = (*self._kept(screen.plan), *self._ways(screen.plan), self._rehearsal(screen))
        options = [Option(str(n), form.title, form.consequence) for n, form in enumerate(forms)]

        def chosen(key: str | None) -> None:
            if key is not None:
                forms[int(key)].choose()

        self._app.push_screen(Chooser("other forms of this plan", options), chosen)

    def _kept(self, plan: Plan) -> list[Form]:
        """Data that would be lost can be kept, and what was kept can come back."""
        goal, forms = plan.goal, []
        if plan.keepable and goal.keep in (None, Place.NOWHERE):
            what = harmless(", ".join(plan.keepable))
            forms += [
                self._form("keep the data in the database", what, replace(goal, keep=place))
                if place is Place.DATABASE
                else self._form("keep the data in a file here", what, replace(goal, keep=place))
                for place in (Place.DATABASE, Place.FILE)
            ]
        if goal.keep not in (None, Place.NOWHERE) or (plan.keepable and plan.refusals):
            words = "what the steps drop is lost"
            forms.append(self._form("keep no data", words, replace(goal, keep=Place.NOWHERE)))
        if plan.restorable and not goal.restore:
            what = harmless(", ".join(plan.restorable))
            forms.append(self._form("put kept data back", what, replace(goal, restore=True)))
        if goal.restore:
            words = "what is kept stays in the attic"
            forms.append(self._form("put no data back", words, replace(goal, restore=False)))
        return forms

    def _ways(self, plan: Plan) -> list[Form]:
        """Ways down that say something else: read the difference, or plan with them."""
        forms = []
        for way in plan.other_ways:
            read = partial(self._read_way, way.version, other_way_lines(way))
            words = f"{way.version}: {way.used} and {way.other} do not say the same"
            forms.append(Form("read the other way down", harmless(words), read))
        for kind in dict.fromkeys(way.kind for way in plan.other_ways):
            goal = replace(plan.goal, down_from=kind)
            forms.append(self._form(f"roll back with the {kind}", "another plan", goal))
        return forms

    def _read_way(self, version: str, lines: tuple[Line, ...]) -> None:
        self._app.push_screen(Reading(f"another way down of {harmless(version)}", lines))

    def _form(self, title: str, consequence: str, goal: Goal) -> Form:
        return Form(title, consequence, partial(self._app.deploying.plan, goal, ask=False))

    # ---- the rehearsal

    def _rehearsal(self, screen: PlanScreen) -> Form:
        words = "on a clone of the schema, on a server of its own; the target is only read"
        return Form("rehearse it", words, partial(self._rehearse, screen))

    def _rehearse(self, screen: PlanScreen) -> None:
        self._app.say("Rehearsing on a clone; this screen can be left meanwhile.")
        self._app.bridge.ask(
            "rehearsal", partial(self._desk.engine.rehearse, screen.plan.goal),
            partial(self._rehearsed, screen), self._app.tell, at_once=True,
        )  # fmt: skip

    def _rehearsed(self, screen: PlanScreen, made: Rehearsal) -> None:
        screen.rehearsed(made)
        self._app.say(f"Rehearsed: {made.verdict}.")
        rows = [line(row, hang=2) for row in rehearsal_text(made).split("\n")]
        self._app.push_screen(Reading(f"rehearsal of {plan_name(screen.plan)}", rows))

    # ---- the safer form

    def do_safer(self) -> None:
        """The safer form of the step under the cursor, as a diff of its file, then the question."""
        screen = self._app.screen
        found = screen.mendable if isinstance(screen, PlanScreen) else None
        if found is None:
            self._app.say("No safer form of this step can take its place by itself.")
            return
        phase, step, rule = found
        self._app.bridge.ask(
            "mending",
            partial(self._desk.engine.mending, phase.version, step.path, step.line, rule),
            self._ask_mending, self._app.tell,
        )  # fmt: skip

    def _ask_mending(self, made: Mending) -> None:
        board = self._desk.board
        if board is None:
            return
        asked = ceremony(Act.MEND, board.standpoint, mending=made)
        extra = (harmless(made.remark),) if made.remark else ()
        rows = tuple(harmless(row) for row in made.diff[2:])
        question = Question(asked, f"{made.rule} in {harmless(made.path)}", extra=extra, diff=rows)
        self._app.ask(question, lambda _: self._mend(made))

    def _mend(self, made: Mending) -> None:
        def written(_: object) -> None:
            self._app.say(f"Wrote the safer form into {harmless(made.path)}; planning again.")
            if isinstance(self._app.screen, PlanScreen):
                self._app.deploying.plan(self._app.screen.plan.goal, ask=False)

        self._app.bridge.ask("mend", partial(self._desk.engine.mend, made), written, self._app.tell)
