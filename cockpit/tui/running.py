"""While a run is on, and after it: continue, hold, cancel, and what follows a failure."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from cockpit.analysis.ceremony import Act, Level, ceremony, stretch
from cockpit.deploy.engine import Deployment
from cockpit.model.event import PhaseReady
from cockpit.model.goal import Action, Goal
from cockpit.model.live import RelationLive
from cockpit.model.plan import Plan
from cockpit.tui.arming import ArmedKey
from cockpit.tui.dialogs.chooser import Chooser, Option
from cockpit.tui.dialogs.question import Question
from cockpit.tui.present.plan_words import gate_words, plan_name, plan_title
from cockpit.tui.present.report import report
from cockpit.tui.present.run_words import failure_lines, stop_word
from cockpit.tui.present.step_facts import in_the_way, weights
from cockpit.tui.screens.report import ReportScreen
from cockpit.tui.tunings import tunings

if TYPE_CHECKING:
    from cockpit.tui.app import Cockpit


class Running:
    """The acts of the Run screen. Only `Cockpit.perform` calls the `do_` methods."""

    def __init__(self, app: Cockpit) -> None:
        self._app = app
        self._desk = app.desk
        self._continue = ArmedKey(app.clock, 0.6)
        self._then_leave = False
        self._confirmed = range(0)
        """The phases the operator has let run."""

    def goes_on(self, ready: PhaseReady) -> bool:
        """Let a phase run that was confirmed with the one before it; False when it must wait.

        It waits while any question is open: the operator may be about to stop the run.
        """
        deployment = self._desk.deployment
        if deployment is None or ready.gate or ready.index not in self._confirmed[1:]:
            return False
        if any(isinstance(screen, Question) for screen in self._app.screen_stack):
            return False
        self._call("proceed", deployment.proceed)
        return True

    def armed_for(self) -> None:
        """A phase has just become ready: `C` counts after its delay."""
        self._confirmed = range(0)
        self._continue.arm()

    def do_continue(self) -> None:
        """Run the phase that is ready; a dangerous one asks first."""
        view, board = self._desk.run, self._desk.board
        if view is None or view.ready is None or board is None:
            return
        if not self._continue.press():
            self._app.say(self._too_quick())
            return
        index = view.ready.index
        in_force = [s.version for s in self._app.situation().in_force]
        asked = ceremony(Act.CONTINUE, board.standpoint, view.plan, phase=index, in_force=in_force)
        if asked.level is Level.LOOK:
            self._proceed(index)
            return
        phase = view.plan.phases[index]
        gate = gate_words(view.ready.gate) if view.ready.gate else ()
        subject = self._desk.subject(f"{phase.direction} {phase.version} {phase.name}")
        question = Question(
            asked, subject, extra=(*gate, *weights(view.plan, index)),
            foot=plan_name(view.plan), yes="it is true, run it" if gate else "",
        )  # fmt: skip
        self._app.ask(question, lambda _: self._proceed(index))
        self._name_blockers(question, view.plan, index)

    def _name_blockers(self, question: Question, plan: Plan, index: int) -> None:
        """Who holds a lock this phase needs, while the question is read; silence if unknown."""
        mine = {
            lock.relation
            for step in plan.phases[index].steps if step.impact
            for lock in step.impact.locks
        }  # fmt: skip

        def got(live: tuple[RelationLive, ...]) -> None:
            question.tell(in_the_way(each for each in live if each.relation in mine))

        self._app.bridge.ask(
            "blockers", partial(self._desk.engine.live, plan, 0), got, lambda _: None, at_once=True
        )

    def _too_quick(self) -> str:
        left = self._continue.seconds_left
        if left > 0:
            return f"Too quick: C counts in {max(0.1, left):.1f} s."
        return "Too quick: let C go, then press it once."

    def _proceed(self, index: int) -> None:
        """Only the phases that were asked about, and only once."""
        view, deployment = self._desk.run, self._desk.deployment
        if deployment is None or view is None or view.ready is None:
            return
        if view.ready.index == index:
            self._desk.confirmed()
            self._confirmed = stretch(view.plan, index)
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
        subject = self._desk.subject(plan_title(view.plan) if view else "")
        event = view.progress if view else None
        asked = ceremony(
            act, board.standpoint, step=view.at_work if view else None,
            progress=event.progress if event else None,
        )  # fmt: skip
        question = Question(asked, subject)

        def stop() -> None:
            self._confirmed = range(0)
            self._call(act.value, way(deployment))

        self._app.ask(question, lambda _: stop())

    def do_tune(self) -> None:
        """Pause or pace the backfill; it counts from its next batch on and harms nobody."""
        deployment = self._desk.deployment
        if deployment is None:
            return
        ways = tunings(deployment.tuning)
        options = [Option(str(n), way.title, way.consequence) for n, way in enumerate(ways)]

        def chosen(key: str | None) -> None:
            if key is not None:
                self._call("tune", partial(deployment.tune, ways[int(key)].tuning))
                self._app.say(f"Backfill: {ways[int(key)].title}.")

        self._app.push_screen(Chooser("tune the backfill", options), chosen)

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
        self._confirmed = range(0)
        if self._then_leave:
            self._app.leave()
            return
        self._app.holding.run_ended()
        if view and view.outcome and view.phase is not None:
            version = view.plan.phases[view.phase].version
            self._app.looking.find_again(version, view.outcome.at)
        self._app.looking.do_refresh()
        if view and view.failure and view.outcome and view.outcome.outcome != "done":
            self.failure_menu()

    def failure_menu(self) -> None:
        """Safest first, each with its consequence."""
        view = self._desk.run
        if view is None or view.failure is None:
            return
        finished = "" if view.phases_done else "no phase of this run has finished; U looks further"
        gives_back = self._app.holding.gives_back
        back = f"plans the rollback of {view.phases_done} finished; asks before it runs"
        options = (
            Option("stay", "stay and look", f"nothing runs; {self._app.holding.lock_words}"),
            Option("retry", "retry (R)", "plans the same goal again; asks before it runs"),
            Option("back", "roll back the finished phases", back, finished),
            Option("report", "hand over", f"{gives_back}the report, ready to paste"),
        )
        menu = Chooser(
            "what next",
            options,
            words=failure_lines(view.failure, stop_word(view)),
            leave="stay and look",
            acts=("resume", "rollback"),
        )
        self._app.push_screen(menu, self._after_failure)

    def _after_failure(self, key: str | None) -> None:
        view = self._desk.run
        if view is None or key in (None, "stay"):
            return
        if key == "retry":
            self._app.deploying.plan(view.plan.goal, ask=True)
        elif key == "back":
            self._app.deploying.plan(Goal(Action.ROLLBACK, last_run=True), ask=True)
        else:
            self._app.holding.hand_over()
            self._app.push_screen(ReportScreen(report(view, self._desk.board)))
