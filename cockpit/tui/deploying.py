"""From a goal to a run: chooser, plan, question, start."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cockpit.analysis.ceremony import Act, ceremony
from cockpit.deploy.engine import Deployment
from cockpit.errors import CockpitError
from cockpit.model.attic import Place
from cockpit.model.goal import Action, Goal
from cockpit.model.plan import Plan
from cockpit.present.harmless import harmless
from cockpit.tui.choices import Choice, apply_choices, consequence, rollback_choices
from cockpit.tui.dialogs.chooser import Chooser, Option
from cockpit.tui.dialogs.question import Consent, Question
from cockpit.tui.present.plan_words import (
    changed_words,
    gates_ahead,
    plan_members,
    plan_name,
    plan_title,
)
from cockpit.tui.screens.plan import PlanScreen
from cockpit.tui.screens.run import RunScreen
from cockpit.tui.situation import cannot_act

if TYPE_CHECKING:
    from cockpit.tui.app import Cockpit

_KEEPABLE = "what is lost can be kept: esc, then b"
_ACTS = {Action.APPLY: Act.APPLY, Action.ROLLBACK: Act.ROLLBACK, Action.REDO: Act.REDO}


class Deploying:
    """The acts that need a plan. Only `Cockpit.perform` calls the `do_` methods."""

    def __init__(self, app: Cockpit) -> None:
        self._app = app
        self._desk = app.desk

    # ---- towards a plan

    def do_view_plan(self) -> None:
        """The plan looked at last."""
        if self._desk.plan is None:
            self._app.say("No plan yet. p plans the selected migration.")
        elif not isinstance(self._app.screen, PlanScreen):
            self._app.push_screen(PlanScreen(self._desk.plan))

    def do_view_run(self) -> None:
        """The run in progress, or the last one; of earlier sessions where this one had none."""
        if self._desk.run is None:
            self._app.showing.do_view_history()
            self._app.say("No run in this session. The last one is on top: h shows it again.")
        else:
            self._show_run()

    def do_preview_plan(self) -> None:
        """What would run next for the selected migration alone."""
        standing = self._app.situation().selected
        if standing is None:
            self._app.say("Select a migration first.")
            return
        action = Action.ROLLBACK if standing.state.in_force else Action.APPLY
        self.plan(Goal(action, only=standing.version), ask=False)

    def do_preview_apply(self) -> None:
        """What apply would do; nothing is asked."""
        self._apply(ask=False)

    def do_preview_rollback(self) -> None:
        """What a rollback would do; nothing is asked."""
        self._roll_back(ask=False)

    def do_preview_redo(self) -> None:
        """What a redo would do; nothing is asked."""
        self._redo(ask=False)

    def do_apply(self) -> None:
        """On the Plan its question; on the Board the choice first."""
        if not self._ask_shown():
            self._apply(ask=True)

    def do_rollback(self) -> None:
        """On the Plan its question; on the Board the choice first."""
        if not self._ask_shown():
            self._roll_back(ask=True)

    def do_resume(self) -> None:
        """On the Plan its question; else what the stopped run was for, or what is half done."""
        if self._ask_shown():
            return
        now = self._app.situation()
        if len(set(now.rest)) == 1:
            self.plan(now.rest[0], ask=True)
        elif now.rest:
            half = now.known.half_done
            titles = [f"finish {harmless(s.version)} {harmless(s.name)}" for s in half]
            choices = tuple(map(Choice, now.rest, titles))
            self._choose("resume which", choices, ask=True)

    def do_redo(self) -> None:
        """On the Plan its question; on the Board the plan first."""
        if not self._ask_shown():
            self._redo(ask=True)

    def _ask_shown(self) -> bool:
        """Ask for the plan on the screen. False when there is none."""
        if isinstance(self._app.screen, PlanScreen):
            self._question(self._app.screen.plan)
            return True
        return False

    def _apply(self, *, ask: bool) -> None:
        choices = apply_choices(self._app.situation())
        if not choices:
            self._app.say("Nothing is pending: there is nothing to apply.")
        elif len(choices) == 1:
            self.plan(choices[0].goal, ask=ask)
        else:
            self._choose("apply how far", choices, ask=ask)

    def _roll_back(self, *, ask: bool) -> None:
        choices = rollback_choices(self._app.situation())
        if not choices:
            self._app.say("Nothing is applied: there is nothing to roll back.")
            return
        self._choose("roll back how far", choices, ask=ask)

    def _redo(self, *, ask: bool) -> None:
        standing = self._app.situation().redone
        if standing is None:
            self._app.say("Select an applied migration to redo it.")
            return
        self.plan(Goal(Action.REDO, only=standing.version), ask=ask)

    def _choose(self, title: str, choices: tuple[Choice, ...], *, ask: bool) -> None:
        """The choices at once; what each would do as soon as its plan is there."""
        options = [Option(str(n), c.title, "planning …") for n, c in enumerate(choices)]
        dialog = Chooser(title, options, leave="leave, nothing is changed")
        plans: dict[str, Plan] = {}

        def chosen(key: str | None) -> None:
            if key is None:
                return
            if key in plans:
                self._planned(plans[key], ask=ask)
            else:
                self.plan(choices[int(key)].goal, ask=ask)

        def planned(key: str, plan: Plan) -> None:
            plans[key] = plan
            dialog.update(key, consequence=consequence(plan))

        def failed(key: str, error: CockpitError) -> None:
            dialog.update(key, refusal=str(error))

        for number, choice in enumerate(choices):
            key = str(number)
            self._app.bridge.ask(
                f"choice {key}", partial(self._desk.engine.plan, choice.goal),
                partial(planned, key), partial(failed, key),
            )  # fmt: skip
        self._app.push_screen(dialog, chosen)

    def plan(self, goal: Goal, *, ask: bool) -> None:
        """Plan the goal and show it; then ask, if it may run."""
        self._app.say(f"Planning: {goal.words} …")
        self._app.bridge.ask(
            "plan", partial(self._desk.engine.plan, goal),
            partial(self._planned, ask=ask), self._app.tell,
        )  # fmt: skip

    def _planned(self, plan: Plan, *, ask: bool) -> None:
        self._app.say("")
        self._desk.plan = plan
        self._show_plan(plan)
        if ask and plan.phases and not plan.refusals:
            self._app.call_after_refresh(self._ask_about, plan)

    def _show_plan(self, plan: Plan) -> None:
        """One plan at a time: another one takes the place of the one that is shown, and says so."""
        screen = self._app.screen
        if not isinstance(screen, PlanScreen):
            self._app.push_screen(PlanScreen(plan))
        elif screen.plan != plan:
            self._app.switch_screen(PlanScreen(plan))
            self._app.say(changed_words(screen.plan, plan))

    def _ask_about(self, plan: Plan) -> None:
        """Only while that plan is what one sees."""
        if isinstance(self._app.screen, PlanScreen) and self._app.screen.plan is plan:
            self._question(plan)

    # ---- the question and the start

    def _question(self, plan: Plan) -> None:
        board = self._desk.board
        if board is None:
            return
        asked = ceremony(_ACTS[plan.goal.action], board.standpoint, plan)
        subject = self._desk.subject(plan_title(plan))
        unarmed = self._desk.grant is None
        unkept = plan.goal.keep in (None, Place.NOWHERE)
        kept = (_KEEPABLE,) if plan.keepable and unkept else ()
        extra = (*kept, *gates_ahead(plan))
        members = plan_members(plan)
        question = Question(
            asked, subject, members=members, arms=unarmed, extra=extra, foot=plan_name(plan)
        )

        def start(consent: Consent) -> None:
            self._start(plan, asked.stepwise, consent)

        def answered(consent: Consent) -> None:
            if self._desk.grant is None:
                self._app.holding.arm_for_run(asked.typed, partial(start, consent))
            else:
                start(consent)

        ask = partial(self._app.ask, question, answered)
        self._app.hints.before_run(board.standpoint.protected, ask)

    def _start(self, plan: Plan, stepwise: bool, consent: Consent) -> None:
        action = plan.goal.action.value
        refusal = self._app.refusal(action) or cannot_act(self._app.situation())
        if refusal:
            self._app.holding.run_ended()
            self._app.say(refusal)
            return
        self._desk.begin(plan)
        start = partial(
            self._desk.engine.start, plan, self._app.bridge.emit,
            stepwise=stepwise, reason=consent.reason,
        )  # fmt: skip
        self._app.bridge.ask("start", start, self._started, self._not_started)
        self._show_run()

    def _started(self, deployment: Deployment) -> None:
        self._desk.deployment = deployment

    def _not_started(self, error: CockpitError) -> None:
        self._desk.run = None
        self._app.holding.run_ended()
        if isinstance(self._app.screen, RunScreen):
            self._app.pop_screen()
        self._app.tell(error)

    def _show_run(self) -> None:
        """The Run screen on top of the board, whatever was above it."""
        if not isinstance(self._app.screen, RunScreen):
            self._app.clear_to_board()
            self._app.push_screen(RunScreen())
