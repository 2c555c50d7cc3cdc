"""From a goal to a run: chooser, plan, question, start, phases, and what follows a failure."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from cockpit.analysis.ceremony import Act, Level, ceremony
from cockpit.deploy.engine import Deployment
from cockpit.errors import CockpitError
from cockpit.model.goal import Action, Goal
from cockpit.model.plan import Plan
from cockpit.tui.arming import ArmedKey
from cockpit.tui.choices import Choice, apply_choices, rollback_choices, undoes
from cockpit.tui.dialogs.chooser import Chooser, Option
from cockpit.tui.dialogs.question import Consent, Question
from cockpit.tui.present.plan_words import plan_title
from cockpit.tui.present.report import report
from cockpit.tui.present.run_words import failure_lines
from cockpit.tui.screens.plan import PlanScreen
from cockpit.tui.screens.report import ReportScreen
from cockpit.tui.screens.run import RunScreen

if TYPE_CHECKING:
    from cockpit.tui.app import Cockpit

_ACTS = {Action.APPLY: Act.APPLY, Action.ROLLBACK: Act.ROLLBACK, Action.REDO: Act.REDO}


class Deploying:
    """The acts that need a plan. Only `Cockpit.perform` calls the `do_` methods."""

    def __init__(self, app: Cockpit) -> None:
        self._app = app
        self._desk = app.desk
        self._continue = ArmedKey(app.clock, 0.6)
        self._then_leave = False

    # ---- towards a plan

    def do_view_plan(self) -> None:
        """The plan looked at last."""
        if self._desk.plan is None:
            self._app.say("No plan yet. p plans the selected migration.")
        elif not isinstance(self._app.screen, PlanScreen):
            self._app.push_screen(PlanScreen(self._desk.plan))

    def do_view_run(self) -> None:
        """The run in progress, or the last one."""
        if self._desk.run is None:
            self._app.say("No run yet in this session.")
        else:
            self._show_run()

    def do_preview_plan(self) -> None:
        """What would run next for the selected migration alone."""
        standing = self._app.situation().selected
        if standing is None:
            self._app.say("Select a migration first.")
            return
        action = Action.ROLLBACK if standing.state.in_force else Action.APPLY
        self._plan(Goal(action, only=standing.version), ask=False)

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
            self._plan(choices[0].goal, ask=ask)
        else:
            self._choose("apply how far", choices, ask=ask)

    def _roll_back(self, *, ask: bool) -> None:
        choices = rollback_choices(self._app.situation())
        if not choices:
            self._app.say("Nothing is applied: there is nothing to roll back.")
            return
        self._choose("roll back how far", choices, ask=ask)

    def _redo(self, *, ask: bool) -> None:
        standing = self._app.situation().selected
        if standing is None or not standing.state.in_force:
            self._app.say("Select an applied migration to redo it.")
            return
        self._plan(Goal(Action.REDO, only=standing.version), ask=ask)

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
                self._plan(choices[int(key)].goal, ask=ask)

        def planned(key: str, plan: Plan) -> None:
            plans[key] = plan
            dialog.update(key, consequence=undoes(plan))

        def failed(key: str, error: CockpitError) -> None:
            dialog.update(key, refusal=str(error))

        for number, choice in enumerate(choices):
            key = str(number)
            self._app.bridge.ask(
                f"choice {key}", partial(self._desk.engine.plan, choice.goal),
                partial(planned, key), partial(failed, key),
            )  # fmt: skip
        self._app.push_screen(dialog, chosen)

    def _plan(self, goal: Goal, *, ask: bool) -> None:
        self._app.say(f"Planning: {goal.words} …")
        self._app.bridge.ask(
            "plan", partial(self._desk.engine.plan, goal),
            partial(self._planned, ask=ask), self._app.tell,
        )  # fmt: skip

    def _planned(self, plan: Plan, *, ask: bool) -> None:
        self._app.say("")
        self._desk.plan = plan
        if not isinstance(self._app.screen, PlanScreen) or self._app.screen.plan != plan:
            self._app.push_screen(PlanScreen(plan))
        if ask and plan.phases and not plan.refusals:
            self._app.call_after_refresh(self._question, plan)

    # ---- the question and the start

    def _question(self, plan: Plan) -> None:
        board = self._desk.board
        if board is None:
            return
        asked = ceremony(_ACTS[plan.goal.action], board.standpoint, plan)
        question = Question(asked, self._app.subject(plan_title(plan)))
        self._app.ask(question, lambda consent: self._start(plan, asked.stepwise, consent))

    def _start(self, plan: Plan, stepwise: bool, consent: Consent) -> None:
        action = plan.goal.action.value
        refusal = self._app.refusal(action)
        if refusal:
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
        if isinstance(self._app.screen, RunScreen):
            self._app.pop_screen()
        self._app.tell(error)

    def _show_run(self) -> None:
        """The Run screen on top of the board, whatever was above it."""
        if not isinstance(self._app.screen, RunScreen):
            self._app.clear_to_board()
            self._app.push_screen(RunScreen())

    # ---- while it runs

    def armed_for(self) -> None:
        """A phase has just become ready: `C` counts after its delay."""
        self._continue.arm()

    def do_continue(self) -> None:
        """Run the phase that is ready; a dangerous one asks first."""
        view, board = self._desk.run, self._desk.board
        if view is None or view.ready is None or board is None:
            return
        if not self._continue.press():
            self._app.say("C counts again after a short rest: let it go first.")
            return
        index = view.ready.index
        asked = ceremony(Act.CONTINUE, board.standpoint, view.plan, phase=index)
        if asked.level is Level.LOOK:
            self._proceed(index)
            return
        phase = view.plan.phases[index]
        gate = (f"gate: {view.ready.gate}",) if view.ready.gate else ()
        subject = self._app.subject(f"{phase.direction} {phase.version} {phase.name}")
        question = Question(asked, subject, extra=gate)
        self._app.ask(question, lambda _: self._proceed(index))

    def _proceed(self, index: int) -> None:
        """Only the phase that was asked about, and only once."""
        view, deployment = self._desk.run, self._desk.deployment
        if deployment is None or view is None or view.ready is None:
            return
        if view.ready.index == index:
            self._desk.confirmed()
            self._call("proceed", deployment.proceed)

    def do_hold(self) -> None:
        """Stop after the current step."""
        self._stop(Act.HOLD, lambda deployment: deployment.hold)

    def do_cancel(self) -> None:
        """Cancel the statement in the server."""
        self._stop(Act.CANCEL, lambda deployment: deployment.cancel)

    def _stop(self, act: Act, way: Callable[[Deployment], Callable[[], None]]) -> None:
        board, deployment = self._desk.board, self._desk.deployment
        if board is None or deployment is None:
            return
        view = self._desk.run
        subject = self._app.subject(plan_title(view.plan) if view else "")
        question = Question(ceremony(act, board.standpoint), subject)
        self._app.ask(question, lambda _: self._call(act.value, way(deployment)))

    def hold_and_leave(self) -> None:
        """Stop after the current step, then leave when the run has ended."""
        self._then_leave = True
        if self._desk.deployment is not None:
            self._call("hold", self._desk.deployment.hold)

    def cancel_and_leave(self) -> None:
        """Cancel the statement, then leave when the run has ended."""
        self._then_leave = True
        if self._desk.deployment is not None:
            self._call("cancel", self._desk.deployment.cancel)

    def _call(self, name: str, call: Callable[[], None]) -> None:
        """Stopping waits for nobody."""
        self._app.bridge.ask(name, call, lambda _: None, self._app.tell, at_once=True)

    # ---- after it

    def ended(self) -> None:
        """The run is over: leave, or offer what is safe after a failure."""
        view = self._desk.run
        if self._then_leave:
            self._app.leave()
            return
        self._app.do_refresh()
        if view and view.failure and view.outcome and view.outcome.outcome != "done":
            self.failure_menu()

    def failure_menu(self) -> None:
        """Safest first, each with its consequence."""
        view = self._desk.run
        if view is None or view.failure is None:
            return
        finished = "" if view.phases_done else "no phase has finished: there is nothing to undo"
        back = f"plans the rollback of {view.phases_done} finished; asks before it runs"
        options = (
            Option("stay", "stay and look", "nothing runs; the lock is free"),
            Option("retry", "retry", "plans the same goal again; asks before it runs"),
            Option("back", "roll back the finished phases", back, finished),
            Option("report", "hand over", "the report, ready to paste"),
        )
        menu = Chooser(
            "what next", options, words=failure_lines(view.failure), leave="stay and look"
        )
        self._app.push_screen(menu, self._after_failure)

    def _after_failure(self, key: str | None) -> None:
        view = self._desk.run
        if view is None or key in (None, "stay"):
            return
        if key == "retry":
            self._plan(view.plan.goal, ask=self._desk.grant is not None)
        elif key == "back":
            goal = Goal(Action.ROLLBACK, last_run=True)
            self._plan(goal, ask=self._desk.grant is not None)
        else:
            self._app.push_screen(ReportScreen(report(view, self._desk.board)))
