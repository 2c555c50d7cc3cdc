"""The one owner of what the screens know: the last look, the last plan, the run."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from cockpit.deploy.engine import Deployment, Engine, Grant
from cockpit.errors import CockpitError
from cockpit.model.activity import SessionFacts
from cockpit.model.board import Board
from cockpit.model.event import Event
from cockpit.model.plan import Plan
from cockpit.model.state import Standing
from cockpit.tui.clock import Clock
from cockpit.tui.gathered import Gathered, gathered
from cockpit.tui.present.run_view import RunView, after, begun
from cockpit.tui.present.states import Looks
from cockpit.tui.present.top_line import Where, server
from cockpit.tui.seen import Sightings
from cockpit.tui.situation import STALE_AFTER, Situation


class Desk:
    """Knows no widget; screens read it when they draw."""

    def __init__(
        self,
        engine: Engine | None,
        clock: Clock,
        *,
        walkthrough: bool = False,
        name: str | None = None,
        state: Path | None = None,
    ) -> None:
        self._engine = engine
        self.clock = clock
        self.walkthrough = walkthrough or (engine is not None and engine.read_only)
        self.name = name
        """Of the configured target that is open; None for one without a name in the settings."""
        self.sightings = Sightings(state)
        self.board: Board | None = None
        """The last look; cached rows stay when the database goes away."""
        self.look_error: CockpitError | None = None
        """Why the last look gave no board at all."""
        self.failed_looks = 0
        """Looks in a row that did not reach the database."""
        self._gathered_of: Board | None = None
        self._gathered = Gathered()
        self.plan: Plan | None = None
        """The plan looked at last."""
        self.run: RunView | None = None
        self.deployment: Deployment | None = None
        self.next_look_at: float | None = None
        """When the next look is due, on the clock's own seconds; None while one is on its way."""
        self._looking_since = clock.seconds()

    @property
    def opened(self) -> bool:
        """Some target is open."""
        return self._engine is not None

    @property
    def engine(self) -> Engine:
        """Of the target that is open. Raises `LookupError` before one is."""
        if self._engine is None:
            raise LookupError("no target is open")
        return self._engine

    def change(self, name: str, engine: Engine) -> None:
        """Another target from now on: nothing that was known of the one before is kept."""
        self._engine, self.name = engine, name
        self.board, self.look_error, self.failed_looks = None, None, 0
        self.plan = self.run = self.deployment = self.next_look_at = None
        self._looking_since = self.clock.seconds()

    @property
    def now(self) -> datetime:
        """The moment, in UTC."""
        return self.clock.now()

    @property
    def grant(self) -> Grant | None:
        """The right to write, while it lasts."""
        grant = self._engine.grant if self._engine else None
        return grant if grant and grant.until > self.now else None

    @property
    def running(self) -> bool:
        """A run was started and has not ended."""
        return self.run is not None and self.run.outcome is None and self.run.refused is None

    @property
    def stopped(self) -> bool:
        """The last run ended before it was done."""
        end = self.run.outcome if self.run else None
        return end is not None and end.outcome != "done"

    @property
    def age(self) -> timedelta:
        """How old the board is."""
        return max(timedelta(), self.now - self.board.as_of) if self.board else timedelta()

    @property
    def looking_for(self) -> timedelta:
        """How long the first look has taken."""
        return timedelta(seconds=self.clock.seconds() - self._looking_since)

    @property
    def looks(self) -> Looks:
        """How looking goes."""
        due, stale = self.next_look_at, self.age > STALE_AFTER
        wait = None if due is None else timedelta(seconds=max(0.0, due - self.clock.seconds()))
        return Looks(self.board, self.now, stale, self.failed_looks, wait, self.look_error)

    @property
    def holds_lock(self) -> bool:
        """The deployment lock is ours."""
        holder = self.board.holder if self.board else None
        return holder is not None and holder.ours

    def saw(self, board: Board) -> None:
        """A look came back. Rows read earlier stay when the database cannot be read now."""
        self.look_error = None
        known = self.board
        self.failed_looks = 0 if board.identity else self.failed_looks + 1
        if board.identity is None and known and known.history is not None:
            board = _with_rows_of(known, board)
        self.board = board
        if self.name:
            self.sightings.saw(self.name, board)

    def begin(self, plan: Plan) -> None:
        """A run of this plan is about to start."""
        self.run, self.deployment = begun(plan), None

    def heard(self, event: Event) -> None:
        """The engine said something about the run."""
        if self.run is not None:
            self.run = after(self.run, event)

    def confirmed(self) -> None:
        """The operator let the next phase run; no second key may do it again."""
        if self.run is not None:
            self.run = replace(self.run, ready=None)

    def settle(self) -> None:
        """The screens are gone: a run that is still on stops after its step; waits for it."""
        if self.deployment is not None and self.deployment.outcome is None:
            self.deployment.hold()
            if end := self.deployment.join():
                self.heard(end)

    def _rows_of(self, board: Board | None) -> Gathered:
        """Gathered once for each board: every key press asks."""
        if board is not self._gathered_of:
            self._gathered_of, self._gathered = board, gathered(board)
        return self._gathered

    def where(self) -> Where:
        """What the top line is made of."""
        since = self.run.started_at if self.run and self.running else None
        return Where(
            self.board, self.now, self.grant, self.walkthrough, self.looking_for, since,
            STALE_AFTER, opened=self.opened,
        )  # fmt: skip

    def subject(self, words: str) -> str:
        """What a question is about: the thing, the target, who answers."""
        board = self.board
        if board is None:
            return words
        parts = [words] if words else []
        parts.append(f"on {board.standpoint.name}")
        if board.identity:
            who = board.identity
            cluster = f", system id …{who.system_identifier[-4:]}" if who.system_identifier else ""
            parts.append(f"({server(who)}, {who.role}{cluster})")
        return "  ".join(parts)

    def situation(
        self,
        screen: str,
        *,
        selected: Standing | None = None,
        plan: Plan | None = None,
        session: SessionFacts | None = None,
        size: tuple[int, int] = (80, 24),
        targets: int = 1,
    ) -> Situation:
        """Where the operator stands on that screen now."""
        return Situation(
            screen=screen,
            board=self.board,
            age=self.age,
            grant=self.grant,
            walkthrough=self.walkthrough,
            selected=selected,
            plan=plan,
            running=self.running,
            ready=self.run is not None and self.run.ready is not None,
            session=session,
            size=size,
            backfilling=self.run is not None and self.run.backfilling,
            opened=self.opened,
            targets=targets,
            stopped=self.run.plan.goal if self.run and self.stopped else None,
            rows=self._rows_of(self.board),
        )


def _with_rows_of(known: Board, now: Board) -> Board:
    """The rows of an earlier look under the verdict of this one."""
    return replace(
        known, identity=None, database_error=now.database_error, source_error=now.source_error,
        holders=(), problems=now.problems or known.problems,
    )  # fmt: skip
