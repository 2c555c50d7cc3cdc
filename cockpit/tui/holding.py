"""Rights and locks: arm, lock, end a session, leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from cockpit.analysis.ceremony import Act, ceremony
from cockpit.deploy.engine import Grant
from cockpit.model.event import NOTHING_HELD
from cockpit.tui.dialogs.chooser import Chooser, Option
from cockpit.tui.dialogs.question import Question
from cockpit.tui.present.sessions import doing
from cockpit.tui.situation import cannot_end

if TYPE_CHECKING:
    from cockpit.model.activity import SessionFacts
    from cockpit.tui.app import Cockpit

_WITH_SESSION = "the lock ends with its session"
DISARM_AFTER = timedelta(minutes=15)
RELEASE_AFTER = timedelta(minutes=30)
_STAY = Option("stay", "stay", "the run goes on, here in sight")
_STOPS = (
    Option("hold", "hold after this step, then leave", "finished phases are kept"),
    Option("cancel", "cancel the statement, then leave", "the current phase is undone"),
)
_END = Option("hold", "end the run here, then leave", "no statement runs; finished phases are kept")
"""Between two phases."""


class Holding:
    """Only `Cockpit.perform` calls the `do_` methods."""

    def __init__(self, app: Cockpit) -> None:
        self._app = app
        self._desk = app.desk
        self._touched = app.clock.seconds()
        self._for_run = False
        self._locked = False

    def do_arm(self) -> None:
        """Arm after the question; disarm at once, as that is the safe direction."""
        if self._desk.grant is not None:
            self._ask_engine("disarm", self._desk.engine.disarm, "Read-only again.")
            return
        board = self._desk.board
        if board is None:
            return
        asked = ceremony(Act.ARM, board.standpoint)
        typed = asked.typed
        question = Question(asked, self._desk.subject("allow writing for 15 minutes"))
        self._app.ask(question, lambda _: self._arm(typed, self._say_armed))

    def arm_for_run(self, typed: str | None, start: Callable[[], None]) -> None:
        """Allow writing for the run that `start` begins; it is taken back when that ends."""

        def armed(_: Grant) -> None:
            self._for_run = True
            start()

        self._arm(typed, armed)

    def run_ended(self) -> None:
        """The run that writing was allowed for is over, or never began."""
        if self._for_run and not self._desk.running:
            self._for_run = False
            self._ask_engine("disarm", self._desk.engine.disarm, "")

    @property
    def lock_words(self) -> str:
        """Who has the deployment lock behind a run that has ended."""
        end = self._desk.run.outcome if self._desk.run else None
        if self._keeps_lock:
            return "the deployment lock is still yours"
        return "the lock is free" if end is None or end.held == NOTHING_HELD else _WITH_SESSION

    @property
    def gives_back(self) -> str:
        """What `hand_over` has to give back, before the next words; empty when there is nothing."""
        armed = self._desk.grant is not None and not self._app.bridge.busy("disarm")
        lock = "gives the lock back; " if self._keeps_lock else ""
        return lock + ("disarms writing; " if armed else "")

    @property
    def _keeps_lock(self) -> bool:
        """It was taken by hand, so that it outlasts a run that ends before it is done."""
        return self._locked and self._desk.grant is not None

    def hand_over(self) -> None:
        """Nothing is held by this cockpit any more: neither the lock nor the right to write."""
        engine = self._desk.engine
        if self._desk.holds_lock or self._desk.grant is not None:
            words = "The deployment lock is free, writing is disarmed: somebody else may go on."
            self._ask_engine("disarm", engine.disarm, words)

    def _arm(self, typed: str | None, armed: Callable[[Grant], None]) -> None:
        self._app.bridge.ask("arm", partial(self._desk.engine.arm, typed), armed, self._app.tell)

    def _say_armed(self, grant: Grant) -> None:
        self._app.say(f"Writing is armed on {grant.name} until {grant.until:%H:%M:%S}Z.")

    def do_lock(self) -> None:
        """Take the deployment lock, or give it back."""
        board = self._desk.board
        if board is None:
            return
        engine = self._desk.engine
        if self._desk.holds_lock:
            act, words = Act.RELEASE_LOCK, "The deployment lock is free."
        else:
            act, words = Act.TAKE_LOCK, "The deployment lock is yours."

        def go() -> None:
            if act is Act.RELEASE_LOCK:
                engine.release_lock()
            else:
                engine.take_lock()
            self._locked = act is Act.TAKE_LOCK

        asked = ceremony(act, board.standpoint, shut_out=board.shut_out)
        question = Question(asked, self._desk.subject(""))
        self._app.ask(question, lambda _: self._ask_engine("lock", go, words))

    def do_terminate(self) -> None:
        """End the session under the cursor; of several in the way of the run one that is chosen."""
        session, among = self._app.page.session, self._app.page.in_the_way
        if len(among) > 1:
            self._choose_session(among)
        elif session is not None:
            self._ask_end(session)

    def _choose_session(self, among: tuple[SessionFacts, ...]) -> None:
        """The oldest first: it is mostly the one that the others wait for too."""
        options = [
            Option(str(s.pid), _who(s), doing(s) or "it has run nothing yet", cannot_end(s))
            for s in among
        ]

        def chosen(pid: str | None) -> None:
            if session := next((s for s in among if str(s.pid) == pid), None):
                self._ask_end(session)

        self._app.push_screen(Chooser("end which session", options), chosen)

    def _ask_end(self, session: SessionFacts) -> None:
        board = self._desk.board
        if board is None:
            return
        asked = ceremony(Act.TERMINATE, board.standpoint, session=session)
        words = (doing(session),) if doing(session) else ()
        question = Question(asked, self._desk.subject(_who(session)), extra=words)

        def told(ended: bool) -> None:
            gone = f"Session {session.pid} is gone."
            self._app.say(gone if ended else f"Session {session.pid} was gone already.")
            self._app.looking.do_refresh()

        end = partial(self._desk.engine.terminate, session.pid)
        self._app.ask(
            question, lambda _: self._app.bridge.ask("terminate", end, told, self._app.tell)
        )

    def _ask_engine(self, name: str, call: Callable[[], None], words: str) -> None:
        def done(_: object) -> None:
            if words:
                self._app.say(words)
            self._app.looking.do_refresh()

        self._app.bridge.ask(name, call, done, self._app.tell)

    # ---- leaving

    def do_quit(self) -> None:
        """Leave at once when nothing is held; otherwise ask."""
        if self._desk.running:
            self._quit_running()
        elif self._desk.holds_lock and self._desk.board:
            asked = ceremony(Act.LEAVE, self._desk.board.standpoint)
            question = Question(asked, self._desk.subject(""))
            self._app.ask(question, lambda _: self._app.leave())
        else:
            self._app.leave()

    def _quit_running(self) -> None:
        view = self._desk.run
        waits = view is not None and view.ready is not None
        options = (_STAY, _END) if waits else (_STAY, *_STOPS)

        def chosen(key: str | None) -> None:
            if key == "hold":
                self._app.running.hold_and_leave()
            elif key == "cancel":
                self._app.running.cancel_and_leave()

        title = "a run waits for you" if waits else "a run is on"
        self._app.push_screen(Chooser(title, options, leave="stay"), chosen)

    # ---- idle

    def touched(self) -> None:
        """A key was pressed."""
        self._touched = self._app.clock.seconds()

    @property
    def untouched(self) -> float:
        """Seconds since the last key."""
        return self._app.clock.seconds() - self._touched

    def idle(self) -> None:
        """After 15 idle minutes writing is disarmed, after 30 the lock is given back."""
        if self._desk.running or not self._desk.opened:
            self.touched()
            return
        away = timedelta(seconds=self.untouched)
        engine, busy = self._desk.engine, self._app.bridge.busy
        if away >= DISARM_AFTER and self._desk.grant is not None and not busy("disarm"):
            words = "Idle for 15 minutes: writing is disarmed."
            self._ask_engine("disarm", engine.disarm, words)
        if away >= RELEASE_AFTER and self._desk.holds_lock and not busy("lock"):
            self.touched()  # once: the board still shows the lock until the next look
            words = "Idle for 30 minutes: the deployment lock was given back."
            self._ask_engine("lock", engine.release_lock, words)


def _who(session: SessionFacts) -> str:
    return f"session {session.pid}, {session.application or session.user}, {session.state}"
