"""Where the operator stands: everything that decides whether an act is possible now."""

from dataclasses import dataclass
from datetime import timedelta

from cockpit.deploy.engine import Grant
from cockpit.model.activity import MAY_END, SessionFacts
from cockpit.model.board import Board
from cockpit.model.goal import Action as Direction
from cockpit.model.goal import Goal
from cockpit.model.plan import Plan
from cockpit.model.state import Standing, State
from cockpit.present.durations import short_duration
from cockpit.tui.gathered import Gathered, gathered

SMALLEST = (60, 16)
"""Below this a question cannot be shown whole, so nothing can be started."""
STALE_AFTER = timedelta(seconds=10)
"""Acts wait for a fresh look when the board is older than this."""


@dataclass(frozen=True, slots=True)
class Situation:
    """One moment of one screen."""

    screen: str = "board"
    board: Board | None = None
    age: timedelta = timedelta()
    """How old the board is."""
    grant: Grant | None = None
    """The right to write; None when it was never given or is over."""
    walkthrough: bool = False
    selected: Standing | None = None
    plan: Plan | None = None
    """The plan on the screen."""
    running: bool = False
    """A run was started and has not ended."""
    ready: bool = False
    """The run waits for the operator."""
    session: SessionFacts | None = None
    """The other session under the cursor, or the one in the way of the run."""
    size: tuple[int, int] = (80, 24)
    """Columns and rows of the terminal."""
    backfilling: bool = False
    """The step at work is a backfill."""
    opened: bool = True
    """Some target is open."""
    targets: int = 1
    """How many the settings name."""

    rows: Gathered | None = None
    """Gathered from the board; None where nobody has done that yet."""
    stopped: Goal | None = None
    """What the last run of this process was for, if it ended before it was done."""

    @property
    def stale(self) -> bool:
        """The board is too old to act on."""
        return self.age > STALE_AFTER

    @property
    def disconnected(self) -> bool:
        """The database cannot be read."""
        return self.board is not None and self.board.identity is None

    @property
    def pending(self) -> tuple[Standing, ...]:
        """What could be applied, oldest first."""
        return self.known.pending

    @property
    def in_force(self) -> tuple[Standing, ...]:
        """What could be rolled back, oldest first."""
        return self.known.in_force

    @property
    def redone(self) -> Standing | None:
        """What a redo is about: the selected one; with none selected, the one that was edited."""
        if self.selected is not None:
            return self.selected if self.selected.state.in_force else None
        edited = [s for s in self.in_force if s.state is State.DRIFTED]
        return edited[0] if len(edited) == 1 else None

    @property
    def rest(self) -> tuple[Goal, ...]:
        """What is left to finish: the goal of the run that stopped, else of each half done one."""
        if self.stopped is not None:
            return (self.stopped,)
        return self.known.rest

    @property
    def known(self) -> Gathered:
        """The rows of the board by what can be done with them."""
        return self.rows if self.rows is not None else gathered(self.board)


def too_small(now: Situation) -> str:
    """Why nothing can be started in this terminal."""
    if all(have >= need for have, need in zip(now.size, SMALLEST, strict=True)):
        return ""
    have, need = ("x".join(str(n) for n in size) for size in (now.size, SMALLEST))
    return f"Acts need {need}; the terminal has {have}."


def cannot_write(now: Situation) -> str:
    """Why writing could not even be armed; empty when it could."""
    board = now.board
    if now.walkthrough:
        return "Walkthrough: writing cannot be armed in this process."
    if reason := too_small(now):
        return reason
    if board is None:
        return "The first look is not finished. Acts wait for it."
    if board.identity is None:
        why = "may not be read" if board.database_denied else "is unreachable"
        return f"The database {why}. Acts wait for it; r looks again."
    if board.identity.in_recovery:
        return f"{board.identity.database} is a standby: it can be looked at, never written."
    if board.standpoint.disagreement:
        return f"Writing is impossible: {board.standpoint.disagreement}."
    if now.stale:
        return f"The board is {short_duration(now.age)} old. Acts wait for a fresh look; r looks."
    return ""


def read_only(now: Situation) -> str:
    """What to press to be able to write."""
    name = now.board.standpoint.name if now.board else "this database"
    return f"Read-only. W arms writing on {name}."


def cannot_compare(now: Situation) -> str:
    """Why no targets can be laid side by side."""
    if now.targets > 1:
        return ""
    return "Compare needs two targets: name them in cockpit.toml below [targets.NAME]."


def cannot_act(now: Situation) -> str:
    """Why nothing can be started now; empty when it can."""
    if reason := cannot_write(now) or _taken(now):
        return reason  # arming would not help
    return "" if now.grant else read_only(now)


def _taken(now: Situation) -> str:
    """Who is at work here already."""
    if now.running:
        return "A run is on. The Run screen shows it; 5 goes there."
    holder = now.board.holder if now.board else None
    if holder and not holder.ours:
        who = holder.application or holder.user
        return f"l shows who has the deployment lock: {who} (pid {holder.pid})."
    return ""


def cannot_arm(now: Situation) -> str:
    """Why writing cannot be armed; disarming is always possible."""
    return "" if now.grant else cannot_write(now)


def cannot_lock(now: Situation) -> str:
    """Why the lock cannot be taken or given back."""
    holder = now.board.holder if now.board else None
    if holder and holder.ours and not now.running:
        return ""
    return cannot_act(now)


def cannot_start(now: Situation) -> str:
    """Why no run can be asked for. Nothing need be armed: the question allows writing for it."""
    return cannot_write(now) or _taken(now)


def cannot_apply(now: Situation) -> str:
    """Why nothing can be applied."""
    if reason := cannot_start(now) or _other_plan(now, Direction.APPLY):
        return reason
    return "" if now.plan or now.pending else "Nothing is pending: there is nothing to apply."


def cannot_roll_back(now: Situation) -> str:
    """Why no way back can be looked for."""
    if reason := cannot_start(now) or _other_plan(now, Direction.ROLLBACK):
        return reason
    return "" if now.plan or now.in_force else "Nothing is applied: there is nothing to roll back."


def cannot_resume(now: Situation) -> str:
    """Why there is nothing to finish. A plan on the screen stays: it must be one of the rest."""
    if reason := cannot_start(now):
        return reason
    if not now.rest:
        return "Nothing is half done: there is nothing to resume."
    if now.plan and not any(now.plan.goal.wants_the_same_as(goal) for goal in now.rest):
        return f"The plan shown is for: {now.plan.goal.words}. esc first, then R finishes the rest."
    return _not_to_run(now.plan) if now.plan else ""


def cannot_redo(now: Situation) -> str:
    """Why nothing can be redone."""
    if reason := cannot_start(now) or _other_plan(now, Direction.REDO):
        return reason
    if now.board and now.board.standpoint.protected:
        return f"Redo exists on unprotected targets only; {now.board.standpoint.name} is protected."
    if now.plan:
        return ""
    return "" if now.redone else "Select an applied migration to redo it."


def cannot_continue(now: Situation) -> str:
    """Why `C` would do nothing."""
    if not now.running:
        return "Nothing is running."
    if reason := too_small(now):
        return reason
    return "" if now.ready else "A phase is running. C counts again when it has finished."


def cannot_stop(now: Situation) -> str:
    """Why there is nothing to hold or cancel."""
    return "" if now.running else "Nothing is running."


def cannot_cancel(now: Situation) -> str:
    """Why there is no statement to cancel."""
    return cannot_stop(now) or ("No statement runs: H ends the run here." if now.ready else "")


def cannot_tune(now: Situation) -> str:
    """Why there is no backfill to tune."""
    return cannot_stop(now) or ("" if now.backfilling else "No backfill is running.")


def cannot_settle(now: Situation) -> str:
    """Why no history can be set right."""
    unselected = "" if now.selected else "Select a migration first."
    return cannot_write(now) or unselected or cannot_act(now)


def cannot_mend(now: Situation) -> str:
    """Why no file can be changed; the database needs no grant for that."""
    if now.walkthrough:
        return "Walkthrough: nothing can be changed in this process."
    worktree = now.board is not None and now.board.revision and now.board.revision.worktree
    return too_small(now) or ("" if worktree else "This is a commit: its files cannot be edited.")


def cannot_terminate(now: Situation) -> str:
    """Why no session can be ended."""
    if reason := cannot_write(now):
        return reason
    if now.session is None:
        return "No other session is under the cursor: there is nothing to end."
    if reason := cannot_end(now.session):
        return reason
    return "" if now.grant else read_only(now)


def cannot_end(session: SessionFacts) -> str:
    """Why this very session cannot be ended by this role."""
    if session.pid == 0:
        return "It has no session: COMMIT PREPARED or ROLLBACK PREPARED ends it."
    if session.endable is False:
        return f"This role may not end it: it takes {MAY_END}, or a superuser for a superuser's."
    return ""


def _other_plan(now: Situation, wanted: Direction) -> str:
    """On the Plan screen only the plan that is shown can be run, and only if it may."""
    if now.plan is None:
        return ""
    if now.plan.goal.action is not wanted:
        return f"This plan is for: {now.plan.goal.words}. esc goes back to the board."
    return _not_to_run(now.plan)


def _not_to_run(plan: Plan) -> str:
    """Why the plan on the screen is not one that runs."""
    if plan.refusals:
        return f"This plan may not run: {plan.refusals[0]}"
    return "" if plan.phases else "This plan is empty: the target is there already."
